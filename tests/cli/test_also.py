"""``neosieve run --also`` and ``neosieve columns``, as a user types them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from neosieve.cli import main
from neosieve.report import parquet
from neosieve.report.registry import TABLES

if TYPE_CHECKING:
    from pathlib import Path

HLA = "A*29:02,B*45:01"
SAMPLE = "HCC1395_TUMOR_DNA"
ALWAYS = {"candidates.tsv", "variants.tsv", "ledger.tsv", "excluded_peptides.tsv", "proteins.tsv", "report.html"}
FURTHER = {
    *(f"{SAMPLE}.MHC_I.{kind}.tsv" for kind in ("all_epitopes", "filtered", "all_epitopes.aggregated")),
    *(f"neosieve_{kind}_mqc.json" for kind in ("summary", "tiers", "outcomes")),
    *("annotated.vcf.gz", "annotated.vcf.gz.tbi", "windows.fasta", "candidates.parquet"),
}


def run(vcf: Path, out: Path, *options: str) -> Result:
    """Run on nine-residue peptides alone, which is quick."""
    given = [str(vcf), "--hla", HLA, "--lengths", "9", "--models", "embedded", "--include-filtered", "-o", str(out)]
    return CliRunner().invoke(main, ["run", *given, *options])


def rows(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, demo_vcf: Path) -> Path:
    """Return a run of the demo with all further files."""
    folder = tmp_path_factory.mktemp("also") / "out"
    done = run(demo_vcf, folder, "--also", "parquet,pvacseq", "--also", "fasta, vcf,multiqc")
    assert done.exit_code == 0, done.output
    return folder


def test_every_file_is_there_and_in_the_record(out: Path) -> None:
    """run.json lists all, with the checksums that they have."""
    record = json.loads((out / "run.json").read_text())
    assert {path.name for path in out.iterdir()} == ALWAYS | FURTHER | {"run.json"}
    assert {output["name"] for output in record["outputs"]} == ALWAYS | FURTHER
    for output in record["outputs"]:
        assert hashlib.sha256((out / output["name"]).read_bytes()).hexdigest() == output["sha256"], output["name"]


def test_the_further_files_change_no_other(out: Path, tmp_path: Path, demo_vcf: Path) -> None:
    """A run without them writes the same tables and report; one with them again the same bytes of all."""
    assert run(demo_vcf, tmp_path / "plain").exit_code == 0
    assert run(demo_vcf, tmp_path / "again", "--also", "fasta,vcf,multiqc,pvacseq,parquet").exit_code == 0
    for name in ALWAYS:
        assert (tmp_path / "plain" / name).read_bytes() == (out / name).read_bytes(), name
    for name in ALWAYS | FURTHER | {"run.json"}:
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


def test_pvacseqs_rows_are_the_candidates_on_their_transcripts(out: Path) -> None:
    """Each variant × transcript × peptide × allele of candidates.tsv has its row, and no other has one."""
    expected = {
        (variant, transcript, row["peptide"], row["allele"])
        for row in rows(out / "candidates.tsv")
        for variant in row["haplotype"].split("+")
        for transcript in row["transcripts"].split(",")
    }
    found = set()
    for row in rows(out / f"{SAMPLE}.MHC_I.all_epitopes.tsv"):
        repeated = len(row["Reference"]) != len(row["Variant"])
        position = int(row["Start"]) + (0 if repeated else 1)
        variant = f"{row['Chromosome']}:{position}:{row['Reference']}>{row['Variant']}"
        found.add((variant, row["Transcript"], row["MT Epitope Seq"], row["HLA Allele"]))
    assert found == expected
    aggregated = rows(out / f"{SAMPLE}.MHC_I.all_epitopes.aggregated.tsv")
    assert len(aggregated) == len(rows(out / "variants.tsv"))


def test_the_headers_are_the_registered_ones(out: Path) -> None:
    """What `neosieve columns` tells of pVACseq's tables is what is in them, the alleles' columns aside."""
    documented = {table.name.removeprefix("<sample>"): [one.name for one in table.columns] for table in TABLES}
    for kind in (".MHC_I.all_epitopes.tsv", ".MHC_I.filtered.tsv", ".MHC_I.all_epitopes.aggregated.tsv"):
        header = (out / f"{SAMPLE}{kind}").read_text().splitlines()[0].split("\t")
        if "<allele>" in documented[kind]:
            place = documented[kind].index("<allele>")
            documented[kind][place : place + 1] = ["A*29:02", "B*45:01"]
        assert header == documented[kind]


def test_the_vcf_tells_what_the_variants_table_tells(out: Path, demo_vcf: Path) -> None:
    """Rank by variant, and an outcome for every ALT; the records are the input's, in its order."""
    ranks = {row["variant"]: row["best_rank"] for row in rows(out / "variants.tsv")}
    given = [line for line in gzip.decompress(demo_vcf.read_bytes()).splitlines() if not line.startswith(b"#")]
    made = [
        line
        for line in gzip.decompress((out / "annotated.vcf.gz").read_bytes()).splitlines()
        if not line.startswith(b"#")
    ]
    found = {}
    for before, after in zip(given, made, strict=True):
        old, new = before.decode().split("\t"), after.decode().split("\t")
        assert (*new[:7], *new[8:]) == (*old[:7], *old[8:])
        info = dict(part.partition("=")[::2] for part in new[7].split(";"))
        assert ";".join(part for part in new[7].split(";") if not part.startswith("NEOSIEVE_")) == old[7]
        assert info["NEOSIEVE_OUTCOME"] != "."
        if "NEOSIEVE_RANK" in info:
            found[f"{old[0]}:{old[1]}:{old[3]}>{old[4]}"] = info["NEOSIEVE_RANK"]
    assert found == ranks


def test_the_windows_hold_every_peptide(out: Path) -> None:
    """Of each candidate, on each transcript that makes it; ids are unique."""
    windows: dict[str, str] = {}
    for block in (out / "windows.fasta").read_text().split(">")[1:]:
        header, *lines = block.splitlines()
        name = header.split()[0]
        assert name not in windows
        windows[name] = "".join(lines)
    by_transcript: dict[str, list[str]] = {}
    for name, sequence in windows.items():
        by_transcript.setdefault(name.split("|")[1], []).append(sequence)
    for row in rows(out / "candidates.tsv"):
        for transcript in row["transcripts"].split(","):
            assert any(row["peptide"] in sequence for sequence in by_transcript[transcript]), (
                transcript,
                row["peptide"],
            )


def test_an_unknown_kind_is_a_usage_error(tmp_path: Path, demo_vcf: Path) -> None:
    """The message lists what there is; nothing is written."""
    done = run(demo_vcf, tmp_path / "out", "--also", "xlsx")
    assert done.exit_code == 2
    assert "pvacseq, multiqc, vcf, fasta, parquet" in " ".join(done.output.replace("│", " ").split())
    assert not (tmp_path / "out").exists()


def test_parquet_without_its_library_fails_before_the_work(
    tmp_path: Path, demo_vcf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that names the extra; exit code 1; no file, no folder."""
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    done = run(demo_vcf, tmp_path / "out", "--also", "parquet")
    assert done.exit_code == 1
    assert "neosieve[parquet]" in done.stderr
    assert not (tmp_path / "out").exists()


def test_files_of_an_earlier_run_do_not_outlive_it(tmp_path: Path, demo_vcf: Path) -> None:
    """A second run without --also takes the first one's further files away, but for one that was edited since."""
    out = tmp_path / "out"
    assert run(demo_vcf, out, "--also", "fasta,multiqc").exit_code == 0
    (out / "windows.fasta").write_text("mine now\n")
    (out / "notes.txt").write_text("mine\n")
    assert run(demo_vcf, out).exit_code == 0
    assert {path.name for path in out.iterdir()} == ALWAYS | {"run.json", "windows.fasta", "notes.txt"}


def test_without_a_normal_the_empty_filtered_table_is_explained(tmp_path: Path, demo_vcf: Path) -> None:
    """A tumour-only VCF lacks what pVACseq's filters ask of the normal: a warning says that nothing can pass."""
    lines = gzip.decompress(demo_vcf.read_bytes()).decode().splitlines()
    header = next(line for line in lines if line.startswith("#CHROM")).split("\t")
    normal = header.index("HCC1395_NORMAL_DNA")
    kept = [
        line if line.startswith("##") else "\t".join(c for n, c in enumerate(line.split("\t")) if n != normal)
        for line in lines
        if not line.startswith("##normal_sample")
    ]
    vcf = tmp_path / "tumour_only.vcf"
    vcf.write_text("\n".join(kept) + "\n")
    done = run(vcf, tmp_path / "out", "--also", "pvacseq")
    assert done.exit_code == 0, done.output
    assert "no matched normal" in done.stderr
    assert "filtered.tsv is empty" in done.stderr
    assert rows(tmp_path / "out" / f"{SAMPLE}.MHC_I.filtered.tsv") == []
    assert any(
        "filtered.tsv" in warning for warning in json.loads((tmp_path / "out" / "run.json").read_text())["warnings"]
    )


@pytest.mark.parametrize("form", ["tsv", "markdown", "json"])
def test_columns_are_listed(form: str) -> None:
    """All tables without an argument, and the named one alone with it."""
    everything = CliRunner().invoke(main, ["columns", "--format", form])
    one = CliRunner().invoke(main, ["columns", "HCC.MHC_I.filtered.tsv", "--format", form])
    assert everything.exit_code == one.exit_code == 0
    assert "presentation_percentile" in everything.stdout
    assert "MT Epitope Seq" in one.stdout
    assert "ledger.tsv" not in one.stdout.replace("see ledger.tsv", "")


def test_columns_of_an_unknown_table() -> None:
    """A usage error that lists the tables."""
    done = CliRunner().invoke(main, ["columns", "nothing.tsv"])
    assert done.exit_code == 2
    assert "candidates.tsv" in done.output
