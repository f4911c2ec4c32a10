"""Real tumours run from sequence: HCC1395 and MEL218 with chromosome 20 in GRCh38's coordinates, and a wrong build."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neosieve.building import build_reference
from neosieve.errors import InputError
from neosieve.io.reference import open_reference
from neosieve.model.ledger import Outcome
from neosieve.pipeline import run
from neosieve.settings import RunSettings
from neosieve.timing import Stages
from tests.biology.fakes import FakePredictor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.run import RunResult

ALTERING = {
    "missense_variant": 9,
    "stop_gained": 1,
    "frameshift_variant": 1,
}
"""HCC1395's chr20 records that alter a protein, by VEP's most severe term (DATA: 11 of 25)."""


@pytest.fixture(scope="session")
def chr20(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build chromosome 20 in GRCh38's coordinates with GENCODE 28, once."""
    genome = shared / "genome" / "grch38"
    models, sequence = genome / "gencode_v28_basic.chr20.gtf.gz", genome / "chr20_lifted_from_grch37.fa.gz"
    out = tmp_path_factory.mktemp("grch38") / "chr20.ref"
    build_reference(models, sequence, out, proteome=None, stages=Stages())
    return out


def chr20_of(source: Path, target: Path, *, csq: bool) -> Path:
    """Copy a VCF's chr20 records, without VEP's annotation unless asked for."""
    kept = []
    for line in gzip.decompress(source.read_bytes()).decode().splitlines():
        if line.startswith("#") and (csq or "ID=CSQ" not in line):
            kept.append(line)
        elif line.startswith("chr20\t"):
            columns = line.split("\t")
            if not csq:
                columns[7] = ";".join(part for part in columns[7].split(";") if not part.startswith("CSQ=")) or "."
            kept.append("\t".join(columns))
    target.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return target


def running(vcf: Path, reference: Path, **options: object) -> RunResult:
    """Run on all records; scores are made up."""
    given: dict[str, object] = {
        "vcf": vcf, "reference": reference, "hla": "A*02:01", "out": Path("unused"), "include_filtered": True,
    }  # fmt: skip
    return run(RunSettings.model_validate(given | options), predictor=FakePredictor())


def rows_of(vcf: Path) -> list[list[str]]:
    """Split a VCF's records into columns."""
    data = vcf.read_bytes()
    text = (gzip.decompress(data) if vcf.suffix == ".gz" else data).decode()
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def assert_reconciled(result: RunResult, rows: Sequence[Sequence[str]]) -> None:
    """Each ALT has at least one row, no other has any, and rows and candidates count the same peptides."""
    alts = Counter(f"{row[0]}:{row[1]}:{row[3]}>{alt}" for row in rows for alt in row[4].split(","))
    written = Counter(entry.variant for entry in result.ledger)
    assert written.keys() == alts.keys()
    assert all(written[alt] >= count for alt, count in alts.items())
    assert result.funnel[0].count == alts.total()
    peptides: dict[tuple[str, str], set[str]] = {}
    for one in result.ranked:
        for call in one.candidate.peptide.calls:
            for transcript in one.candidate.transcripts:
                peptides.setdefault((str(call.variant), transcript), set()).add(one.candidate.peptide.sequence)
    assert {key: len(found) for key, found in peptides.items()} == {
        (entry.variant, entry.transcript or ""): entry.n_peptides for entry in result.ledger if entry.n_peptides
    }


@pytest.fixture(scope="module")
def hcc1395(shared: Path, chr20: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    """Run HCC1395's chr20 without its annotation."""
    source = shared / "hcc1395" / "annotated.expression.vcf.gz"
    vcf = chr20_of(source, tmp_path_factory.mktemp("hcc1395") / "plain.vcf", csq=False)
    return running(vcf, chr20), vcf


def test_hcc1395_without_its_annotation(hcc1395: tuple[RunResult, Path], shared: Path) -> None:
    """25 records; 11 alter a protein: nine missense, a stop, a frameshift, the very ones that VEP calls so."""
    result, vcf = hcc1395
    rows = rows_of(vcf)
    assert len(rows) == 25
    assert_reconciled(result, rows)
    untouched = {Outcome.NO_PROTEIN_CHANGE, Outcome.GERMLINE}
    altering = {entry.variant for entry in result.ledger if entry.outcome not in untouched}
    terms = _vep_terms(rows_of(shared / "hcc1395" / "annotated.expression.vcf.gz"))
    assert altering == terms.keys()
    assert Counter(terms.values()) == ALTERING
    assert result.funnel[3].count == 11
    # a stop makes no residue; each missense and the frameshift has peptides on some transcript
    with_peptides = {entry.variant for entry in result.ledger if entry.n_peptides}
    assert with_peptides == {variant for variant, term in terms.items() if term != "stop_gained"}


def _vep_terms(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Tell each chr20 ALT that alters a protein by VEP's term, on any transcript that is no decaying one."""
    found = {}
    for row in rows:
        if row[0] != "chr20":
            continue
        entries = row[7].split("CSQ=")[1].split(";")[0].split(",")
        terms = {term for entry in entries for term in entry.split("|")[1].split("&")}
        for term in ALTERING:
            if term in terms:
                found[f"{row[0]}:{row[1]}:{row[3]}>{row[4]}"] = term
    return found


def test_hcc1395_with_its_annotation(
    hcc1395: tuple[RunResult, Path], shared: Path, chr20: Path, tmp_path: Path
) -> None:
    """The sequence decides: the same candidates and rows, and a row more for each place where VEP says otherwise.

    Those are two of RRBP1's transcripts, whose residue 382 differs between the builds (see label_differences.tsv): the
    sequence at hand is GRCh37's in GRCh38's coordinates. 53 pairs of call and transcript could be compared.
    """
    plain, _ = hcc1395
    vcf = chr20_of(shared / "hcc1395" / "annotated.expression.vcf.gz", tmp_path / "annotated.vcf", csq=True)
    result = running(vcf, chr20)
    assert_reconciled(result, rows_of(vcf))
    differing = [entry for entry in result.ledger if entry.outcome is Outcome.ANNOTATION_DIFFERS]
    assert [(entry.variant, entry.gene, entry.transcript) for entry in differing] == [
        ("chr20:17659331:C>T", "RRBP1", "ENST00000246043.8"),
        ("chr20:17659331:C>T", "RRBP1", "ENST00000377813.5"),
    ]
    assert all("says another normal protein; the sequence was used" in entry.detail for entry in differing)
    assert any("differs from the sequence in 2 of 53 places" in text for text in result.warnings)
    told = {one for one in result.ledger if one.outcome is not Outcome.ANNOTATION_DIFFERS}
    assert {one.variant for one in told} == {one.variant for one in plain.ledger}
    mine, theirs = (
        {(one.candidate.peptide.sequence, str(one.candidate.call.variant)) for one in each.ranked}
        for each in (result, plain)
    )
    # what VEP's own proteins hold is normal, too: nothing can be added by an annotation
    assert mine <= theirs
    assert theirs - mine <= {(one.peptide, one.variant) for one in result.excluded}


def test_mel218(shared: Path, chr20: Path) -> None:
    """The whole of a melanoma's Mutect2 calls: 7,553 records, 238 on chr20; the others have their rows, too."""
    vcf = shared / "vcfs" / "mel218_mutect2.vcf.gz"
    rows = rows_of(vcf)
    result = running(vcf, chr20)
    assert len(rows) == 7553
    assert sum(row[0] == "chr20" for row in rows) == 238
    assert_reconciled(result, rows)
    elsewhere = {entry.variant for entry in result.ledger if entry.outcome is Outcome.NOT_IN_REFERENCE}
    assert not any(variant.startswith("chr20:") for variant in elsewhere)
    assert not any(entry.outcome is Outcome.REFERENCE_MISMATCH for entry in result.ledger)
    assert result.ranked


def test_mel218_passing_records_only(shared: Path, chr20: Path) -> None:
    """By default only PASS counts: 2,333 records; the others are ``filtered``, each ALT of them."""
    vcf = shared / "vcfs" / "mel218_mutect2.vcf.gz"
    rows = rows_of(vcf)
    result = running(vcf, chr20, include_filtered=False)
    assert_reconciled(result, rows)
    filtered = Counter(entry.outcome for entry in result.ledger)[Outcome.FILTERED]
    assert sum(row[6] == "PASS" for row in rows) == 2333
    assert filtered == sum(len(row[4].split(",")) for row in rows if row[6] not in {"PASS", "."})


@pytest.mark.parametrize("name", ["plain", "mel218"])
def test_calls_of_the_other_build_are_recognised(
    shared: Path, chr20: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    """GRCh38's calls on GRCh37's chromosome 20: refused in one line, with the numbers."""
    genome = shared / "genome" / "grch37"
    wrong = tmp_path_factory.mktemp("wrong") / "grch37.ref"
    build_reference(
        genome / "gencode_v19_basic.chr20.gtf.gz", genome / "20.fa.gz", wrong, proteome=None, stages=Stages()
    )
    source = (
        shared / "hcc1395" / "annotated.expression.vcf.gz"
        if name == "plain"
        else shared / "vcfs" / "mel218_mutect2.vcf.gz"
    )
    vcf = chr20_of(source, wrong.parent / "plain.vcf", csq=False)
    with pytest.raises(InputError, match=r"REF differs from grch37\.ref, .* these look like calls on another genome"):
        running(vcf, wrong)
    assert open_reference(chr20).transcript_count > 1000
