"""Runs and candidates made by hand."""

from __future__ import annotations

from neosieve.model.annotation import TranscriptConsequence
from neosieve.model.candidate import Candidate, Ranked, Tier
from neosieve.model.genome import Interval
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.mhc import Allele, Binding
from neosieve.model.patient import HlaType, Samples
from neosieve.model.peptide import Peptide
from neosieve.model.protein import ProteinChange, ResidueEdit
from neosieve.model.run import ExcludedPeptide, FunnelStage, InputFile, RunResult
from neosieve.model.variant import AlleleCounts, Call, Variant

A0201, B0702 = Allele("HLA-A*02:01"), Allele("HLA-B*07:02")

NORMAL = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
"""The first forty residues of KRAS."""


def binding(nM: float, percentile: float | None = 1.0) -> Binding:
    """Build an answer whose percentiles are both `percentile`."""
    return Binding(
        affinity_nM=nM,
        affinity_low_nM=nM * 0.8,
        affinity_high_nM=nM * 1.25,
        affinity_percentile=percentile,
        presentation_score=0.75,
        presentation_percentile=percentile,
    )


def substitution(gene: str = "KRAS", call: Call | None = None) -> tuple[ProteinChange, Peptide]:
    """Build KRAS G12D, on a gene of any name, and its peptide KLVVVGADGV."""
    call = call or Call(
        Variant("chr12", 25245349, "C", "T"),
        line=7,
        filters=(),
        tumor=AlleleCounts(depth=120, alt_reads=30, vaf=0.25),
        normal=AlleleCounts(depth=80, alt_reads=0, vaf=0.0),
        rna=AlleleCounts(depth=40, alt_reads=8, vaf=0.2),
    )
    change = ProteinChange(
        transcript=TranscriptConsequence(
            transcript="ENST00000256078.10",
            gene=gene,
            gene_id="ENSG00000133703",
            terms=("missense_variant",),
            biotype="protein_coding",
        ),
        normal=NORMAL,
        mutant=NORMAL[:11] + "D" + NORMAL[12:],
        edits=(ResidueEdit(Interval(11, 12), Interval(11, 12), aligned=True, calls=(call,)),),
        label="p.Gly12Asp",
        consequence="missense_variant",
    )
    peptide = Peptide(
        sequence="KLVVVGADGV",
        offset=4,
        altered=frozenset({7}),
        n_flank="MTEY",
        c_flank="GKSALTIQLI",
        wildtype="KLVVVGAGGV",
        wildtype_n_flank="MTEY",
        wildtype_c_flank="GKSALTIQLI",
        calls=(call,),
    )
    return change, peptide


def ranked(rank: int = 1, gene: str = "KRAS", allele: Allele = A0201, call: Call | None = None) -> Ranked:
    """Build a candidate with all its evidence."""
    change, peptide = substitution(gene, call)
    return Ranked(
        rank=rank,
        tier=Tier.GOOD,
        score=0.8123456,
        parts=("presentation", "expression", "clonality"),
        contributions=(0.9, 0.6, None),
        reasons=("presented at 1 %", "expressed at 12.5 TPM"),
        candidate=Candidate(
            call=peptide.calls[0],
            change=change,
            transcripts=("ENST00000256078.10", "ENST00000311936.8"),
            peptide=peptide,
            allele=allele,
            binding=binding(123.456789),
            wildtype_binding=binding(246.913578, 2.5),
            phase="single",
            gene_expression=12.5,
            transcript_expression=9.75,
            nmd="escape",
            self_match="no",
        ),
    )


def bare(rank: int = 1) -> Ranked:
    """Build a candidate of a frameshift at a protein's end of which nearly nothing else is known."""
    full = ranked(rank)
    call = Call(Variant("chr1", 99, "GA", "G"), line=3, filters=(), tumor=AlleleCounts())
    return full._replace(
        tier=Tier.BINDING_NOT_ASSESSED,
        parts=("presentation",),
        contributions=(None,),
        reasons=(),
        candidate=full.candidate._replace(
            call=call,
            peptide=Peptide(
                sequence="SIINFEKL",
                offset=30,
                altered=frozenset(),
                n_flank=None,
                c_flank="",
                wildtype=None,
                wildtype_n_flank=None,
                wildtype_c_flank=None,
                calls=(call,),
            ),
            binding=Binding(50.0, None, None, None, None, None),
            wildtype_binding=None,
            gene_expression=None,
            transcript_expression=None,
            nmd=None,
            self_match=None,
        ),
    )


def run_result(*rows: Ranked) -> RunResult:
    """Build a finished run around some candidates."""
    return RunResult(
        version="0.1.0",
        samples=Samples("TUMOR", None, ("no normal sample: tumour-only",)),
        hla=HlaType((A0201, B0702), ("A*02:01 was given twice and counts once",)),
        predictor="embedded 1 sha256:0f3a",
        predictor_choice="auto: no official MHCflurry release was found",
        percentile_background="100,000 human proteome peptides, lengths 8 to 11 in equal shares",
        inputs=(InputFile("vcf", "tumour.vcf.gz", "ab" * 32),),
        reference="",
        settings=(("lengths", "8-11"), ("include_filtered", "False")),
        warnings=("Tumour-only calls may hold germline variants.",),
        funnel=(
            FunnelStage("ALT alleles in the VCF", 2, "ALT alleles"),
            FunnelStage("with neo-peptides", 1, "ALT alleles"),
            FunnelStage("neo-peptides", 1, "peptides"),
            FunnelStage("candidates", len(rows), "peptide–allele pairs"),
        ),
        ranked=rows,
        ledger=(
            LedgerEntry(
                "chr12:25245350:C>T",
                "KRAS",
                "ENST00000256078.10",
                "missense_variant",
                Outcome.CANDIDATES,
                "",
                1,
            ),
            LedgerEntry("chr1:10:A>C", None, None, None, Outcome.FILTERED, "FILTER is weak_evidence", 0),
        ),
        excluded=(
            ExcludedPeptide("chr12:25245350:C>T", "KRAS", "ENST00000256078.10", "KLVVVGAD", "ENST00000000001.1"),
        ),
    )
