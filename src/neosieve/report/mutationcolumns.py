"""The columns of ``candidates.tsv`` that depend on the variants and their protein alone.

They are declared for a :class:`Mutation`, whose peptides share their cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.column import Column, count_columns
from neosieve.report.proteins import protein_name

if TYPE_CHECKING:
    from neosieve.report.evidence import Mutation

TUMOR_DNA, NORMAL_DNA, TUMOR_RNA = "the tumour's DNA", "the matched normal's DNA", "the tumour's RNA"


def _haplotype(one: Mutation) -> str:
    return "+".join([str(call.variant) for call in one.calls])


def _filters(one: Mutation) -> str:
    names = {name for call in one.calls for name in call.filters}
    return ";".join(sorted(names)) or "PASS"


def _flag(one: Mutation, flag: bool) -> str | None:  # noqa: FBT001  the flag is the value
    return ("yes" if flag else "no") if one.change.transcript.told_apart else None


CHANGE: tuple[Column[Mutation], ...] = (
    Column("gene", str, None, "Gene symbol.", lambda m: m.change.transcript.gene),
    Column("gene_id", str, None, "Gene identifier.", lambda m: m.change.transcript.gene_id),
    Column(
        "variant",
        str,
        "chrom:pos:ref>alt",
        "The variant as in the VCF, 1-based; of a compound its first.",
        lambda m: str(m.call.variant),
    ),
    Column("haplotype", str, None, "All somatic variants that the peptide carries, joined by +.", _haplotype),
    Column(
        "filter",
        str,
        None,
        "The variants' FILTER entries, joined by ;, and PASS where none failed.",
        _filters,
    ),
    Column("protein_change", str, "HGVS p.", "The change on `transcript`.", lambda m: m.named[0]),
    Column(
        "transcript",
        str,
        None,
        "Representative transcript: the one that the protein columns speak of.",
        lambda m: m.change.transcript.transcript,
    ),
)

TRANSCRIPT: tuple[Column[Mutation], ...] = (
    Column(
        "mane_select",
        str,
        None,
        "Whether `transcript` is MANE Select, yes or no; NA where nothing tells the gene's transcripts apart.",
        lambda m: _flag(m, m.change.transcript.mane_select),
    ),
    Column(
        "canonical",
        str,
        None,
        "Whether `transcript` is the gene's canonical one, likewise.",
        lambda m: _flag(m, m.change.transcript.canonical),
    ),
    Column(
        "transcript_support_level",
        int,
        "1–5",
        "Support level of `transcript`, 1 is best; NA where not assigned.",
        lambda m: m.change.transcript.support_level,
    ),
    Column(
        "consequence",
        str,
        None,
        "Sequence Ontology terms of the change, joined by &.",
        lambda m: m.named[1],
    ),
)

READS: tuple[Column[Mutation], ...] = (
    *count_columns(lambda m: m.call.tumor, TUMOR_DNA, "tumor_dna")[:2],
    *count_columns(lambda m: m.call.normal, NORMAL_DNA, "normal_dna")[:2],
    *count_columns(lambda m: m.call.rna, TUMOR_RNA, "tumor_rna"),
)

PROTEIN: tuple[Column[Mutation], ...] = (
    Column(
        "protein",
        str,
        None,
        "The mutant protein in which the peptide lies: its row in proteins.tsv.",
        lambda m: protein_name(m.change),
    ),
)
