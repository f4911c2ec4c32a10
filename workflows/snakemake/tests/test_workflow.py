"""The Snakemake workflow, run as users run it, on the small example in ``.test``.

Snakemake pins libraries that neosieve wants newer, so it lives in an environment of its own. Put that first on the
PATH, then neosieve's and MultiQC's, and run these tests by neosieve's pytest; without Snakemake they are skipped::

    PATH=/envs/snakemake/bin:$PWD/.venv/bin:/envs/multiqc/bin:$PATH
    .venv/bin/python -m pytest -m '' workflows/snakemake/tests
"""

from __future__ import annotations

import csv
import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from workflows.snakemake.tests import make_example

WORKFLOW = Path(__file__).resolve().parents[1]
COLUMNS = "sample\tvcf\thla"
PATIENT1 = "patient1\tdata/patient1.vcf.gz\tA*29:02,B*45:01"
PATIENTS = ("patient1", "patient2", "patient3")
FILES = (
    "candidates.tsv",
    "variants.tsv",
    "ledger.tsv",
    "excluded_peptides.tsv",
    "proteins.tsv",
    "report.html",
    "run.json",
)
COHORT_RULES = ["collect", "list_samples", "multiqc"]

needs_snakemake = pytest.mark.skipif(
    shutil.which("snakemake") is None,
    reason="Snakemake isn't on the PATH; it needs an environment of its own, see workflows/snakemake/README.md",
)
runs = pytest.mark.skipif(
    not all(map(shutil.which, ("neosieve", "multiqc"))), reason="neosieve or MultiQC isn't on the PATH"
)


def snakemake(folder: Path, *words: str, fails: bool = False) -> str:
    """Run Snakemake in a folder; return what it said."""
    done = subprocess.run(["snakemake", *words], cwd=folder, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert (done.returncode != 0) == fails, said
    return said


def run(project: Path, *words: str, fails: bool = False) -> str:
    """Run the example of a copy of the workflow by the local profile."""
    return snakemake(
        project, "--directory", ".test", "--profile", "profiles/local", "--cores", "2", *words, fails=fails
    )


def jobs(said: str) -> list[str]:
    """Return the rules that Snakemake ran, or would run, sorted, each with its sample."""
    found = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", said, re.MULTILINE)
    samples = (re.search(r"wildcards: sample=(\S+)", text) for _, text in found)
    names = (f"{rule} {sample[1]}" if sample else rule for (rule, _), sample in zip(found, samples, strict=True))
    return sorted(set(names) - {"all"})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the workflow, as a user does."""
    return Path(
        shutil.copytree(
            WORKFLOW, tmp_path / "project", ignore=shutil.ignore_patterns("tests", "results", ".snakemake", "logs")
        )
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the workflow and run its example."""
    folder = tmp_path_factory.mktemp("finished") / "project"
    shutil.copytree(WORKFLOW, folder, ignore=shutil.ignore_patterns("tests", "results", ".snakemake", "logs"))
    run(folder)
    return folder


def names(folder: Path) -> set[str]:
    """Return what a folder holds, hidden files included."""
    return {path.name for path in folder.iterdir()}


def sheet(project: Path, *rows: str, columns: str = COLUMNS) -> None:
    """Write the example's sample sheet anew."""
    (project / ".test/config/samples.tsv").write_text("\n".join([columns, *rows, ""]), encoding="utf-8")


def test_the_example_is_cut_from_the_demo() -> None:
    """The script makes the files that are there, byte for byte of the text."""
    for name, text in make_example.examples().items():
        packed = (make_example.FOLDER / f"{name}.vcf.gz").read_bytes()
        assert gzip.decompress(packed).decode() == text
    table = (make_example.FOLDER / "patient2.genes.tsv").read_text(encoding="utf-8")
    assert table == make_example.abundances(make_example.examples()["patient2"])


@needs_snakemake
@pytest.mark.slow
def test_snakemake_finds_nothing_to_blame(project: Path) -> None:
    """``snakemake --lint`` has no complaint."""
    assert "Congratulations" in snakemake(project, "--lint")


@pytest.mark.skipif(shutil.which("snakefmt") is None, reason="snakefmt isn't on the PATH")
@pytest.mark.slow
def test_the_rules_are_formatted() -> None:
    """Snakefmt would change nothing."""
    done = subprocess.run(["snakefmt", "--check", WORKFLOW / "workflow"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs_snakemake
def test_a_dry_run_tells_what_would_be_made(project: Path) -> None:
    """A job for each of three samples, and those of the cohort."""
    assert jobs(run(project, "--dry-run")) == sorted([*COHORT_RULES, *(f"predict {name}" for name in PATIENTS)])
    assert not (project / ".test/results").exists()


@needs_snakemake
@pytest.mark.slow
def test_every_column_becomes_an_option(project: Path) -> None:
    """All columns and all keys at once: each is an option of the command, each file an input."""
    cells = {
        "tumor": "T 1", "normal": "N", "regions": "R2;R3=r3.vcf.gz", "germline": "g.vcf", "germline_sample": "G",
        "expression": "e.sf", "rna_bam": "r.bam", "dna_bam": "d.bam", "segments": "s.txt", "segments_sample": "S",
        "purity": "0.7", "sex": "male", "hla_loh": "l.tsv",
    }  # fmt: skip
    sheet(project, "\t".join([PATIENT1, *cells.values()]), columns="\t".join([COLUMNS, *cells]))
    files = (
        "r3.vcf.gz",
        "g.vcf",
        "e.sf",
        "r.bam",
        "d.bam",
        "s.txt",
        "l.tsv",
        "ref",
        "p.fa",
        "n.gct",
        "g.fa",
        "my.toml",
    )
    for name in files:
        (project / ".test" / name).touch()
    (project / ".test/config/config.yaml").write_text(
        "reference: ref\nproteome: p.fa\nnormal_expression: n.gct\nreads_fasta: g.fa\npolicy: my.toml\nlengths: 9\n"
        "models: auto\ncache: off\n"
        "unphased: both\nhypotheses: splice,start\ninclude_filtered: true\nincomplete_transcripts: true\n"
        "strict: true\nalso: [vcf, parquet]\n"
    )
    said = run(project, "--dry-run")
    command = next(line for line in said.splitlines() if "neosieve run" in line)
    for option in (
        "neosieve run data/patient1.vcf.gz ", "--hla 'A*29:02,B*45:01'", "--tumor 'T 1'", "--normal N", "--region R2 ",
        "--region R3=r3.vcf.gz", "--germline g.vcf", "--germline-sample G", "--expression e.sf", "--rna-bam r.bam",
        "--dna-bam d.bam", "--segments s.txt", "--segments-sample S", "--purity 0.7", "--sex male", "--hla-loh l.tsv",
        "--reference ref", "--proteome p.fa", "--normal-expression n.gct", "--reads-fasta g.fa", "--policy my.toml",
        "--lengths 9", "--models auto", "--cache off", "--unphased both",
        "--hypotheses splice,start", "--include-filtered",
        "--incomplete-transcripts", "--strict", "--also multiqc,vcf,parquet", "--out results/samples/patient1",
    ):  # fmt: skip
        assert option in command
    inputs = next(line for line in said.splitlines() if line.startswith("    input: data/patient1.vcf.gz"))
    assert set(files) < set(inputs.removeprefix("    input: ").split(", "))
    assert "results/samples/patient1/annotated.vcf.gz.tbi" in said
    assert "results/samples/patient1/candidates.parquet" in said


@needs_snakemake
@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the column 'sample' is missing; sample, vcf and hla are needed"),
        ("sample\tvcf\n", "the column 'hla' is missing"),
        ("sample,vcf,hla\n", "the column 'sample,vcf,hla' is unknown"),
        ("sample\tvcf\thla\thla\n", "the column 'hla' is there twice"),
        ("sample\tvcf\thla\n\n", "has no samples; it needs a row for each"),
        ("sample\tvcf\thla\n\nA b\tx\ty\n", "line 3, sample: 'A b' does not match"),
        ("sample\tvcf\thla\nA\tx\n", "line 2: 'hla' is a required property"),
        ("sample\tvcf\thla\nA\tx\tNA\n", "line 2: 'hla' is a required property"),
        ("sample\tvcf\thla\nA\tx\ty\tz\n", "line 2: 4 cells under 3 columns"),
        ("sample\tvcf\thla\nA\tx\ty\nA\tx\tz\n", "line 3: the sample 'A' is there twice"),
        ("sample\tvcf\thla\tpurity\nA\tx\ty\t80%\n", "line 2, purity: '80%' is not of type 'number'"),
        ("sample\tvcf\thla\tpurity\nA\tx\ty\t80\n", "line 2, purity: 80.0 is greater than the maximum of 1"),
        ("sample\tvcf\thla\tsex\nA\tx\ty\tF\n", "line 2, sex: 'F' is not one of ['female', 'male']"),
        ("sample\tvcf\thla\tregions\nA\tx\ty\t=z\n", "line 2, regions: '=z' does not match"),
        ("sample\tvcf\thla\nA\tnowhere.vcf\tA*02:01\n", "nowhere.vcf"),
    ],
)
def test_a_wrong_sheet_is_one_clear_error(project: Path, text: str, said: str) -> None:
    """What is wrong, in which line, before anything runs."""
    (project / ".test/config/samples.tsv").write_text(text, encoding="utf-8")
    answer = run(project, fails=True)
    assert said in answer
    assert "Traceback" not in answer
    assert not (project / ".test/results").exists()


@needs_snakemake
@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("unphased=maybe", "The configuration, unphased: 'maybe' is not one of"),
        ("lenghts=9", "'lenghts' was unexpected"),
        ("samples=nowhere.tsv", "The sample sheet nowhere.tsv can't be read (No such file or directory)"),
    ],
)
def test_a_wrong_configuration_is_one_clear_error(project: Path, setting: str, said: str) -> None:
    """Likewise."""
    answer = run(project, "--config", setting, fails=True)
    assert said in answer
    assert "Traceback" not in answer


@needs_snakemake
@runs
@pytest.mark.slow
def test_results_are_those_of_single_runs(finished: Path, tmp_path: Path) -> None:
    """Every file of a sample is what `neosieve run` writes by itself."""
    data = finished / ".test/data"
    for name, options in {
        "patient1": ["--hla", "A*29:02,B*45:01"],
        "patient2": ["--hla", str(data / "patient2.hla.txt"), "--expression", str(data / "patient2.genes.tsv")],
    }.items():
        command = ["neosieve", "run", str(data / f"{name}.vcf.gz"), "--models", "embedded", *options]
        also = ["--also", "multiqc,pvacseq,fasta", "-o", str(tmp_path / name)]
        subprocess.run([*command, *also], check=True, capture_output=True)
        made = finished / ".test/results/samples" / name
        assert names(made) == names(tmp_path / name)
        assert set(FILES) < names(made)
        for file in tmp_path.joinpath(name).iterdir():
            assert (made / file.name).read_bytes() == file.read_bytes(), file.name


@needs_snakemake
@runs
@pytest.mark.slow
def test_logs_and_benchmarks_are_kept(finished: Path) -> None:
    """One of each for each job."""
    for name in PATIENTS:
        assert "candidates" in (finished / f".test/logs/predict/{name}.log").read_text(encoding="utf-8")
        assert (finished / f".test/benchmarks/predict/{name}.tsv").read_text().startswith("s\th:m:s\tmax_rss")


@needs_snakemake
@runs
@pytest.mark.slow
def test_multiqc_calls_samples_as_the_sheet_does(finished: Path) -> None:
    """All three VCFs call their tumour alike; the page has three samples nevertheless, by the sheet's names."""
    folder = finished / ".test/results/cohort"
    assert (folder / "multiqc.html").stat().st_size > 100_000
    for table in ("general_stats", "neosieve_tiers_plot", "neosieve_outcomes_plot"):
        rows = (folder / f"multiqc_data/multiqc_{table}.txt").read_text(encoding="utf-8").splitlines()[1:]
        assert [row.split("\t")[0] for row in rows] == list(PATIENTS)


@needs_snakemake
@runs
@pytest.mark.slow
def test_the_cohort_is_that_of_the_sheet(finished: Path) -> None:
    """Samples by the sheet's names, and only variants of two VCFs or more in what is shared: neighbours share nine."""
    folder = finished / ".test/results/cohort"
    with (folder / "samples.tsv").open(encoding="utf-8", newline="") as table:
        assert [row["sample"] for row in csv.DictReader(table, delimiter="\t")] == list(PATIENTS)
    with (folder / "shared.tsv").open(encoding="utf-8", newline="") as table:
        shared = {row["variant"]: row["samples"] for row in csv.DictReader(table, delimiter="\t")}
    calls = {
        name: {":".join(line.split("\t")[:2]) for line in text.splitlines() if not line.startswith("#")}
        for name, text in make_example.examples().items()
    }
    assert shared
    assert set(shared.values()) == {"patient1,patient2", "patient2,patient3"}
    for variants, samples in shared.items():
        for variant in variants.split(","):
            place = ":".join(variant.split(":")[:2])
            assert {name for name in PATIENTS if place in calls[name]} == set(samples.split(","))


@needs_snakemake
@runs
@pytest.mark.slow
def test_what_is_up_to_date_is_not_made_again(finished: Path, tmp_path: Path) -> None:
    """Nothing at first; then what depends on the change, no more."""
    project = Path(shutil.copytree(finished, tmp_path / "project", copy_function=shutil.copy2))
    assert "Nothing to be done" in run(project)

    with (project / ".test/data/patient2.hla.txt").open("a") as hla:
        hla.write("C*07:02\n")
    assert jobs(run(project)) == ["collect", "multiqc", "predict patient2"]
    assert "Nothing to be done" in run(project)

    samples = project / ".test/config/samples.tsv"
    text = samples.read_text(encoding="utf-8")
    samples.write_text(text.replace("A*29:02,B*45:01\t", "A*29:02\t"), encoding="utf-8")
    assert jobs(run(project)) == ["collect", "multiqc", "predict patient1"]

    shutil.copyfile(project / ".test/data/patient1.vcf.gz", project / ".test/data/patient4.vcf.gz")
    with samples.open("a", encoding="utf-8") as rows:
        rows.write("patient4\tdata/patient4.vcf.gz\tA*01:01\t\n")
    assert jobs(run(project)) == sorted([*COHORT_RULES, "predict patient4"])

    samples.write_text("".join(samples.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert jobs(run(project)) == COHORT_RULES
    assert "Nothing to be done" in run(project)

    assert "Nothing to be done" in run(project, "--dry-run", "--config", "cache=off")
    assert jobs(run(project, "--dry-run", "--config", "policy=affinity")) == [
        "collect",
        "multiqc",
        *(f"predict {name}" for name in PATIENTS),
    ]


@needs_snakemake
@runs
@pytest.mark.slow
def test_one_bad_sample_leaves_the_others_alone(project: Path) -> None:
    """The others are finished; the bad one has a log that says why, and no results; the cohort waits."""
    (project / ".test/data/bad.vcf").write_text("no VCF\n")
    sheet(project, PATIENT1, "bad\tdata/bad.vcf\tA*02:01")
    run(project, "--retries", "0", fails=True)
    assert (project / ".test/results/samples/patient1/run.json").exists()
    assert not any(path.is_file() for path in (project / ".test/results/samples/bad").glob("*"))
    assert not (project / ".test/results/cohort/multiqc.html").exists()
    assert "bad.vcf" in (project / ".test/logs/predict/bad.log").read_text(encoding="utf-8")


@needs_snakemake
@runs
@pytest.mark.slow
def test_outdated_further_files_go(project: Path) -> None:
    """Pvacseq's tables, which Snakemake doesn't know, don't outlive a run without them, nor a killed run's rest."""
    sheet(project, PATIENT1)
    run(project)
    folder = project / ".test/results/samples/patient1"
    assert len(list(folder.glob("*.MHC_I.*.tsv"))) == 3
    (folder / ".neosieve.1.part").mkdir()
    run(project, "--config", "also=[]")
    assert not list(folder.glob("*.MHC_I.*.tsv"))
    assert not list(folder.glob(".neosieve*"))


@needs_snakemake
@runs
@pytest.mark.slow
def test_the_report_holds_the_results(finished: Path, tmp_path: Path) -> None:
    """``snakemake --report`` takes the tables and pages of all samples and the cohort's page."""
    said = snakemake(finished, "--directory", ".test", "--report", str(tmp_path / "report.html"))
    assert said.count("Adding report.html") == len(PATIENTS)
    assert said.count("Adding variants.tsv") == len(PATIENTS)
    for name in ("multiqc.html", "cohort.html", "samples.tsv", "shared.tsv"):
        assert f"Adding {name}" in said
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Candidates of sample patient2" in page


MODULE = """
configfile: "config.yaml"

module neosieve:
    snakefile: "{snakefile}"
    config: config["neosieve"]
    {prefix}

use rule * from neosieve as neosieve_*

rule all:
    input:
        rules.neosieve_all.input,
    default_target: True

rule call:
    input: "{data}/{{patient}}.vcf.gz"
    output: "calls/{{patient}}.vcf.gz"
    shell: "cp {{input}} {{output}}"
"""


@needs_snakemake
@runs
@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["", "elsewhere"])
def test_others_can_use_it_as_a_module(tmp_path: Path, prefix: str) -> None:
    """In a workflow in another folder, on VCFs that one of its own rules makes, and under a prefix."""
    data = WORKFLOW / ".test/data"
    text = MODULE.format(
        snakefile=WORKFLOW / "workflow/Snakefile", data=data, prefix=f'prefix: "{prefix}"' if prefix else ""
    )
    (tmp_path / "Snakefile").write_text(text)
    (tmp_path / "config.yaml").write_text("neosieve:\n  samples: sheet.tsv\n  results: out\n  also: [fasta]\n")
    calls = tmp_path / "calls" if prefix else Path("calls")  # a prefix goes before every path that isn't absolute
    if prefix:
        (tmp_path / "calls").mkdir()
        for name in ("patient1", "patient2"):
            shutil.copyfile(data / f"{name}.vcf.gz", tmp_path / f"calls/{name}.vcf.gz")
    (tmp_path / "sheet.tsv").write_text(
        f"{COLUMNS}\npatient1\t{calls}/patient1.vcf.gz\tA*29:02\npatient2\t{calls}/patient2.vcf.gz\tA*02:01\n"
    )
    said = snakemake(tmp_path, "--cores", "2")
    assert ("call" in jobs(said)) == (not prefix)
    for name in ("patient1", "patient2"):
        assert set(FILES) < names(tmp_path / prefix / "out/samples" / name)
        assert (tmp_path / prefix / f"logs/predict/{name}.log").exists()
    assert (tmp_path / prefix / "out/cohort/multiqc.html").exists()
    assert "Nothing to be done" in snakemake(tmp_path, "--cores", "2")
