"""``neosieve vaccine`` on the shipped demo."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from Bio.Seq import Seq
from click.testing import CliRunner

from neosieve.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the demo once."""
    out = tmp_path_factory.mktemp("demo") / "out"
    done = CliRunner().invoke(main, ["demo", "-o", str(out)])
    assert done.exit_code == 0, done.output
    return out


def call(*arguments: object) -> tuple[int, str]:
    """Run ``neosieve vaccine``; return its exit code and what it said."""
    done = CliRunner().invoke(main, ["vaccine", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


def rows(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def fasta(path: Path) -> dict[str, str]:
    """Read names and sequences."""
    found: dict[str, str] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(">"):
            name = line[1:].split()[0]
        else:
            found[name] = found.get(name, "") + line
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder, hidden ones included."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mark(row: dict[str, str], word: str) -> dict[str, str]:
    """Mark a row of candidates.tsv, or of an order sheet."""
    peptide, allele = (
        (row["best_epitope"], row["best_allele"]) if "best_epitope" in row else (row["peptide"], row["allele"])
    )
    return {"variant": row["variant"], "peptide": peptide, "allele": allele, "mark": word, "note": "because"}


def review(path: Path, *marks: dict[str, str]) -> Path:
    """Write a review."""
    content: dict[str, Any] = {"neosieve_review": 1, "sample": None, "vcf_sha256": None, "marks": list(marks)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_long_peptides_come_as_a_sheet_and_as_fasta(finished: Path, tmp_path: Path) -> None:
    """Twenty-five to thirty-three residues, each with its best epitope, cut from the mutant protein where it says."""
    code, said = call(finished, "--format", "slp", "-o", tmp_path, "--count", 6)
    assert code == 0, said
    sheet = rows(tmp_path / "slp.tsv")
    proteins = {row["transcript"]: row for row in rows(finished / "proteins.tsv")}
    assert len(sheet) == 6
    assert fasta(tmp_path / "slp.fasta") == {row["name"]: row["sequence"] for row in sheet}
    for row in sheet:
        assert 25 <= int(row["length"]) == len(row["sequence"]) <= 33
        assert row["best_epitope"] in row["sequence"]
        assert row["sequence"] not in proteins[row["transcript"]]["normal_protein"]
        start = int(row["protein_start"]) - 1
        assert proteins[row["transcript"]]["mutant_protein"][start:].startswith(row["sequence"])
        assert row["best_tier"] in {"strong", "good"}
    assert {path.name for path in tmp_path.iterdir()} == {"slp.tsv", "slp.fasta", "slp_left_out.tsv", "slp.json"}
    assert "6 chosen to cover alleles, clones and genes (proved best)" in said


def test_every_variant_is_ordered_or_left_out_with_a_reason(finished: Path, tmp_path: Path) -> None:
    """Nothing vanishes: the variants of both tables are all that have candidates."""
    assert call(finished, "--format", "minimal", "-o", tmp_path)[0] == 0
    ordered = {name for row in rows(tmp_path / "minimal.tsv") for name in row["variants"].split("+")}
    left = rows(tmp_path / "minimal_left_out.tsv")
    assert all(row["reason"] not in {"", "NA"} for row in left)
    told = ordered | {row["variant"] for row in left}
    assert told >= {row["variant"] for row in rows(finished / "candidates.tsv")}


def test_a_cassette_translates_back_and_its_junctions_are_told(finished: Path, tmp_path: Path) -> None:
    """DNA, RNA and protein agree; the junction report has before and after for every seam."""
    options = ("--format", "mrna", "-o", tmp_path, "--count", 5, "--signal", "hla", "--mitd", "hla")
    code, said = call(finished, *options)
    assert code == 0, said
    (protein,) = fasta(tmp_path / "mrna_protein.fasta").values()
    (dna,) = fasta(tmp_path / "mrna_dna.fasta").values()
    (rna,) = fasta(tmp_path / "mrna_rna.fasta").values()
    for bases in (dna, rna):
        assert str(Seq(bases).translate()) == f"{protein}*"  # type: ignore[no-untyped-call]
    for row in rows(tmp_path / "mrna.tsv"):
        start = int(row["cassette_start"]) - 1
        assert protein[start : start + int(row["length"])] == row["sequence"]
    seams = rows(tmp_path / "mrna_junctions.tsv")
    assert [row["junction"] for row in seams] == ["1", "2", "3", "4", "5", "6"] * 2
    assert [row["design"] for row in seams] == ["before"] * 6 + ["after"] * 6
    assert all(float(row["worst_percentile"]) > 0.5 for row in seams if row["design"] == "after")
    record = json.loads((tmp_path / "mrna.json").read_text(encoding="utf-8"))
    assert record["cassette"]["after"]["presented_at_0.5_percent"] == 0
    assert "note: no --reference or --proteome" in said


@pytest.mark.parametrize("kind", ["slp", "mrna", "minimal"])
def test_the_same_run_gives_the_same_bytes(finished: Path, tmp_path: Path, kind: str) -> None:
    """In two folders, the second of which holds an older result."""
    for name in ("one", "two", "two"):
        assert call(finished, "--format", kind, "-o", tmp_path / name, "--count", 3)[0] == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("kind", ["slp", "mrna", "minimal"])
def test_a_review_is_honoured(finished: Path, tmp_path: Path, kind: str) -> None:
    """A rejected best candidate is in no sequence; an accepted poor binder is, beyond the count."""
    assert call(finished, "--format", kind, "-o", tmp_path / "plain", "--count", 2)[0] == 0
    (first, *_) = rows(tmp_path / "plain" / f"{kind}.tsv")
    poor = next(row for row in reversed(rows(finished / "candidates.tsv")) if row["tier"] == "poor_binder")
    marks = review(tmp_path / "review.json", mark(first, "reject"), mark(poor, "accept"))
    code, said = call(finished, "--format", kind, "-o", tmp_path / "out", "--count", 2, "--review", marks)
    assert code == 0, said
    sheet = rows(tmp_path / "out" / f"{kind}.tsv")
    assert not any(first["best_epitope"] in row["sequence"] for row in sheet)
    (accepted,) = [row for row in sheet if poor["peptide"] in row["sequence"]]
    assert accepted["review"] == "accept: because"
    (left,) = [
        row
        for row in rows(tmp_path / "out" / f"{kind}_left_out.tsv")
        if (row["peptide"], row["allele"]) == (first["best_epitope"], first["best_allele"])
    ]
    assert left["reason"] == "rejected by the review: because"


@pytest.mark.parametrize("kind", ["slp", "mrna"])
def test_every_mark_on_a_peptides_candidates_is_on_its_sheet(finished: Path, tmp_path: Path, kind: str) -> None:
    """An acceptance of one doesn't hide what the reviewer noted of another."""
    table = {(row["peptide"], row["allele"]): row for row in rows(finished / "candidates.tsv")}
    best, other = table["QENWFYFEA", "HLA-B*45:01"], table["EYQENWFYF", "HLA-A*29:02"]
    marks = review(tmp_path / "review.json", mark(other, "review") | {"note": "sequence first"}, mark(best, "accept"))
    code, said = call(finished, "--format", kind, "--count", 2, "--review", marks, "-o", tmp_path / "out")
    assert code == 0, said
    (line,) = (row for row in rows(tmp_path / "out" / f"{kind}.tsv") if row["gene"] == "ADPRHL1")
    assert line["review"] == ("accept QENWFYFEA/HLA-B*45:01: because; review EYQENWFYF/HLA-A*29:02: sequence first")


def test_options_reach_the_design(finished: Path, tmp_path: Path) -> None:
    """Tiers, linkers, enzymes and the length limit."""
    options = ("--tiers", "low_expression", "--linkers", "none,GGS", "--avoid", "none", "--max-length", 80)
    code, said = call(finished, "--format", "mrna", "-o", tmp_path, *options)
    assert code == 0, said
    assert {row["best_tier"] for row in rows(tmp_path / "mrna.tsv")} == {"low_expression"}
    assert {row["linker"] for row in rows(tmp_path / "mrna_junctions.tsv")} <= {"NA", "GGS"}
    (protein,) = fasta(tmp_path / "mrna_protein.fasta").values()
    assert len(protein) <= 80
    assert any("longer than 80 residues" in row["reason"] for row in rows(tmp_path / "mrna_left_out.tsv"))
    assert "fit --max-length" in said


def test_a_choice_that_is_cut_short_is_the_best_of_its_size(finished: Path, tmp_path: Path) -> None:
    """What --max-length leaves room for is chosen anew: what is said to be proved best is what is in the cassette."""
    plain = ("--format", "mrna", "--linkers", "none", "--avoid", "none")
    assert call(finished, *plain, "--max-length", 150, "-o", tmp_path / "cut")[0] == 0
    size = len(rows(tmp_path / "cut" / "mrna.tsv"))
    assert size == 5  # M and five of 27 are 136 residues, six are 163
    assert call(finished, *plain, "--count", size, "-o", tmp_path / "asked")[0] == 0
    cut, asked = (json.loads((tmp_path / name / "mrna.json").read_text("utf-8")) for name in ("cut", "asked"))
    assert cut["portfolio"] == asked["portfolio"]
    assert rows(tmp_path / "cut" / "mrna.tsv") == rows(tmp_path / "asked" / "mrna.tsv")


@pytest.mark.parametrize("kind", ["slp", "minimal", "mrna"])
def test_a_tier_that_no_policy_knows_is_refused(finished: Path, tmp_path: Path, kind: str) -> None:
    """A slip of the pen isn't passed over beside a tier that there is."""
    code, said = call(finished, "--format", kind, "--tiers", "strong,godo", "-o", tmp_path / "out")
    assert code == 1
    assert "--tiers: godo" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options", [("slp", "--linkers", "AAY"), ("mrna", "--length", "30-33"), ("minimal", "--mitd", "hla")]
)
def test_an_option_of_another_format_is_refused(finished: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Rather than passed over: who gives it expects something of it."""
    code, said = call(finished, "--format", *options, "-o", tmp_path / "out")
    assert code == 2
    assert options[1] in said
    assert not (tmp_path / "out").exists()


def broken_copy(finished: Path, tmp_path: Path, name: str) -> Path:
    """Copy the run and change one letter of a table."""
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy)
    path = copy / name
    path.write_bytes(path.read_bytes().replace(b"strong", b"strung", 1).replace(b"ENST", b"ENSU", 1))
    return copy


@pytest.mark.parametrize("name", ["candidates.tsv", "proteins.tsv"])
def test_nothing_is_ordered_from_a_changed_table(finished: Path, tmp_path: Path, name: str) -> None:
    """The checksum in run.json tells."""
    code, said = call(broken_copy(finished, tmp_path, name), "--format", "slp", "-o", tmp_path / "out")
    assert code == 1
    assert f"{name} is not as the run wrote it" in said
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    """There is nothing, or something else, or an older version's."""
    assert call(tmp_path, "--format", "slp") == (
        1,
        f"neosieve: {tmp_path} holds no run.json; give the folder of a finished run (-o of `neosieve run`)\n",
    )
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    code, said = call(tmp_path, "--format", "slp")
    assert code == 1
    assert "is not a run's record" in said
    record = {
        "settings": {"lengths": "9"},
        "outputs": [{"name": "candidates.tsv", "sha256": "0" * 64}],
        "inputs": [],
        "hla": {"alleles": []},
        "samples": {"tumor": "T"},
        "predictor": {"identity": "embedded 1"},
    }
    (tmp_path / "candidates.tsv").write_text("", encoding="utf-8")
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    code, said = call(tmp_path, "--format", "slp")
    assert code == 1
    assert said.count("\n") == 1


def test_nothing_to_order_is_told_with_what_there_is(finished: Path, tmp_path: Path) -> None:
    """A tier that no candidate has."""
    code, said = call(finished, "--format", "slp", "--tiers", "self_like", "-o", tmp_path / "out")
    assert code == 1
    assert "none of its" in said
    assert "they are of the tiers" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["slp", "minimal", "mrna"])
def test_a_run_without_candidates_has_nothing_to_order(demo_vcf: Path, tmp_path: Path, kind: str) -> None:
    """The demo's header alone: no advice that can't help, as there are no tiers to name."""
    header = [line for line in gzip.decompress(demo_vcf.read_bytes()).decode().splitlines() if line.startswith("#")]
    (tmp_path / "none.vcf").write_text("\n".join(header) + "\n", encoding="utf-8")
    options = ["--hla", "A*29:02", "--models", "embedded", "-o", str(tmp_path / "out")]
    assert CliRunner().invoke(main, ["run", str(tmp_path / "none.vcf"), *options]).exit_code == 0
    code, said = call(tmp_path / "out", "--format", kind)
    assert code == 1
    assert "has no candidates, so there is nothing to order" in said
    assert "--tiers" not in said
    assert not (tmp_path / "out" / "vaccine").exists()


@pytest.mark.parametrize(("policy", "tier"), [("pvacseq", "Pass"), ("mupexi", None)])
def test_another_policy_says_itself_what_is_worth_ordering(
    demo_vcf: Path, tmp_path: Path, policy: str, tier: str | None
) -> None:
    """What passes pVACseq's checks; MuPeXI's rule has none, so that nothing says what to order."""
    hla = "A*29:02,B*45:01,B*82:02"
    options = ["--policy", policy, "--models", "embedded", "-o", str(tmp_path / "out")]
    assert CliRunner().invoke(main, ["run", str(demo_vcf), "--hla", hla, *options]).exit_code == 0
    code, said = call(tmp_path / "out", "--format", "minimal", "--count", 2)
    if tier is None:
        assert code == 1
        assert "nothing says what is worth ordering" in said
        assert not (tmp_path / "out" / "vaccine").exists()
    else:
        assert code == 0, said
        assert {row["best_tier"] for row in rows(tmp_path / "out" / "vaccine" / "minimal.tsv")} == {tier}


def test_a_review_of_something_else_is_refused(finished: Path, tmp_path: Path) -> None:
    """Its candidate isn't in the run."""
    marks = review(
        tmp_path / "review.json", {"variant": "1:1:A>T", "peptide": "SIINFEKL", "allele": "A", "mark": "reject"}
    )
    code, said = call(finished, "--format", "slp", "--review", marks, "-o", tmp_path / "out")
    assert code == 1
    assert "has no such candidate" in said


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "dna"),
        ("--format", "slp", "--length", "33-25"),
        ("--format", "slp", "--length", "9"),
        ("--format", "mrna", "--linkers", "AA1"),
        ("--format", "mrna", "--linkers", "AAY,,GGS"),
        ("--format", "slp", "--count", "0"),
        (),
    ],
)
def test_wrong_usage(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Exit code 2, before anything is read."""
    assert call(tmp_path, *options)[0] == 2
