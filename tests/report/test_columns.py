from __future__ import annotations

from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.html import HEADINGS
from neosieve.report.ledgercolumns import EXCLUDED_COLUMNS, LEDGER_COLUMNS
from neosieve.report.variantcolumns import VARIANT_COLUMNS

RELIED_ON = """
rank tier score gene gene_id variant haplotype protein_change transcript transcripts consequence peptide
wildtype_peptide allele length mutant_positions n_flank c_flank affinity_nM affinity_percentile wildtype_affinity_nM
wildtype_affinity_percentile agretopicity presentation_score presentation_percentile tumor_dna_vaf tumor_dna_depth
normal_dna_vaf normal_dna_depth tumor_rna_vaf tumor_rna_depth tumor_rna_alt_reads gene_expression
transcript_expression ccf nmd phase self_match reasons
"""


def test_candidates_keep_the_columns_that_others_rely_on_in_their_order() -> None:
    """What is added stands between or after the promised columns and never displaces them."""
    names = [column.name for column in CANDIDATE_COLUMNS]
    added = ["filter", "affinity_low_nM", "affinity_high_nM", "remarks", "rank_interval", "contributions"]
    added += ["anchor_positions", "mutation_site", "ccf_low", "ccf_high", "hla_loss"]
    added += ["near_self_peptide", "near_self_source", "hotspot", "max_7mer_gravy", "cysteines", "synthesis", "doubts"]
    added += ["mane_select", "canonical", "transcript_support_level", "regions_with", "regions_assessed", "regions"]
    added += ["near_self_expression", "near_self_tissue", "near_self_gene"]
    added += ["protein", "protein_start"]
    assert [name for name in names if name not in added] == RELIED_ON.split()
    assert set(names) - set(RELIED_ON.split()) == set(added)


def test_ledger_has_the_columns_that_others_rely_on() -> None:
    """The ledger's columns are a promise too."""
    assert [column.name for column in LEDGER_COLUMNS] == [
        "variant",
        "gene",
        "transcript",
        "consequence",
        "outcome",
        "detail",
        "n_peptides",
    ]


def test_every_column_is_documented_and_named_once_in_its_table() -> None:
    """A name stands for one column, and its doc is a sentence."""
    names = [[column.name for column in CANDIDATE_COLUMNS], [column.name for column in VARIANT_COLUMNS]]
    names += [[column.name for column in LEDGER_COLUMNS], [column.name for column in EXCLUDED_COLUMNS]]
    assert all(len(set(table)) == len(table) for table in names)
    docs = [column.doc for column in CANDIDATE_COLUMNS] + [column.doc for column in VARIANT_COLUMNS]
    docs += [column.doc for column in LEDGER_COLUMNS] + [column.doc for column in EXCLUDED_COLUMNS]
    assert all(doc.endswith(".") for doc in docs)


def test_the_report_shows_registered_columns_alone() -> None:
    """The HTML table takes its columns from the registry."""
    assert set(HEADINGS) <= {column.name for column in CANDIDATE_COLUMNS}
