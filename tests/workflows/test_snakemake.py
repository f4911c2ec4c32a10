"""The Snakemake workflow, as far as it can be checked without Snakemake; `workflows/snakemake/tests` runs it."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rich_click as click
import yaml

from neosieve.cli.run import ALSO, run

WORKFLOW = Path(__file__).parents[2] / "workflows" / "snakemake"
SCHEMAS = ("config", "samples")
OPTIONS = {parameter.name: parameter for parameter in run.params}
NOT_OF_THE_WORKFLOW = {"vcf", "out", "timings"}
"""The VCF is the command's argument; where results go is told by `results`; benchmarks stand for timings."""


def read(path: str) -> Any:  # noqa: ANN401  YAML may hold anything
    """Read a YAML file of the workflow."""
    return yaml.safe_load((WORKFLOW / path).read_text(encoding="utf-8"))


def schema(name: str) -> dict[str, Any]:
    """Read one of its schemas: of the configuration, or of a row of the sample sheet."""
    one = dict(read(f"workflow/schemas/{name}.schema.yaml"))
    return dict(one["properties"]["rows"]["items"]) if name == "samples" else one


def constants() -> dict[str, tuple[str, ...]]:
    """Return the lists of options that the rules go by."""
    tree = ast.parse((WORKFLOW / "workflow/rules/common.smk").read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name.startswith(("SHEET_", "CONFIG_")) and isinstance(node.value, ast.Tuple):
                words = (one.value for one in node.value.elts if isinstance(one, ast.Constant))
                found[name] = tuple(map(str, words))
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_and_strict(name: str) -> None:
    """Both follow JSON Schema, refuse what they don't know, and describe all they know."""
    jsonschema.Draft202012Validator.check_schema(read(f"workflow/schemas/{name}.schema.yaml"))
    one = schema(name)
    assert one["additionalProperties"] is False
    assert all(field["description"] for field in one["properties"].values())


def test_each_option_of_a_run_is_given_in_one_place() -> None:
    """A column or a key for each option of `neosieve run`, and none that there isn't."""
    columns = set(schema("samples")["properties"]) - {"sample"}
    keys = set(schema("config")["properties"]) - {"samples", "results"}
    assert not columns & keys
    assert columns | keys == set(OPTIONS) - NOT_OF_THE_WORKFLOW | {"vcf"}


def test_the_rules_pass_on_what_the_schemas_know() -> None:
    """The lists in common.smk are those of the schemas; files are options that take a path, flags are flags."""
    lists = constants()
    sheet = lists["SHEET_FILES"] + lists["SHEET_VALUES"] + lists["SHEET_COLUMNS"]
    assert sorted(sheet) == sorted(schema("samples")["properties"])
    config = lists["CONFIG_FILES"] + lists["CONFIG_VALUES"] + lists["CONFIG_FLAGS"]
    assert sorted((*config, "samples", "results", "policy", "also")) == sorted(schema("config")["properties"])
    takes_a_path = {name for name, option in OPTIONS.items() if isinstance(option.type, click.Path)}
    assert {*lists["SHEET_FILES"], *lists["CONFIG_FILES"]} == takes_a_path - NOT_OF_THE_WORKFLOW
    assert set(lists["CONFIG_FLAGS"]) == {name for name, option in OPTIONS.items() if getattr(option, "is_flag", False)}


def test_choices_and_defaults_are_those_of_a_run() -> None:
    """But for the models: `auto` would depend on what somebody fetched on the machine that a job comes to."""
    keys = schema("config")["properties"]
    assert {"multiqc", *keys["also"]["items"]["enum"]} == set(ALSO)
    for name in ("unphased", "sex"):
        field = {**keys, **schema("samples")["properties"]}[name]
        choice = OPTIONS[name].type
        assert isinstance(choice, click.Choice)
        assert list(choice.choices) == field["enum"]
    for name in ("lengths", "policy", "unphased", "hypotheses"):
        assert keys[name]["default"] == OPTIONS[name].default, name
    assert all(keys[name]["default"] is False for name in constants()["CONFIG_FLAGS"])
    assert keys["models"]["default"] == "embedded"


@pytest.mark.parametrize("folder", ["config", ".test/config"])
def test_configurations_and_sheets_are_valid(folder: str) -> None:
    """The one to start from, and the example's."""
    jsonschema.validate(read(f"{folder}/config.yaml"), schema("config"))
    with (WORKFLOW / folder / "samples.tsv").open(encoding="utf-8", newline="") as sheet:
        rows = [
            {name: cell for name, cell in row.items() if cell not in ("", "NA")}
            for row in csv.DictReader(sheet, delimiter="\t")
        ]
    for row in rows:
        jsonschema.validate(row, schema("samples"))
    assert len({row["sample"] for row in rows}) == len(rows) >= 2


def test_the_configuration_to_start_from_has_every_key_at_its_default() -> None:
    """So that it shows what there is and changes nothing."""
    defaults = {name: field["default"] for name, field in schema("config")["properties"].items()}
    assert read("config/config.yaml") == defaults


def test_what_can_be_configured_is_explained() -> None:
    """Each key and each column has its row in config/README.md."""
    text = (WORKFLOW / "config/README.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE))))
    assert rows == {field for name in SCHEMAS for field in schema(name)["properties"]}


def test_profiles_and_environments_are_readable() -> None:
    """Both profiles retry, go on after a failure and make incomplete files anew; environments pin one tool each."""
    local, slurm = read("profiles/local/config.yaml"), read("profiles/slurm/config.yaml")
    assert slurm["executor"] == "slurm"
    assert "executor" not in local
    for profile in (local, slurm):
        assert profile["retries"] >= 1
        assert profile["keep-going"] is True
        assert profile["rerun-incomplete"] is True
    for tool in ("neosieve", "multiqc"):
        environment = read(f"workflow/envs/{tool}.yaml")
        assert environment["channels"] == ["conda-forge", "bioconda", "nodefaults"]
        assert [one.split(" =")[0] for one in environment["dependencies"]] == [tool]


def test_the_environment_has_this_version() -> None:
    """Jobs run by the version that the workflow lies beside."""
    from neosieve import __version__  # noqa: PLC0415

    assert read("workflow/envs/neosieve.yaml")["dependencies"] == [f"neosieve ={__version__}"]


def test_every_rule_has_a_log_and_every_job_a_benchmark_resources_and_an_environment() -> None:
    """All but the target; what runs on the spot needs a log only. Captions lie where rules say."""
    rules: dict[str, str] = {}
    for path in sorted((WORKFLOW / "workflow/rules").glob("*.smk")):
        text = path.read_text(encoding="utf-8")
        rules |= dict(re.findall(r"^rule (\w+):\n((?:    .*\n|\n)*)", text, re.MULTILINE))
        for caption in re.findall(r'caption="([^"]+)"', text):
            assert (path.parent / caption).is_file(), caption
    assert sorted(rules) == ["collect", "list_samples", "multiqc", "predict"]
    for name, text in rules.items():
        has = set(re.findall(r"^    (\w+):", text, re.MULTILINE))
        assert "log" in has, name
        if "localrule" not in has:
            assert {"benchmark", "conda", "threads", "resources", "shell"} <= has, name
            assert {"mem_mb", "runtime"} <= set(re.findall(r"^        (\w+)=", text, re.MULTILINE)), name
