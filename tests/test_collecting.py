"""Finished runs gathered: what samples share, and whether they compare."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from neosieve import collecting
from neosieve.cli import main
from neosieve.collecting import collect
from neosieve.errors import InputError, NeosieveError
from neosieve.io.sorting import MOST_FILES, in_order
from neosieve.model.candidate import PolicyTier, Tier
from neosieve.model.patient import Samples
from neosieve.model.run import InputFile
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.cohort import load_schema, validate
from neosieve.report.cohortschema import schema_text
from neosieve.report.outputs import write_outputs
from neosieve.report.registry import TABLES

from .report.builders import A0201, B0702, binding, ranked, run_result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.mhc import Allele

G12D, OTHER = "chr12:25245350:C>T", "chr12:25245349:CC>AT"


def candidate(
    rank: int,
    percentile: float | None,
    *,
    peptide: str = "KLVVVGADGV",
    allele: Allele = A0201,
    gene: str = "KRAS",
    variant: str = G12D,
    label: str = "p.Gly12Asp",
    tier: str = "good",
) -> Ranked:
    """Build a candidate of one variant."""
    chrom, pos, change = variant.split(":")
    ref, alt = change.split(">")
    call = Call(Variant(chrom, int(pos) - 1, ref, alt), line=rank, filters=(), tumor=AlleleCounts())
    row = ranked(rank, gene, allele, call)
    one = row.candidate
    one = one._replace(
        change=replace(one.change, label=label),
        peptide=replace(one.peptide, sequence=peptide),
        binding=binding(100.0, percentile)._replace(affinity_percentile=None),
    )
    return row._replace(tier=Tier(tier) if tier in set(Tier) else PolicyTier(tier), candidate=one)


def finished(folder: Path, rows: Sequence[Ranked], *, tumor: str, vcf: str = "", **facts: object) -> Path:
    """Write a run."""
    result = replace(
        run_result(*rows),
        samples=Samples(tumor, None),
        inputs=(InputFile("vcf", "tumour.vcf.gz", (vcf or tumor).encode().hex().ljust(64, "0")[:64]),),
        settings=(("lengths", "8,9,10,11"), ("policy", "default"), ("unphased", "trans")),
    )
    write_outputs(replace(result, **facts), folder)  # type: ignore[arg-type]  # fields of RunResult
    return folder


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Write three runs.

    ===== ==================== ============ ============ ====== ======================= ==========
    run   variant              change       peptide      allele percentile              tier
    ===== ==================== ============ ============ ====== ======================= ==========
    one   G12D                 p.Gly12Asp   KLVVVGADGV   A*02   1                       good
    one   G12D                 p.Gly12Asp   VVVGADGVGK   B*07   50                      poor_binder
    two   G12D                 p.Gly12Asp   KLVVVGADGV   A*02   2.5                     poor_binder
    two   a base beside, too   p.Gly12Asp   KLVVVGADGV   B*07   0.25                    strong
    three a base beside, too   p.Gly12Asp   KLVVVGADGV   B*07   unknown                 binding_not_assessed
    three in another gene      p.Gly12Asp   SIINFEKLSI   A*02   2                       good
    ===== ==================== ============ ============ ====== ======================= ==========
    """
    return [
        finished(
            tmp_path / "a",
            [
                candidate(1, 1.0),
                candidate(2, 50.0, peptide="VVVGADGVGK", allele=B0702, tier="poor_binder"),
            ],
            tumor="one",
        ),
        finished(
            tmp_path / "b",
            [
                candidate(1, 0.25, allele=B0702, variant=OTHER, tier="strong"),
                candidate(2, 2.5, tier="poor_binder"),
            ],
            tumor="two",
        ),
        finished(
            tmp_path / "c",
            [
                candidate(1, 2.0, peptide="SIINFEKLSI", gene="NRAS", variant="chr1:5:A>C"),
                candidate(2, None, allele=B0702, variant=OTHER, tier="binding_not_assessed"),
            ],
            tumor="three",
        ),
    ]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))


def test_what_samples_share_is_told_by_variant_by_protein_change_and_by_peptide(
    three: list[Path], tmp_path: Path
) -> None:
    """By hand from the table above; presented at 2 or below, samples in name order: one, three, two.

    G12D: in one (presented by KLVVVGADGV on A*02, best 1, good) and two (2.5, not). The other: in two (0.25, strong, on
    B*07) and three (unknown). As a change of KRAS: in all three, presented in one and two, by the peptide on both
    alleles; NRAS p.Gly12Asp is another gene's. KLVVVGADGV on A*02 in one and two; on B*07 in two and three.
    VVVGADGVGK and SIINFEKLSI are of one sample each. All but the last are presented in one sample, and of those with
    equally many samples the lower percentile comes first.
    """
    collect(three, tmp_path / "out")
    a, b, peptide = "HLA-A*02:01", "HLA-B*07:02", "KLVVVGADGV"
    by_change = ("one,three,two", "2", "one,two", "KRAS", "p.Gly12Asp", f"{OTHER},{G12D}", peptide, f"{a},{b}")
    expected = [
        ("variant", "2", "three,two", "1", "two", "KRAS", "p.Gly12Asp", OTHER, peptide, b, "strong", "0.25"),
        ("variant", "2", "one,two", "1", "one", "KRAS", "p.Gly12Asp", G12D, peptide, a, "good", "1"),
        ("protein_change", "3", *by_change, "strong", "0.25"),
        ("peptide", "2", "three,two", "1", "two", "KRAS", "p.Gly12Asp", OTHER, peptide, b, "strong", "0.25"),
        ("peptide", "2", "one,two", "1", "one", "KRAS", "p.Gly12Asp", G12D, peptide, a, "good", "1"),
    ]
    assert [tuple(row.values()) for row in rows_of(tmp_path / "out" / "shared.tsv")] == expected


def test_what_nobody_presents_comes_last(tmp_path: Path) -> None:
    """One neoantigen is presented by one of two samples, the other by none of three; the latter comes after it."""
    low = candidate(1, 1.0)
    rest = candidate(2, 60.0, peptide="VVVGADGVGK", tier="poor_binder", variant=OTHER, label="p.X")
    runs = [finished(tmp_path / name, rows, tumor=name) for name, rows in (("a", [low, rest]), ("b", [low, rest]))]
    runs.append(finished(tmp_path / "c", [rest], tumor="c"))
    collect(runs, tmp_path / "out")
    found = [(row["peptide"], row["n_presented"], row["n_samples"]) for row in rows_of(tmp_path / "out" / "shared.tsv")]
    assert found[-2:] == [("KLVVVGADGV", "2", "2"), ("VVVGADGVGK", "0", "3")]


def test_a_compound_counts_for_each_of_its_variants(tmp_path: Path) -> None:
    """One sample has both variants in cis, the other the second one alone: that variant is shared."""
    both = candidate(1, 1.0, label="p.[Gly12Asp;Val14Ile]")
    second = candidate(1, 1.0, variant="chr12:25245344:C>T", label="p.Val14Ile", peptide="VVGAGGIGKS")
    calls = (*both.candidate.peptide.calls, *second.candidate.peptide.calls)
    both = both._replace(
        candidate=both.candidate._replace(peptide=replace(both.candidate.peptide, calls=calls, sequence="VVGADGIGKS")),
    )
    runs = [finished(tmp_path / name, [row], tumor=name) for name, row in (("a", both), ("b", second))]
    collect(runs, tmp_path / "out")
    (row,) = rows_of(tmp_path / "out" / "shared.tsv")
    assert (row["shared_by"], row["variant"], row["peptide"]) == (
        "variant",
        "chr12:25245344:C>T",
        "VVGADGIGKS,VVGAGGIGKS",
    )


def test_counts_per_sample(three: list[Path], tmp_path: Path) -> None:
    """Run two: one pair at 2 or below, one strong and one poor binder; its record's ledger has two rows."""
    collect(three, tmp_path / "out")
    rows = rows_of(tmp_path / "out" / "samples.tsv")
    assert [row["sample"] for row in rows] == ["one", "three", "two"]
    two = rows[2]
    picked = ("folder", "pairs_presented", "candidates", "tier_strong", "tier_good", "tier_poor_binder")
    assert [two[name] for name in picked] == ["b", "1", "2", "1", "0", "1"]
    counted = (
        "ledger_rows",
        "ledger_candidates",
        "ledger_filtered",
        "ledger_germline",
        "warnings",
        "normal",
        "version",
    )
    assert [two[name] for name in counted] == ["2", "1", "1", "0", "1", "NA", "0.1.0"]
    documented = next(table for table in TABLES if table.name == "samples.tsv").columns
    fixed = [column.name for column in documented if column.name != "tier_<tier>"]
    assert [name for name in two if not name.startswith("tier_")] == fixed


def test_the_order_of_the_runs_changes_no_byte(three: list[Path], tmp_path: Path) -> None:
    """Of six orders each gives the same four files."""
    seen = set()
    for number, order in enumerate(permutations(three)):
        out = tmp_path / f"out{number}"
        collect(order, out)
        seen.add(tuple((path.name, path.read_bytes()) for path in sorted(out.iterdir())))
    (files,) = seen
    assert [name for name, _ in files] == ["cohort.html", "cohort.json", "samples.tsv", "shared.tsv"]


def test_in_how_many_parts_and_processes_runs_are_joined_changes_no_byte(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one part by one process, and in a part for each hundred bytes by two."""
    collect(three, tmp_path / "one")
    monkeypatch.setattr(collecting, "PART_BYTES", 100)
    monkeypatch.setattr(collecting, "FEW_RUNS", 1)
    collect(three, tmp_path / "many", workers=2)
    one, many = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "many"))
    assert one == many
    assert b"\n" in one["shared.tsv"].partition(b"\n")[2]


def test_a_process_that_is_killed_is_told() -> None:
    """With what to do, and without a traceback."""
    with pytest.raises(NeosieveError, match="was killed"), collecting._mapping(2) as each:
        list(each(os._exit, [1]))


def test_runs_that_compare_say_so(three: list[Path], tmp_path: Path) -> None:
    """The record fits its schema, names the files' checksums, and counts what is shared: two, one and two rows."""
    cohort = collect(three, tmp_path / "out")
    record = json.loads((tmp_path / "out" / "cohort.json").read_text(encoding="utf-8"))
    validate(record)
    assert (cohort.warnings, record["warnings"], record["comparable"], record["differences"]) == ((), [], True, [])
    assert record["shared"] == {"variant": 2, "protein_change": 1, "peptide": 2}
    assert [(one["name"], one["rows"]) for one in record["outputs"]] == [
        ("samples.tsv", 3),
        ("shared.tsv", 5),
        ("cohort.html", None),
    ]
    assert [sample["inputs"][0]["sha256"][:6] for sample in record["samples"]] == ["6f6e65", "746872", "74776f"]


def test_the_shipped_schema_is_the_one_that_the_code_makes() -> None:
    """`python -m neosieve.report.cohortschema` was run after the last change."""
    assert json.loads(schema_text()) == load_schema()


def test_runs_that_do_not_compare_are_told(tmp_path: Path) -> None:
    """Other models, another version, another policy with tiers of its own: each is named, with the samples."""
    own = (("Pass", "No other rule applies."), ("Poor", "Else."))
    runs = [
        finished(tmp_path / "a", [candidate(1, 1.0)], tumor="one"),
        finished(tmp_path / "b", [candidate(1, 1.0)], tumor="two"),
        finished(
            tmp_path / "c",
            [candidate(1, 1.0, tier="Pass")],
            tumor="three",
            version="0.0.9",
            predictor="mhcflurry 2.2.0",
            tiers=own,
            settings=(("lengths", "9"), ("policy", "pvacseq"), ("unphased", "trans")),
        ),
    ]
    done = CliRunner().invoke(main, ["collect", *map(str, runs), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "out" / "cohort.json").read_text(encoding="utf-8"))
    assert [one["what"] for one in record["differences"]] == [
        "version of neosieve",
        "prediction models",
        "ranking policy",
        "lengths",
    ]
    assert record["differences"][3]["values"] == [
        {"value": "8,9,10,11", "samples": ["one", "two"]},
        {"value": "9", "samples": ["three"]},
    ]
    words = "the runs differ in lengths, so they compare badly: 8,9,10,11 (one, two); 9 (three)"
    assert words in record["warnings"]
    assert f"note: {words}\n" in done.stderr
    assert words in (tmp_path / "out" / "cohort.html").read_text(encoding="utf-8")
    samples = {row["sample"]: row for row in rows_of(tmp_path / "out" / "samples.tsv")}
    assert (samples["three"]["tier_Pass"], samples["one"]["tier_Pass"], samples["three"]["tier_good"]) == (
        "1",
        "NA",
        "NA",
    )
    shared = rows_of(tmp_path / "out" / "shared.tsv")
    assert {row["best_tier"] for row in shared} == {"NA"}  # tiers of two policies have no common order


def test_one_tumour_twice_is_told(tmp_path: Path) -> None:
    """Two runs of one VCF's sample go by their folders, with as much of the path as tells them apart."""
    runs = [
        finished(tmp_path / patient / "out", [candidate(1, 1.0)], tumor="TUMOR", vcf="same") for patient in ("p1", "p2")
    ]
    cohort = collect(runs, tmp_path / "out")
    assert [sample.name for sample in cohort.samples] == ["p1/out", "p2/out"]
    (warning,) = cohort.warnings
    assert warning.startswith("p1/out, p2/out are runs of one VCF's sample 'TUMOR': they count as several samples here")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda runs: (runs[1] / "run.json").unlink(), r"b holds no run\.json; give the folder of a finished run"),
        (lambda runs: (runs[1] / "run.json").write_text("{}"), r"run\.json is not a run's record \(KeyError: "),
        (lambda runs: (runs[1] / "candidates.tsv").unlink(), r"candidates\.tsv: there is no such file"),
        (
            lambda runs: (runs[1] / "candidates.tsv").write_text("changed"),
            r"candidates\.tsv is not as the run wrote it",
        ),
        (lambda runs: runs.append(runs[0]), r"a is given twice; give each run once"),
        (lambda runs: runs.clear(), r"there is no run to collect"),
        (
            lambda runs: (runs[1] / "run.json").write_text(
                (runs[1] / "run.json").read_text().replace('"schema_version": 1', '"schema_version": 9')
            ),
            r"version 9 of its schema, and this neosieve reads version 1",
        ),
    ],
)
def test_a_run_that_is_not_one_leaves_nothing(three: list[Path], tmp_path: Path, harm: object, words: str) -> None:
    """One clear error, and no folder."""
    harm(three)  # type: ignore[operator]
    with pytest.raises(InputError, match=words):
        collect(three, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_earlier_cohort_stays_when_a_new_one_fails(three: list[Path], tmp_path: Path) -> None:
    """Its four files are as they were, and nothing is beside them."""
    out = tmp_path / "out"
    collect(three, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (three[2] / "candidates.tsv").write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match="not as the run wrote it"):
        collect(three, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_the_cohort_is_not_written_into_a_run(three: list[Path]) -> None:
    """It would mix with the run's own files."""
    with pytest.raises(InputError, match="is one of the runs; choose another folder"):
        collect(three, three[0])


@pytest.mark.parametrize(
    ("folder", "tumor", "by_folder", "remedy"),
    [("a,b", "T", True, "rename the folder"), ("a", "T,U", False, "call the samples as their folders")],
)
def test_a_name_with_a_comma_is_refused(
    tmp_path: Path, folder: str, tumor: str, *, by_folder: bool, remedy: str
) -> None:
    """It would read as two samples where samples are listed."""
    runs = [finished(tmp_path / folder, [candidate(1, 1.0)], tumor=tumor)]
    with pytest.raises(InputError, match=f"commas part the samples in shared.tsv; {remedy}"):
        collect(runs, tmp_path / "out", by_folder=by_folder)
    assert not (tmp_path / "out").exists()


def test_a_folder_named_as_another_tumour_is_refused(tmp_path: Path) -> None:
    """Two runs of tumour T in x and y, and tumour x: there would be two samples x."""
    runs = [
        finished(tmp_path / name, [candidate(1, 1.0)], tumor=tumor)
        for name, tumor in (("x", "T"), ("y", "T"), ("z", "x"))
    ]
    with pytest.raises(InputError, match="would both be called 'x'"):
        collect(runs, tmp_path / "out")


def test_all_samples_can_be_called_as_their_folders(tmp_path: Path) -> None:
    """The same three, and a fourth with a tumour of its own, whose folder is called as another's."""
    runs = [
        finished(tmp_path / name, [candidate(1, 1.0)], tumor=tumor)
        for name, tumor in (("x", "T"), ("y", "T"), ("1/z", "x"), ("2/z", "Z"))
    ]
    collect(runs[:3], tmp_path / "three", by_folder=True)
    assert [row["sample"] for row in rows_of(tmp_path / "three" / "samples.tsv")] == ["x", "y", "z"]
    one = CliRunner().invoke(main, ["collect", str(runs[3]), "-o", str(tmp_path / "one"), "--names", "folder"])
    assert one.exit_code == 0, one.output
    assert [row["sample"] for row in rows_of(tmp_path / "one" / "samples.tsv")] == ["z"]
    collect(runs, tmp_path / "four", by_folder=True)
    names = [row["sample"] for row in rows_of(tmp_path / "four" / "samples.tsv")]
    assert names == sorted(f"{run.parent.name}/{run.name}" for run in runs)


def test_a_link_is_called_as_it_is_named(tmp_path: Path) -> None:
    """Results that were moved to another disk, with a link in their place: the same summary, byte for byte."""
    runs = [finished(tmp_path / name, [candidate(1, 1.0)], tumor="T") for name in ("x", "y")]
    collect(runs, tmp_path / "before", by_folder=True)
    (tmp_path / "disk").mkdir()
    runs[0].rename(tmp_path / "disk" / "data")
    runs[0].symlink_to(tmp_path / "disk" / "data")
    collect(runs, tmp_path / "after", by_folder=True)
    for file in sorted((tmp_path / "before").iterdir()):
        assert file.read_bytes() == (tmp_path / "after" / file.name).read_bytes(), file.name


def test_names_are_text_on_the_page_and_harmless_in_tables(tmp_path: Path) -> None:
    """A tumour and a gene that hold markup or a formula: escaped on the page, which allows no script at all."""
    bad = "<script>alert(1)</script>"
    runs = [finished(tmp_path / name, [candidate(1, 1.0, gene="=1+1" + bad)], tumor=f"{bad}{name}") for name in "ab"]
    collect(runs, tmp_path / "out")
    page = (tmp_path / "out" / "cohort.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert page.count("&lt;script&gt;alert(1)") >= 3
    shared = rows_of(tmp_path / "out" / "shared.tsv")
    assert {row["gene"] for row in shared} == {"'=1+1" + bad}


def test_a_gene_and_a_change_are_told_apart_whatever_they_hold(tmp_path: Path) -> None:
    """``A p.1`` with the change ``p.2`` isn't ``A`` with ``p.1 p.2``, and nothing else is shared."""
    told = (("A p.1", "p.2", "SIINFEKLSI", G12D), ("A", "p.1 p.2", "KLVVVGADGV", OTHER))
    runs = [
        finished(
            tmp_path / name, [candidate(1, 1.0, gene=gene, label=label, peptide=peptide, variant=variant)], tumor=name
        )
        for name, (gene, label, peptide, variant) in zip("ab", told, strict=True)
    ]
    collect(runs, tmp_path / "out")
    assert rows_of(tmp_path / "out" / "shared.tsv") == []


def test_lines_of_many_files_come_in_order(tmp_path: Path) -> None:
    """More files than are merged at once, equal lines among them, and nothing left on disk."""
    given = [f"line {(number * 7919) % 1000:04d} ä\n".encode() for number in range(1200)]
    files = [tmp_path / str(number) for number in range(3 * MOST_FILES)]
    for number, file in enumerate(files):
        file.write_bytes(b"".join(sorted(given[number :: len(files)])))
    assert list(in_order(files)) == sorted(given)
    assert list(tmp_path.iterdir()) == []
