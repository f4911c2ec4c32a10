"""A real tumour, beside what pVACseq 7.1.5 made of it: HCC1395, three alleles, lengths 8–9, no FILTER cut.

``hcc1395_differences.tsv`` lists every (variant, transcript) for which our mutant peptides are not pVACseq's, with the
reason; a reason that begins with ``self:`` names the normal proteins that hold the peptides which pVACseq scored.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neosieve.io.samples import choose_samples
from neosieve.io.vcf import Policy, read_calls, read_header
from neosieve.model.ledger import Outcome
from neosieve.model.variant import Call
from neosieve.pipeline import run
from neosieve.settings import RunSettings

from ..biology.fakes import FakePredictor  # noqa: TID252 - helpers are shared within the tests only

if TYPE_CHECKING:
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.ledger import LedgerEntry
    from neosieve.model.run import RunResult

Key = tuple[str, str]
"""(variant as ``chrom:pos:ref>alt``, transcript)."""
ALLELES = ("HLA-A*29:02", "HLA-B*45:01", "HLA-B*82:02")
ROUNDED = 5.1e-4  # pVACseq writes three digits
DIFFERENCES = Path(__file__).with_name("hcc1395_differences.tsv")


@dataclass(frozen=True)
class Oracle:
    """pVACseq's table, by (variant, transcript)."""

    peptides: dict[Key, set[str]]
    wild_types: dict[tuple[Key, str], str]
    """(key, mutant peptide) → pVACseq's wild-type counterpart; without those that it gives none."""
    rows: dict[Key, dict[str, str]]
    """One row of each; what we read of it is the same in all."""


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    """Return where HCC1395 lies."""
    path = shared / "hcc1395"
    if not path.is_dir():
        pytest.skip(f"HCC1395 is not at {path}")
    return path


@pytest.fixture(scope="module")
def result(folder: Path) -> RunResult:
    """Run the main job; scores don't matter here."""
    settings = RunSettings(
        vcf=folder / "annotated.expression.vcf.gz",
        hla=",".join(ALLELES),
        out=folder,
        lengths=(8, 9),
        include_filtered=True,
    )
    return run(settings, predictor=FakePredictor(ALLELES))


@pytest.fixture(scope="module")
def calls(folder: Path) -> dict[str, Call]:
    """Read the accepted calls, by name."""
    header = read_header(folder / "annotated.expression.vcf.gz")
    samples = choose_samples(header.samples, header.simple, tumor=None, normal=None, source="HCC1395")
    records = read_calls(header, samples, Policy(include_filtered=True))
    return {str(one.variant): one for one in records if isinstance(one, Call)}


@pytest.fixture(scope="module")
def normal_proteins(folder: Path) -> dict[str, str]:
    """Return every annotated normal protein, by transcript, read off the CSQ without our reader."""
    fields: list[str] = []
    proteins: dict[str, str] = {}
    with gzip.open(folder / "annotated.expression.vcf.gz", "rt") as lines:
        for line in lines:
            if line.startswith("##INFO=<ID=CSQ"):
                fields = line.split("Format: ")[1].split('"')[0].split("|")
            elif not line.startswith("#"):
                csq = line.split("\t")[7].split("CSQ=")[1].split(";")[0]
                for entry in csq.split(","):
                    told = dict(zip(fields, entry.split("|"), strict=True))
                    proteins[told["Feature"]] = told["WildtypeProtein"]
    return proteins


@pytest.fixture(scope="module")
def oracle(folder: Path) -> Oracle:
    """Read pVACseq's table: its Start is POS-1 of a substitution, but POS of an indel."""
    made = Oracle(defaultdict(set), {}, {})
    with gzip.open(folder / "pvacseq_epitopes.tsv.gz", "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            indel = len(row["Reference"]) != len(row["Variant"])
            position = int(row["Start"]) + (0 if indel else 1)
            key = f"{row['Chromosome']}:{position}:{row['Reference']}>{row['Variant']}", row["Transcript"]
            made.peptides[key].add(row["MT Epitope Seq"])
            made.rows[key] = row
            if row["WT Epitope Seq"] not in {"", "NA"}:
                made.wild_types[key, row["MT Epitope Seq"]] = row["WT Epitope Seq"]
    return made


@pytest.fixture(scope="module")
def ours(result: RunResult) -> dict[Key, set[str]]:
    """Collect our mutant peptides after the self-peptides went."""
    found: dict[Key, set[str]] = defaultdict(set)
    for one in result.ranked:
        for call in one.candidate.peptide.calls:
            for transcript in one.candidate.transcripts:
                found[str(call.variant), transcript].add(one.candidate.peptide.sequence)
    return found


@pytest.fixture(scope="module")
def listed() -> list[dict[str, str]]:
    """Read the table of differences."""
    with DIFFERENCES.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def consequence(calls: dict[str, Call], key: Key) -> TranscriptConsequence:
    """Return what VEP says of a variant on a transcript."""
    (told,) = (one for one in calls[key[0]].consequences if one.transcript == key[1])
    return told


def rows_of(result: RunResult, place: str) -> list[LedgerEntry]:
    """Return the ledger's rows of the variant at ``chrom:pos``."""
    return [entry for entry in result.ledger if entry.variant.startswith(f"{place}:")]


def test_our_peptides_are_pvacseqs_except_for_the_listed_differences(
    ours: dict[Key, set[str]], oracle: Oracle, listed: list[dict[str, str]]
) -> None:
    """Per (variant, transcript) the sets are equal, or the pair is listed with both counts; nothing else is listed."""
    assert len(oracle.peptides) > 900
    differing = {
        (*key, str(len(oracle.peptides.get(key, ()))), str(len(ours.get(key, ()))))
        for key in ours.keys() | oracle.peptides.keys()
        if ours.get(key, set()) != oracle.peptides.get(key, set())
    }
    assert differing == {(row["variant"], row["transcript"], row["n_pvacseq"], row["n_ours"]) for row in listed}


def test_listed_genes_are_the_transcripts_genes(listed: list[dict[str, str]], calls: dict[str, Call]) -> None:
    """The table names the gene that VEP names, each pair once, with a reason."""
    assert all(row["gene"] == consequence(calls, (row["variant"], row["transcript"])).gene for row in listed)
    assert len({(row["variant"], row["transcript"]) for row in listed}) == len(listed)
    assert all(re.match(r"(self|phased|missed by pVACseq): ?\S", row["reason"]) for row in listed)


def test_each_peptide_dropped_as_self_lies_in_a_named_normal_protein(
    ours: dict[Key, set[str]], oracle: Oracle, listed: list[dict[str, str]], normal_proteins: dict[str, str]
) -> None:
    """``self:`` reasons hold: each missing peptide is in a named protein, and each named protein holds one."""
    checked = 0
    for row in listed:
        if not row["reason"].startswith("self:"):
            continue
        key = row["variant"], row["transcript"]
        missing = oracle.peptides[key] - ours.get(key, set())
        named = {name: normal_proteins[name] for name in re.findall(r"ENST[\d.]+\d", row["reason"])}
        assert all(any(peptide in protein for protein in named.values()) for peptide in missing), key
        assert all(any(peptide in protein for peptide in missing) for protein in named.values()), key
        assert not ours.get(key, set()) - oracle.peptides[key]
        checked += len(missing)
    # PRAMEF15 17, DMBT1 11 × 17, ZNF880 14 + 10, CT45A 6 × 12, VCX 4 × 17, VCX3B 17
    assert checked == 17 + 187 + 24 + 72 + 68 + 17


def test_phased_frameshifts_give_only_what_precedes_the_second(
    ours: dict[Key, set[str]], result: RunResult, calls: dict[str, Call]
) -> None:
    """KHDC3L's two frameshifts share PID and PGT: what the second's position reads in the first's frame is unknown.

    VEP: the first takes CDS bases 217–247 away (31; p.Leu73Ala…), the second base 252. In the first's frame that base
    is number 252 − 31 = 221, in codon 74: residues 1–73 of the first's own frameshift protein are certain, one of them
    new (Ala 73), so for each length one peptide, that ends with it.
    """
    first = "chr6:73363141:CTTGATTCACGTGAATCGATTGGACCCTAACG>C", "ENST00000370367.4"
    second = "chr6:73363176:AG>A", "ENST00000370367.4"
    assert calls[first[0]].phase == calls[second[0]].phase is not None
    told = consequence(calls, first)
    other = consequence(calls, second)
    assert told.cds_position is not None
    assert other.cds_position is not None
    assert (told.cds_position.start, told.cds_position.end, other.cds_position.end) == (216, 247, 252)
    assert told.hgvs_p.endswith("p.Leu73AlafsTer20")
    assert ours[first] == {told.normal_protein[72 - k + 1 : 72] + "A" for k in (8, 9)}
    assert second not in ours
    (row,) = [entry for entry in result.ledger if entry.variant == second[0] and entry.transcript == second[1]]
    assert row.outcome is Outcome.PHASE_UNRESOLVED


def test_wild_types_are_pvacseqs_where_both_align_residue_by_residue(result: RunResult, oracle: Oracle) -> None:
    """Substitutions: our aligned wild type is pVACseq's, whatever the transcript."""
    compared = 0
    for one in result.ranked:
        peptide = one.candidate.peptide
        key = str(one.candidate.call.variant), one.candidate.change.transcript.transcript
        row = oracle.rows.get(key)
        if row is None or row["Variant Type"] != "missense" or len(peptide.calls) > 1:
            continue
        assert peptide.wildtype == oracle.wild_types[key, peptide.sequence]
        compared += 1
    assert compared > 10_000


def test_no_wild_type_is_made_up_for_a_frameshift(result: RunResult) -> None:
    """A frameshift's new residues have no counterpart, so no fold change."""
    frameshifts = [
        one.candidate for one in result.ranked if "frameshift_variant" in one.candidate.change.transcript.terms
    ]
    assert len(frameshifts) > 100
    assert all(one.peptide.wildtype is None and one.agretopicity is None for one in frameshifts)


@pytest.mark.parametrize(
    ("place", "outcome", "words"),
    [
        (
            "chr20:57340103",
            Outcome.CANDIDATES,
            "only the first new residues are annotated",
        ),  # frameshift + splice_region
        ("chr11:4999924", Outcome.SEQUENCE_NEEDED, "the stop is lost"),
        ("chr2:108681035", Outcome.INCOMPLETE_TRANSCRIPT, "cds_start_NF"),
        ("chr8:133256734", Outcome.INCOMPLETE_TRANSCRIPT, "cds_end_NF, cds_start_NF"),
        ("chr11:1078020", Outcome.INCOMPLETE_TRANSCRIPT, "cds_end_NF"),
        ("chr1:451649", Outcome.NO_NOVEL_PEPTIDE, "no peptide of these lengths"),  # p.Glu11Ter: stops at once
        ("chr1:116579677", Outcome.NO_NOVEL_PEPTIDE, "no peptide of these lengths"),
        ("chr6:32223881", Outcome.NO_NOVEL_PEPTIDE, "no peptide of these lengths"),  # two more L in a run of L
    ],
)
def test_what_pvacseq_loses_without_a_word_is_in_the_ledger(
    result: RunResult, place: str, outcome: Outcome, words: str
) -> None:
    """Each such record has candidates, or a row for each transcript that says why not."""
    rows = rows_of(result, place)
    assert rows
    assert {row.outcome for row in rows} == {outcome}
    assert all(words in row.detail for row in rows)
    assert all((row.n_peptides > 0) == (outcome is Outcome.CANDIDATES) for row in rows)


def test_every_variant_that_pvacseq_extracted_is_in_the_ledger(result: RunResult, oracle: Oracle) -> None:
    """No (variant, transcript) of its table is without a row of ours."""
    rows = {(entry.variant, entry.transcript) for entry in result.ledger}
    assert oracle.peptides.keys() <= rows


def test_candidates_and_ledger_count_the_same_peptides(result: RunResult, ours: dict[Key, set[str]]) -> None:
    """``n_peptides`` of each row is the number of distinct peptides among the candidates."""
    counted = {(row.variant, row.transcript or ""): row.n_peptides for row in result.ledger if row.n_peptides}
    assert counted == {key: len(peptides) for key, peptides in ours.items()}


def test_hgvs_labels_are_pvacseqs(result: RunResult, calls: dict[str, Call], oracle: Oracle) -> None:
    """HGVSc and HGVSp agree for every shared row; a candidate's label is the HGVSp without its protein."""
    for key, row in oracle.rows.items():
        told = consequence(calls, key)
        assert (told.hgvs_c, told.hgvs_p) == (row["HGVSc"], row["HGVSp"])
    for one in result.ranked:
        row_of = oracle.rows.get((str(one.candidate.call.variant), one.candidate.change.transcript.transcript))
        if row_of is not None:
            assert one.candidate.change.label == row_of["HGVSp"].partition(":")[2]


def stated(text: str) -> float | None:
    """Read a number of pVACseq's; NA is None."""
    return None if text in {"NA", ""} else float(text)


def test_read_evidence_is_pvacseqs(calls: dict[str, Call], oracle: Oracle) -> None:
    """Tumour DNA VAF and depth, RNA depth and VAF; pVACseq writes an RNA VAF of 0 where no read covers, we none."""
    for key, row in oracle.rows.items():
        call = calls[key[0]]
        assert call.tumor.depth == stated(row["Tumor DNA Depth"])
        assert call.tumor.vaf == pytest.approx(stated(row["Tumor DNA VAF"]), abs=ROUNDED)
        depth = stated(row["Tumor RNA Depth"])
        assert (None if call.rna is None else call.rna.depth) == depth
        if not depth:
            assert call.rna is None or call.rna.vaf is None
        else:
            assert call.rna is not None
            assert call.rna.vaf == pytest.approx(stated(row["Tumor RNA VAF"]), abs=ROUNDED)


def test_expression_is_pvacseqs(result: RunResult, oracle: Oracle) -> None:
    """Gene expression agrees; a candidate's transcript expression is the sum over the transcripts that make it."""
    compared = 0
    for one in result.ranked:
        candidate = one.candidate
        rows = [oracle.rows.get((str(candidate.call.variant), name)) for name in candidate.transcripts]
        if None in rows:
            continue
        known = [row for row in rows if row is not None]
        assert candidate.gene_expression == pytest.approx(stated(known[0]["Gene Expression"]), abs=ROUNDED)
        values = [value for row in known if (value := stated(row["Transcript Expression"])) is not None]
        expected = pytest.approx(sum(values), abs=ROUNDED * len(values)) if values else None
        assert candidate.transcript_expression == expected
        compared += 1
    assert compared > 10_000
