"""The columns of what is told of variants and peptides that gave no candidates: the ledger, the excluded peptides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.column import Column

if TYPE_CHECKING:
    from neosieve.model.ledger import LedgerEntry
    from neosieve.model.run import ExcludedPeptide

LEDGER_COLUMNS: tuple[Column[LedgerEntry], ...] = (
    Column(
        "variant",
        str,
        "chrom:pos:ref>alt",
        "The variant as in the VCF, 1-based; the line of a record that can't be read.",
        lambda e: e.variant,
    ),
    Column("gene", str, None, "Gene symbol.", lambda e: e.gene),
    Column("transcript", str, None, "Transcript; NA where the outcome is the whole variant's.", lambda e: e.transcript),
    Column("consequence", str, None, "Sequence Ontology terms, joined by &.", lambda e: e.consequence),
    Column(
        "outcome", str, None, "What became of the variant on the transcript; a closed list.", lambda e: e.outcome.value
    ),
    Column("detail", str, None, "The reason in words; NA for plain candidates.", lambda e: e.detail),
    Column("n_peptides", int, None, "Distinct neo-peptides that went on to be scored.", lambda e: e.n_peptides),
)
"""``ledger.tsv``: at least one row per input ALT."""

EXCLUDED_COLUMNS: tuple[Column[ExcludedPeptide], ...] = (
    Column("variant", str, "chrom:pos:ref>alt", "The variant as in the VCF, 1-based.", lambda e: e.variant),
    Column("gene", str, None, "Gene symbol.", lambda e: e.gene),
    Column("transcript", str, None, "Transcript that would make the peptide.", lambda e: e.transcript),
    Column("peptide", str, "amino acids", "The peptide, new to its own protein.", lambda e: e.peptide),
    Column("source", str, None, "The normal protein that holds it.", lambda e: e.source),
)
"""``excluded_peptides.tsv``: peptides left out because a normal protein holds them."""
