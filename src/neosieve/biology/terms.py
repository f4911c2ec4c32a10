"""Sequence Ontology consequence terms and transcript biotypes, and what they mean here."""

from __future__ import annotations

import re

PROTEIN_ALTERING = frozenset(
    {
        "missense_variant",
        "inframe_insertion",
        "inframe_deletion",
        "frameshift_variant",
        "stop_gained",
        "stop_lost",
        "start_lost",
        "initiator_codon_variant",  # start_lost in VEP before release 75
        "protein_altering_variant",
        "coding_sequence_variant",
        "transcript_ablation",
        "splice_donor_variant",
        "splice_acceptor_variant",
    }
)
"""Terms after which a transcript's protein may differ: each transcript with one of them gets its own ledger row."""

SILENT = frozenset({"synonymous_variant", "stop_retained_variant", "start_retained_variant", "3_prime_UTR_variant"})
"""Terms that leave the protein as it is, unless a neighbour in cis shares the codon or shifts the frame."""

START_LOST = frozenset({"start_lost", "initiator_codon_variant"})
NEAR_SPLICE_SITE = frozenset(
    {
        "splice_region_variant",
        "splice_donor_5th_base_variant",
        "splice_donor_region_variant",
        "splice_polypyrimidine_tract_variant",
    }
)
SPLICE_SITE = frozenset({"splice_donor_variant", "splice_acceptor_variant"})

SEVERITY = (
    "transcript_ablation",
    "splice_acceptor_variant",
    "splice_donor_variant",
    "stop_gained",
    "frameshift_variant",
    "stop_lost",
    "start_lost",
    "inframe_insertion",
    "inframe_deletion",
    "missense_variant",
    "protein_altering_variant",
    "splice_donor_5th_base_variant",
    "splice_region_variant",
    "splice_donor_region_variant",
    "splice_polypyrimidine_tract_variant",
    "incomplete_terminal_codon_variant",
    "start_retained_variant",
    "stop_retained_variant",
    "synonymous_variant",
    "coding_sequence_variant",
    "mature_miRNA_variant",
    "5_prime_UTR_variant",
    "3_prime_UTR_variant",
    "non_coding_transcript_exon_variant",
    "intron_variant",
    "NMD_transcript_variant",
    "non_coding_transcript_variant",
    "upstream_gene_variant",
    "downstream_gene_variant",
    "regulatory_region_variant",
    "intergenic_variant",
)
"""Most severe first: Ensembl's published order of calculated consequences, less the terms for large variants."""
_RANK = {term: rank for rank, term in enumerate(SEVERITY)}

CODING_BIOTYPES = frozenset({"protein_coding", "protein_coding_LoF", ""})
"""Biotypes whose mutant proteins are admitted; the empty one stands for an annotation without biotypes."""
NMD_BIOTYPES = frozenset({"nonsense_mediated_decay", "non_stop_decay"})
"""Decaying transcripts: they add to the normal set only."""
IMMUNE_RECEPTOR = re.compile(r"(IG|TR)_")
"""GENCODE biotypes of immunoglobulin and T-cell receptor segments."""
POLYMORPHIC_LOCUS = re.compile(r"HLA-|KIR[23]D|MUC\d|OR\d+[A-Z]+\d+")
"""Genes whose germline polymorphism and paralogues mimic somatic change."""


def severity(term: str) -> int:
    """Place of a term in the order of severity, 0 the most severe; unknown terms come last."""
    return _RANK.get(term, len(SEVERITY))
