"""The columns of the vaccine's tables: each is declared once, here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.synthesis import synthesis
from neosieve.report.column import Column, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from neosieve.model.construct import Epitope, Item, Junction, LeftOut, Mark, Strategy
    from neosieve.report.column import Cell

WATER = 18.0153  # Da, average mass


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order sheet."""

    name: str
    item: Item
    marks: tuple[Mark, ...]
    """A reviewer's, on its candidates: acceptances before others."""
    place: int | None = None
    """0-based start in the cassette's protein; None outside one."""


@dataclass(frozen=True, slots=True)
class SeamLine:
    """One line of the junction report."""

    design: str
    number: int
    junction: Junction


def percent(value: float | None) -> str:
    """Write a percentile."""
    return "NA" if value is None else f"{value:.4g}"


def _epitopes(line: OrderLine) -> str | None:
    return joined((f"{one.peptide}/{one.allele}/{percent(one.percentile)}" for one in line.item.epitopes), "; ")


def _alleles(line: OrderLine) -> str | None:
    return joined(sorted({one.allele for one in line.item.epitopes}), ",")


def _altered(line: OrderLine) -> str | None:
    # 0-based positions inside → 1-based ones in the table
    return joined((str(position + 1) for position in line.item.altered), ",")


def _junctions(line: OrderLine) -> str | None:
    # the point between residues n − 1 and n, 0-based, is n^n+1 in 1-based ones
    return joined((f"{point}^{point + 1}" for point in line.item.junctions), ",")


def _clonal(line: OrderLine) -> str | None:
    interval = line.item.best.clonal
    return None if interval is None else f"{interval[0]:.2f}–{interval[1]:.2f}"


def _mass(line: OrderLine) -> float:
    from Bio.Data.IUPACData import protein_weights  # noqa: PLC0415 - only these sheets need it

    sequence = line.item.sequence
    # the amino acids' average masses, a water less for each bond
    return float(sum(protein_weights[residue] for residue in sequence) - WATER * (len(sequence) - 1))


def _review(line: OrderLine) -> str | None:
    several = len(line.marks) > 1
    return joined(
        (
            f"{mark.mark}{f' {mark.peptide}/{mark.allele}' if several else ''}{f': {mark.note}' if mark.note else ''}"
            for mark in line.marks
        ),
        "; ",
    )


def _best(get: Callable[[Epitope], Cell]) -> Callable[[OrderLine], Cell]:
    return lambda line: get(line.item.best)


def _said(line: OrderLine) -> str | None:
    return joined(
        dict.fromkeys((*line.item.remarks, *(one.remarks for one in line.item.epitopes if one.remarks))), "; "
    )


SHEET_COLUMNS: tuple[Column[OrderLine], ...] = (
    Column("name", str, None, "Name of the peptide or segment, as in the FASTA file.", lambda line: line.name),
    Column("sequence", str, "amino acids", "What to make, N- to C-terminal.", lambda line: line.item.sequence),
    Column("length", int, "residues", "Its length.", lambda line: len(line.item.sequence)),
    Column("gene", str, None, "Gene symbol.", _best(lambda one: one.gene)),
    Column(
        "protein_change", str, "HGVS p.", "The change that the best epitope carries.", _best(lambda one: one.change)
    ),
    Column(
        "variant",
        str,
        "chrom:pos:ref>alt",
        "The best epitope's variant, as in the VCF.",
        _best(lambda one: one.variant),
    ),
    Column(
        "variants",
        str,
        "chrom:pos:ref>alt",
        "All somatic variants that the sequence carries, joined by +.",
        lambda line: joined(line.item.variants, "+"),
    ),
    Column(
        "transcript", str, None, "Transcript whose mutant protein it is cut from.", _best(lambda one: one.transcript)
    ),
    Column(
        "protein_start",
        int,
        "1-based",
        "Position of its first residue in the mutant protein.",
        lambda line: line.item.start + 1,
    ),
    Column(
        "altered_positions",
        str,
        "1-based",
        "Positions in the sequence that differ from the normal protein; NA where a deletion joins normal stretches.",
        _altered,
    ),
    Column(
        "novel_junctions",
        str,
        "1-based",
        "Where a deletion joins what the normal protein parts: 12^13 is between residues 12 and 13.",
        _junctions,
    ),
    Column("best_epitope", str, "amino acids", "The best admitted candidate inside.", _best(lambda one: one.peptide)),
    Column("best_allele", str, None, "Its allele.", _best(lambda one: one.allele)),
    Column(
        "best_percentile", float, "%", "Its presentation percentile, else affinity's.", _best(lambda o: o.percentile)
    ),
    Column("best_affinity_nM", float, "nM", "Its predicted IC50.", _best(lambda one: one.affinity_nM)),
    Column("best_rank", int, None, "Its rank in candidates.tsv.", _best(lambda one: one.rank)),
    Column("best_tier", str, None, "Its tier.", _best(lambda one: one.tier)),
    Column("best_score", float, "log-odds", "Its score.", _best(lambda one: one.score)),
    Column("alleles", str, None, "Alleles of all admitted candidates inside, joined by commas.", _alleles),
    Column(
        "epitopes",
        str,
        None,
        "All admitted candidates inside, best first, each as peptide/allele/percentile.",
        _epitopes,
    ),
    Column("cancer_cell_fraction", str, "fraction", "95 % interval for the best one; NA if not estimated.", _clonal),
    Column("mass_Da", float, "Da", "Average mass of the free peptide.", _mass),
    Column(
        "max_7mer_gravy",
        float,
        "Kyte–Doolittle",
        "Greatest mean hydropathy of seven neighbours; above 2 a peptide is hard to make and to dissolve.",
        lambda line: synthesis(line.item.sequence).max_gravy,
    ),
    Column("cysteines", int, None, "Cysteines.", lambda line: synthesis(line.item.sequence).cysteines),
    Column(
        "synthesis",
        str,
        None,
        "What makes it hard to synthesise or keep, gravest first; NA for an easy one.",
        lambda line: joined(synthesis(line.item.sequence).words(), "; "),
    ),
    Column(
        "limits",
        str,
        None,
        "Why it is shorter than asked for, or its change can't lie in the middle; NA if nothing stood in the way.",
        lambda line: joined(line.item.limits, "; "),
    ),
    Column(
        "review",
        str,
        None,
        "A reviewer's marks and notes on its candidates, acceptances first; each names its own if there are several.",
        _review,
    ),
    Column("remarks", str, None, "What a reader must know, joined by semicolons.", _said),
)
"""``slp.tsv`` and ``minimal.tsv``: one row per peptide to order."""

SEGMENT_COLUMNS: tuple[Column[OrderLine], ...] = (
    SHEET_COLUMNS[0],
    Column(
        "cassette_start",
        int,
        "1-based",
        "Position of its first residue in the cassette's protein.",
        lambda line: None if line.place is None else line.place + 1,
    ),
    *(
        column
        for column in SHEET_COLUMNS[1:]
        if column.name not in {"mass_Da", "max_7mer_gravy", "cysteines", "synthesis"}
    ),
)
"""``mrna.tsv``: one row per segment, in the cassette's order."""

LEFT_OUT_COLUMNS: tuple[Column[LeftOut], ...] = (
    Column("rank", int, None, "Rank in candidates.tsv.", lambda one: one.epitope.rank),
    Column("tier", str, None, "Tier.", lambda one: one.epitope.tier),
    Column("gene", str, None, "Gene symbol.", lambda one: one.epitope.gene),
    Column("variant", str, "chrom:pos:ref>alt", "The variant as in the VCF.", lambda one: one.epitope.variant),
    Column("protein_change", str, "HGVS p.", "The change.", lambda one: one.epitope.change),
    Column("peptide", str, "amino acids", "The candidate's peptide.", lambda one: one.epitope.peptide),
    Column("allele", str, None, "Its allele.", lambda one: one.epitope.allele),
    Column("percentile", float, "%", "Of presentation, else of affinity.", lambda one: one.epitope.percentile),
    Column("reason", str, None, "Why it isn't in the construct.", lambda one: one.reason),
)
"""Left out: of each variant in no item its best candidate, and every one that was admitted or marked."""

JUNCTION_COLUMNS: tuple[Column[SeamLine], ...] = (
    Column(
        "design", str, None, "before: in the order of ranks, without linkers; after: as designed.", lambda o: o.design
    ),
    Column("junction", int, None, "Number of the seam, from the N-terminus.", lambda one: one.number),
    Column("left", str, None, "What lies before it.", lambda one: one.junction.left),
    Column("linker", str, "amino acids", "Residues between; NA for none.", lambda one: one.junction.linker),
    Column("right", str, None, "What lies behind it.", lambda one: one.junction.right),
    Column("peptides", int, None, "Distinct peptides over it, of all lengths.", lambda one: one.junction.peptides),
    Column(
        "worst_peptide",
        str,
        "amino acids",
        "The one that is presented best by any of the alleles.",
        lambda one: None if one.junction.worst is None else one.junction.worst.peptide,
    ),
    Column(
        "worst_allele",
        str,
        None,
        "That allele.",
        lambda one: None if one.junction.worst is None else one.junction.worst.allele.name,
    ),
    Column(
        "worst_percentile",
        float,
        "%",
        "Its presentation percentile (affinity's, if the models give no other); lower is worse.",
        lambda one: None if one.junction.worst is None else one.junction.worst.percentile,
    ),
    Column(
        "presented",
        int,
        None,
        "Peptide–allele pairs at 0.5 % or below, which the design avoids first.",
        lambda one: one.junction.presented,
    ),
    Column("flagged", int, None, "Peptide–allele pairs at 2 % or below.", lambda one: one.junction.flagged),
    Column(
        "self_peptides",
        str,
        "amino acids",
        "Peptides over it that a normal protein holds, joined by commas; NA for none.",
        lambda one: joined(one.junction.self_peptides, ","),
    ),
)
"""``mrna_junctions.tsv``: one row per seam, before and after."""

STRATEGY_COLUMNS: tuple[Column[Strategy], ...] = (
    Column("design", str, None, "How order and linkers are chosen.", lambda one: one.name),
    Column("presented", int, None, "Peptide–allele pairs over seams at 0.5 % or below.", lambda one: one.presented),
    Column("self_peptides", int, None, "Peptides over seams that a normal protein holds.", lambda o: o.self_peptides),
    Column("flagged", int, None, "Peptide–allele pairs over seams at 2 % or below.", lambda one: one.flagged),
    Column("linker_residues", int, None, "Residues of all linkers.", lambda one: one.linker_residues),
    Column(
        "best_order",
        str,
        None,
        "Whether no order does better with these linkers: yes if proved, else no.",
        lambda one: "yes" if one.exact else "no",
    ),
)
"""``mrna_designs.tsv``: the design beside plainer ones."""


def lines_of(
    names: Iterable[str], items: Iterable[Item], marks: Iterable[Mark], places: Iterable[int] | None
) -> list[OrderLine]:
    """Join items with what a reviewer said of their candidates."""
    said = {(mark.variant, mark.peptide, mark.allele): mark for mark in marks}
    made = []
    starts = iter(places) if places is not None else None
    for name, item in zip(names, items, strict=True):
        own = [said[one.key] for one in item.epitopes if one.key in said]
        own.sort(key=lambda mark: mark.mark != "accept")
        made.append(OrderLine(name, item, tuple(own), next(starts) if starts is not None else None))
    return made
