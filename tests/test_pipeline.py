"""The main job on a small VCF written here, with a predictor that remembers what it was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from neosieve.binding.support import AlleleSupport
from neosieve.errors import HlaError, ModelError
from neosieve.model.ledger import Outcome
from neosieve.model.mhc import Allele
from neosieve.pipeline import run
from neosieve.settings import RunSettings

from .biology.fakes import FakePredictor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from neosieve.model.run import RunResult

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
SHIFTED = KRAS[:21] + "WHRCWHRCWF"
CSQ = (
    "Allele|Consequence|SYMBOL|Gene|Feature|BIOTYPE|CDS_position|Protein_position|Amino_acids|Codons|"
    "FrameshiftSequence|WildtypeProtein"
)
HEADER = f"""##fileformat=VCFv4.2
##tumor_sample=TUMOR
##normal_sample=NORMAL
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {CSQ}">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO	FORMAT	NORMAL	TUMOR
"""


def record(
    where: str,
    *entries: str,
    passing: str = "PASS",
    tumor: str = "0/1:60,40:ENSG1|12.5:ENST1.1|4,ENST2.1|3",
    normal: str = "0/0:80,0",
) -> str:
    """Write a record of ``chrom:pos:ref>alt``; entries are CSQ without the allele, which is VEP's trimmed ALT."""
    chrom, position, change = where.split(":")
    ref, alt = change.split(">")
    allele = alt if len(ref) == len(alt) else alt[1:] or "-"
    csq = ",".join(f"{allele}|{entry}" for entry in entries)
    return "\t".join(
        [chrom, position, ".", ref, alt, ".", passing, f"CSQ={csq}" if csq else ".", "GT:AD:GX:TX", normal, tumor]
    )


def entry(
    terms: str, at: str, residues: str, *, transcript: str = "ENST1.1", codons: str = "", shifted: str = ""
) -> str:
    """Write one CSQ entry on KRAS, without the allele."""
    return f"{terms}|KRAS|ENSG1|{transcript}|protein_coding||{at}|{residues}|{codons}|{shifted}|{KRAS}"


MISSENSE = record(
    "chr1:135:G>A",
    entry("missense_variant", "12", "G/D", codons="gGt/gAt"),
    entry("missense_variant", "12", "G/D", codons="gGt/gAt", transcript="ENST2.1"),
)
NEIGHBOUR = record("chr1:140:G>C", entry("missense_variant", "14", "V/L", codons="Gta/Cta"))
FRAMESHIFT = record("chr1:163:AC>A", entry("frameshift_variant", "22", "Q/X", shifted=SHIFTED))
SILENT = record("chr1:118:G>T", entry("synonymous_variant", "6", "L", codons="ctG/ctT"))
FILTERED = record("chr1:150:A>G", entry("missense_variant", "17", "S/G"), passing="weak_evidence")
GERMLINE = record("chr1:210:A>T", entry("missense_variant", "37", "E/V", codons="gAa/gTa"), normal="0/1:40,40")
INTRON = record("chr1:300:A>T", "intron_variant|KRAS|ENSG1|ENST1.1|protein_coding|||||||" + KRAS)
BARE = record("chr1:400:A>T")
BROKEN = "chr1\tnowhere\t.\tA\tT"
RECORDS = [MISSENSE, NEIGHBOUR, FRAMESHIFT, SILENT, FILTERED, GERMLINE, INTRON, BARE, BROKEN]


@pytest.fixture
def vcf(tmp_path: Path) -> Path:
    """Write all records."""
    return written(tmp_path, RECORDS)


def written(folder: Path, records: Iterable[str]) -> Path:
    """Write a VCF."""
    path = folder / "small.vcf"
    path.write_text(HEADER + "".join(f"{text}\n" for text in records), encoding="utf-8")
    return path


def settings(path: Path, **options: object) -> RunSettings:
    """Set a run up: two alleles, lengths 8 and 9."""
    given: dict[str, object] = {
        "vcf": path, "hla": "A*02:01,B*07:02", "out": path.parent / "out", "lengths": (8, 9),
    }  # fmt: skip
    return RunSettings.model_validate(given | options)


def told(result: RunResult) -> list[tuple[str, str, str, float, tuple[str, ...], str]]:
    """Tell a ranking without its calls' identities."""
    return [
        (
            str(one.candidate.call.variant),
            one.candidate.peptide.sequence,
            str(one.candidate.allele),
            one.score,
            one.candidate.transcripts,
            one.tier,
        )
        for one in result.ranked
    ]


def test_the_same_inputs_give_the_same_result(vcf: Path) -> None:
    """Twice the same run, twice the same ranking, ledger, funnel and warnings."""
    one, other = (run(settings(vcf), predictor=FakePredictor()) for _ in range(2))
    assert one.ranked
    assert told(one) == told(other)
    plain = [replace(result, ranked=()) for result in (one, other)]
    assert plain[0] == plain[1]


def test_the_order_of_records_changes_only_the_order_of_the_ledger(tmp_path: Path) -> None:
    """Ranking, exclusions and counts are the same for any order of these four records."""
    kept = [MISSENSE, NEIGHBOUR, FRAMESHIFT, GERMLINE]
    first = run(settings(written(tmp_path, kept)), predictor=FakePredictor())
    for order in permutations(kept):
        other = run(settings(written(tmp_path, order)), predictor=FakePredictor())
        assert told(other) == told(first)
        assert set(other.ledger) == set(first.ledger)
        assert set(other.excluded) == set(first.excluded)
        assert other.funnel == first.funnel


def test_every_question_is_asked_once_and_all_in_one_batch(vcf: Path) -> None:
    """Distinct (peptide, flanks, allele), mutant and wild type together, each peptide with each allele.

    The alleles' anchors ship with the tool, so nothing is asked to learn them.
    """
    predictor = FakePredictor()
    result = run(settings(vcf), predictor=predictor)
    (batch,) = predictor.batches
    assert all(one.candidate.anchor_positions for one in result.ranked)
    assert len(set(batch)) == len(batch)
    peptides = {one.candidate.peptide.sequence for one in result.ranked}
    wild = {one.candidate.peptide.wildtype for one in result.ranked} - {None}
    assert wild
    assert {query.peptide for query in batch} == peptides | wild
    asked = {(query.peptide, query.allele) for query in batch}
    assert asked == {(peptide, allele) for peptide in peptides | wild for allele in predictor.supported()}


def test_answers_reach_their_own_candidates(vcf: Path) -> None:
    """Each binding, mutant and wild type, is the predictor's answer for that peptide and allele."""
    predictor = FakePredictor()
    result = run(settings(vcf), predictor=predictor)
    answers = {
        (query.peptide, query.allele): binding
        for batch in list(predictor.batches)
        for query, binding in zip(batch, FakePredictor().predict(batch), strict=True)
    }
    for one in result.ranked:
        candidate = one.candidate
        assert candidate.binding == answers[candidate.peptide.sequence, candidate.allele]
        if candidate.peptide.wildtype is None:
            assert candidate.wildtype_binding is None
        else:
            assert candidate.wildtype_binding == answers[candidate.peptide.wildtype, candidate.allele]


def test_each_alt_ends_in_the_ledger_for_its_reason(vcf: Path) -> None:
    """Nine records, ten rows: the missense has two transcripts.

    8- and 9-mers: a missense far from the ends is in 8 + 9 = 17 windows. The frameshift's ten new residues follow 21
    old ones: windows that hold a new one and lie within 31 residues: 10 + 10.
    """
    result = run(settings(vcf), predictor=FakePredictor())
    assert [(row.variant, row.transcript, row.outcome, row.n_peptides) for row in result.ledger] == [
        ("chr1:135:G>A", "ENST1.1", Outcome.CANDIDATES, 17),
        ("chr1:135:G>A", "ENST2.1", Outcome.CANDIDATES, 17),
        ("chr1:140:G>C", "ENST1.1", Outcome.CANDIDATES, 17),
        ("chr1:163:AC>A", "ENST1.1", Outcome.CANDIDATES, 20),
        ("chr1:118:G>T", "ENST1.1", Outcome.NO_PROTEIN_CHANGE, 0),
        ("chr1:150:A>G", None, Outcome.FILTERED, 0),
        ("chr1:210:A>T", None, Outcome.GERMLINE, 0),
        ("chr1:300:A>T", "ENST1.1", Outcome.NO_PROTEIN_CHANGE, 0),
        ("chr1:400:A>T", None, Outcome.NO_ANNOTATION, 0),
        ("chr1:nowhere (line 16)", None, Outcome.MALFORMED_RECORD, 0),
    ]


def test_the_funnel_reconciles_with_the_ledger(vcf: Path) -> None:
    """Each step can be counted again from the ledger and the candidates; none is larger than the one before."""
    result = run(settings(vcf), predictor=FakePredictor())
    counts = [stage.count for stage in result.funnel]
    variants = {row.variant for row in result.ledger}
    outcomes = Counter(row.outcome for row in result.ledger)
    with_candidates = {row.variant for row in result.ledger if row.outcome is Outcome.CANDIDATES}
    peptides = {one.candidate.peptide.sequence for one in result.ranked}
    passing = len(variants) - outcomes[Outcome.FILTERED] - outcomes[Outcome.MALFORMED_RECORD]
    somatic = passing - outcomes[Outcome.GERMLINE] - outcomes[Outcome.NO_ANNOTATION]
    pairs = {(one.candidate.peptide.sequence, one.candidate.allele) for one in result.ranked}
    assert counts[:3] == [len(variants), passing, somatic] == [9, 7, 5]
    assert counts[3:5] == [3, len(with_candidates)]
    assert counts[5:8] == [17 + 17 + 20, len(peptides), len(pairs)] == [54, 54, 108]
    presented = {
        (one.candidate.peptide.sequence, one.candidate.allele)
        for one in result.ranked
        if (one.candidate.binding.presentation_percentile or 0.0) <= 2.0
    }
    assert counts[8] == len(presented)
    assert result.funnel[2].label == "somatic in the tumour, annotated"
    assert result.reference == ""


def test_filtered_records_are_read_on_request(vcf: Path) -> None:
    """``--include-filtered``: the filtered missense has its candidates."""
    result = run(settings(vcf, include_filtered=True), predictor=FakePredictor())
    assert ("chr1:150:A>G", Outcome.CANDIDATES) in {(row.variant, row.outcome) for row in result.ledger}


def test_evidence_comes_from_the_calls_own_record(vcf: Path) -> None:
    """GX by gene id, TX summed over the transcripts that make the peptide, VAF from AD: 40 of 100."""
    result = run(settings(vcf), predictor=FakePredictor())
    for one in result.ranked:
        candidate = one.candidate
        assert (candidate.gene_expression, candidate.call.tumor.vaf) == (12.5, 0.4)
        assert candidate.transcript_expression == (7.0 if len(candidate.transcripts) == 2 else 4.0)
    assert {len(one.candidate.transcripts) for one in result.ranked} == {1, 2}


def test_a_sum_over_transcripts_needs_a_value_for_each(tmp_path: Path) -> None:
    """Two transcripts make the peptide and one has a TX value: a transcript without one doesn't count as zero."""
    one_known = MISSENSE.replace("ENST1.1|4,ENST2.1|3", "ENST1.1|0.2")
    result = run(settings(written(tmp_path, [one_known])), predictor=FakePredictor())
    assert {one.candidate.transcripts for one in result.ranked} == {("ENST1.1", "ENST2.1")}
    assert {one.candidate.transcript_expression for one in result.ranked} == {None}
    assert {one.candidate.gene_expression for one in result.ranked} == {12.5}


def test_a_filtered_records_proteins_are_self(tmp_path: Path) -> None:
    """What a record's FILTER says of its variant says nothing of its normal protein: peptides in it are excluded."""
    paralogue = KRAS[:11] + "D" + KRAS[12:]
    told_ = f"missense_variant|OTHER|ENSG9|ENST9.1|protein_coding||1|M/V|||{paralogue}"
    other = record("chr2:5:A>G", told_, passing="weak_evidence")
    result = run(settings(written(tmp_path, [MISSENSE, other])), predictor=FakePredictor())
    assert not result.ranked
    assert {row.source for row in result.excluded} == {"ENST9.1"}


def test_an_unsupported_allele_is_warned_about(vcf: Path) -> None:
    """The others are scored; the warning names the allele and the predictor."""
    result = run(settings(vcf, hla="A*02:01,C*07:02"), predictor=FakePredictor())
    assert {str(one.candidate.allele) for one in result.ranked} == {"HLA-A*02:01"}
    (warning,) = (text for text in result.warnings if "C*07:02" in text)
    assert "not supported" in warning
    assert "fake 1" in warning


def test_an_allele_that_is_known_from_others_only_is_warned_about(vcf: Path) -> None:
    """Whoever orders a peptide must know that its allele's motif is a neighbour's."""

    class Neighbourly(FakePredictor):
        def support(self, allele: Allele) -> AlleleSupport:  # type: ignore[override]
            trained = allele == Allele("HLA-A*02:01")
            return AlleleSupport(Allele("HLA-A*02:01"), 0 if trained else 7, ligands=1000, affinities=1000)

    result = run(settings(vcf, hla="A*02:01,B*07:02"), predictor=Neighbourly())
    (warning,) = (text for text in result.warnings if "groove" in text)
    assert "HLA-B*07:02" in warning
    assert "HLA-A*02:01 (7 of 34" in warning


def test_no_supported_allele_is_an_error(vcf: Path) -> None:
    """It names what was given, and asks nothing of the predictor."""
    predictor = FakePredictor()
    with pytest.raises(HlaError, match=r"fake 1 supports none of HLA-C\*07:02"):
        run(settings(vcf, hla="C*07:02"), predictor=predictor)
    assert not predictor.batches


def test_a_length_that_the_predictor_cannot_score_is_an_error(vcf: Path) -> None:
    """Before any work, with what it can do."""
    with pytest.raises(ModelError, match="8–9 residues, not 11"):
        run(settings(vcf, lengths=(8, 11)), predictor=FakePredictor(lengths=range(8, 10)))


def test_a_peptide_of_the_given_proteome_is_excluded_with_its_source(tmp_path: Path) -> None:
    """``--proteome`` with KLVVVGADGV: G12D's 8- and 9-mers within it go, and are listed for both transcripts.

    KLVVVGADGV holds three 8-mers and two 9-mers, all with D.
    """
    proteome = tmp_path / "proteome.fa"
    proteome.write_text(">sp|P1|OTHER\nMMKLVVVGA\nDGVMM\n>ENST1.1 same name as a transcript\nMKWY\n", encoding="utf-8")
    result = run(settings(written(tmp_path, [MISSENSE]), proteome=proteome), predictor=FakePredictor())
    whole = "KLVVVGADGV"
    expected = {whole[at : at + k] for k in (8, 9) for at in range(len(whole) - k + 1)}
    assert len(expected) == 5
    assert {(one.peptide, one.transcript) for one in result.excluded} == {
        (peptide, transcript) for peptide in expected for transcript in ("ENST1.1", "ENST2.1")
    }
    assert all(one.source.startswith("sp|P1|OTHER") for one in result.excluded)
    assert not expected & {one.candidate.peptide.sequence for one in result.ranked}
    assert {row.n_peptides for row in result.ledger} == {17 - 5}


def test_a_proteome_never_takes_the_place_of_the_annotated_proteins(tmp_path: Path) -> None:
    """A FASTA entry named like a transcript adds to the normal set: the transcript's own protein still counts.

    The somatic call on ENST9.1 makes what ENST1.1, whose protein has D12, holds as normal.
    """
    mutant = KRAS[:11] + "D" + KRAS[12:]
    silent = f"synonymous_variant|KRAS|ENSG1|ENST1.1|protein_coding||6|L|ctG/ctT||{mutant}"
    records = [
        record("chr1:118:G>T", silent),
        record("chr2:135:G>A", entry("missense_variant", "12", "G/D", transcript="ENST9.1")),
    ]
    proteome = tmp_path / "proteome.fa"
    proteome.write_text(">ENST1.1\nMKWYMKWYMKWY\n", encoding="utf-8")
    result = run(settings(written(tmp_path, records), proteome=proteome), predictor=FakePredictor())
    assert not result.ranked
    assert [row.outcome for row in result.ledger] == [Outcome.NO_PROTEIN_CHANGE, Outcome.SELF_PEPTIDES_ONLY]


def test_no_candidates_is_a_result(tmp_path: Path) -> None:
    """A VCF without records, or with silent ones only."""
    for records in ([], [SILENT]):
        result = run(settings(written(tmp_path, records)), predictor=FakePredictor())
        assert result.ranked == ()
        assert len(result.ledger) == len(records)


def test_what_the_input_lacks_is_warned_about(vcf: Path) -> None:
    """No RNA reads and no proteome here; frameshift sequences and expression are there."""
    warnings = " ".join(run(settings(vcf), predictor=FakePredictor()).warnings)
    assert "no --proteome" in warnings
    assert "HLA proteins that ship with neosieve" in warnings  # they are compared with whatever is given
    assert "RNA read counts" in warnings
    assert "FrameshiftSequence" not in warnings
    assert "gene expression (GX)" not in warnings
    assert "no matched normal" not in warnings


def test_calls_that_fail_filter_are_warned_about(vcf: Path) -> None:
    """They are used on request only, and then the run says how many: here one."""
    (warning,) = (
        text
        for text in run(settings(vcf, include_filtered=True), predictor=FakePredictor()).warnings
        if "FILTER" in text
    )
    assert warning.startswith("1 calls that fail FILTER")
    assert not any("FILTER" in text for text in run(settings(vcf), predictor=FakePredictor()).warnings)
