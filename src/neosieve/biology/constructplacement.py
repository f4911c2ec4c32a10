"""Where in a mutant protein the stretches that are ordered lie.

A stretch is always a piece of one *mutant* protein as a whole, with all that its haplotype changes; it holds at least
one admitted epitope, which in turn holds an altered residue or spans a novel junction. So no stretch is wild type.

Around a change, every peptide that touches it lies in one region: from the longest peptide less one before the edit to
as much behind it. A region that fits a stretch gives one, placed freely as long as it holds the region's epitopes; a
longer one (a frameshift's tail) is tiled, neighbours overlapping by the longest peptide less one, so that no epitope
is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from neosieve.biology.synthesis import HYDROPHOBIC_GRAVY, synthesis
from neosieve.biology.windows import STANDARD
from neosieve.model.construct import Item, LeftOut
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from neosieve.model.construct import Epitope, MutantProtein

SLP_LENGTHS = (25, 33)
"""Shortest and longest synthetic long peptide, in residues: long enough that it must be processed by dendritic cells
(Melief & van der Burg 2008, Nat Rev Cancer 8:351: 23–45), short enough to synthesise in one go."""
SEGMENT_LENGTH = 27
"""Residues of a cassette's segment, the mutation in the middle (Sahin 2017, Nature 547:222)."""
NATURAL_FLANK = 3
"""Residues that a stretch should hold on either side of an epitope, if the protein has them: processing reads them."""
FAR_FROM_END = 12
"""With fewer residues between a change and the protein's end, the change can't lie in the middle of 25."""

Cost = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """What stretches are wanted."""

    shortest: int
    longest: int
    peptide: int
    """Residues of the longest peptide that can be presented, as scored."""
    difficulty: Callable[[str], int]
    """Points against a sequence as a product; 0 is best."""
    preferred: int | None = None
    """The length wanted if nothing else speaks; None for the shortest."""


@lru_cache(maxsize=1 << 16)  # neighbouring placements are looked at again and again
def slp_difficulty(sequence: str) -> int:
    """Points against a peptide as a product of solid-phase synthesis, graver ones counting more; 0 is easy.

    What counts is :func:`~neosieve.biology.synthesis.synthesis`; the weights order it as pVACtools' vaccine ordering
    does (hydrophobicity, then the ends, cysteines and Asp-Pro): they say which of two placements is easier, no more.
    """
    told = synthesis(sequence)
    return (
        6 * (told.max_gravy > HYDROPHOBIC_GRAVY)
        + 6 * (told.c_terminal_gravy > HYDROPHOBIC_GRAVY)
        + 4 * told.cysteines
        + 4 * (told.difficult_n_terminus is not None)
        + 4 * (told.difficult_c_terminus is not None)
        + 4 * told.acid_labile_bonds
        + 2 * told.deamidation_sites
        + told.oxidation_sites
    )


def no_difficulty(_sequence: str) -> int:
    """Say nothing against any sequence: a ribosome makes them all."""
    return 0


def place(
    protein: MutantProtein,
    epitopes: Sequence[Epitope],
    demand: Demand,
    *,
    rejected: Collection[str] = (),
    accepted: Collection[Epitope] = (),
) -> tuple[list[Item], list[LeftOut]]:
    """Cut the stretches of one protein that hold its admitted epitopes.

    Parameters
    ----------
    protein
        The mutant protein.
    epitopes
        Its admitted candidates, best first; each touches an edit.
    demand
        What stretches are wanted.
    rejected
        Peptides that no stretch may hold, unless an accepted candidate can't be had without.
    accepted
        Those of the epitopes that enter whatever else they bring with them.

    Returns
    -------
    tuple
        The stretches, in the order of their best epitopes; and the candidates that none could be cut for, with reasons.
    """
    items: list[Item] = []
    failed: list[LeftOut] = []
    waiting = list(epitopes)
    for region in _regions(protein, demand.peptide, demand.longest):
        inside = [one for one in waiting if region.start <= one.start and one.end <= region.end]
        if not inside:
            continue
        waiting = [one for one in waiting if one not in inside]
        tiles = _tiles(protein, region, inside, rejected, demand) if len(region) > demand.longest else None
        spans = _cover(protein, inside, demand, rejected, accepted) if tiles is None else tiles
        held = {one: [span for span in spans if span.start <= one.start and one.end <= span.end] for one in inside}
        failed += [LeftOut(one, _blocked(protein, one, rejected, demand)) for one in inside if not held[one]]
        for number, span in enumerate(spans, start=1):
            remarks = [] if tiles is None or len(tiles) == 1 else [_tile_in_words(number, len(tiles), region)]
            text = protein.mutant[span.start : span.end]
            remarks += [f"holds {peptide}, which the review rejects" for peptide in sorted(rejected) if peptide in text]
            if any(span in spans for spans in held.values()):
                # a neighbouring change's candidates may lie in it, too
                within = [one for one in epitopes if span.start <= one.start and one.end <= span.end]
                items.append(_item(protein, span, within, remarks, demand))
    failed += [
        LeftOut(one, "it touches no edit of its protein that a stretch could be placed around") for one in waiting
    ]
    items.sort(key=lambda one: (one.best.rank, one.start))
    ordered = {one for item in items for one in item.epitopes}
    return items, [one for one in failed if one.epitope not in ordered]


def _regions(protein: MutantProtein, peptide: int, longest: int) -> list[Interval]:
    """Find the stretches in which all peptides that touch an edit lie; neighbours that fit one stretch are joined."""
    regions: list[Interval] = []
    for edit in protein.edits:
        if not edit.variants:
            continue
        start = max(0, edit.mutant.start - peptide + 1)
        region = Interval(start, min(len(protein.mutant), edit.mutant.end + peptide - 1))
        if regions and region.end - regions[-1].start <= longest:
            region = Interval(regions.pop().start, max(region.end, start))
        regions.append(region)
    return regions


def _known(protein: MutantProtein, at: Interval) -> Interval:
    """Widen a stretch to where the protein ends, or a residue is none of the standard twenty."""
    start, end = at.start, at.end
    while start and protein.mutant[start - 1] in STANDARD:
        start -= 1
    while end < len(protein.mutant) and protein.mutant[end] in STANDARD:
        end += 1
    return Interval(start, end)


def _placements(known: Interval, hull: Interval, demand: Demand) -> Iterator[Interval]:
    """Yield every stretch of an admitted length that holds the hull; all that is known, where that is too short."""
    if len(known) < demand.shortest:
        yield known
        return
    for length in range(max(demand.shortest, len(hull)), min(demand.longest, len(known)) + 1):
        for start in range(max(known.start, hull.end - length), min(hull.start, known.end - length) + 1):
            yield Interval(start, start + length)


def _holds(text: str, peptides: Collection[str]) -> bool:
    return any(peptide in text for peptide in peptides)


def _cost(protein: MutantProtein, span: Interval, hull: Interval, demand: Demand) -> Cost:
    """Say what speaks against a placement, gravest first."""
    points = demand.difficulty(protein.mutant[span.start : span.end])
    before, behind = hull.start - span.start, span.end - hull.end
    change = _change_within(protein, hull)
    aside = abs((change.start - span.start) - (span.end - change.end))
    starved = (before < min(NATURAL_FLANK, hull.start)) + (behind < min(NATURAL_FLANK, len(protein.mutant) - hull.end))
    length = abs(len(span) - (demand.preferred or demand.shortest))
    unsure = sum(at.start < span.end and span.start < at.end for at, _ in protein.unphased)
    return unsure, points + 3 * starved, length, aside, span.start


def _change_within(protein: MutantProtein, hull: Interval) -> Interval:
    """Find what belongs in the middle: the edits that the hull touches, as far as it holds them."""
    edits = [
        edit.mutant
        for edit in protein.edits
        if edit.variants and edit.mutant.start <= hull.end and hull.start <= edit.mutant.end
    ]
    return Interval(max(hull.start, min(edit.start for edit in edits)), min(hull.end, max(edit.end for edit in edits)))


def _tile_in_words(number: int, count: int, region: Interval) -> str:
    return (
        f"tile {number} of {count} over {len(region)} residues; a tile that holds no admitted candidate is not ordered"
    )


def _best(protein: MutantProtein, hull: Interval, rejected: Collection[str], demand: Demand) -> Interval | None:
    """Choose the best placement around a hull; None if there is none, as where a residue in the hull is unknown."""
    if not STANDARD.issuperset(protein.mutant[hull.start : hull.end]):
        return None
    known = _known(protein, hull)
    allowed = [
        span for span in _placements(known, hull, demand) if not _holds(protein.mutant[span.start : span.end], rejected)
    ]
    return min(allowed, key=lambda span: _cost(protein, span, hull, demand), default=None)


def _cover(
    protein: MutantProtein,
    epitopes: Sequence[Epitope],
    demand: Demand,
    rejected: Collection[str],
    accepted: Collection[Epitope],
) -> list[Interval]:
    """Place as few stretches as need be, the best epitope first, each with as many of the others as it can hold."""
    spans: list[Interval] = []
    left = list(epitopes)
    while left:
        hull = Interval(left[0].start, left[0].end)
        chosen = _best(protein, hull, rejected, demand)
        if chosen is None and left[0] in accepted:
            chosen = _best(protein, hull, (), demand)
        for other in left[1:]:
            wider = Interval(min(hull.start, other.start), max(hull.end, other.end))
            if len(wider) <= demand.longest and (found := _best(protein, wider, rejected, demand)) is not None:
                hull, chosen = wider, found
        if chosen is None:
            left = left[1:]
            continue
        spans.append(chosen)
        left = [one for one in left if not (chosen.start <= one.start and one.end <= chosen.end)]
    return spans


def _tiles(
    protein: MutantProtein,
    region: Interval,
    epitopes: Sequence[Epitope],
    rejected: Collection[str],
    demand: Demand,
) -> list[Interval] | None:
    """Cover a long region with as few stretches as possible, of those the easiest; None if that can't be done."""
    overlap = demand.peptide - 1
    known = _known(protein, Interval(epitopes[0].start, epitopes[0].end))
    start, end = max(region.start, known.start), min(region.end, known.end)
    if any(one.start < start or one.end > end for one in epitopes) or len(known) < demand.shortest:
        return None  # an unknown residue parts the region

    @cache
    def cost(first: int, last: int) -> int | None:
        text = protein.mutant[first:last]
        return None if _holds(text, rejected) else demand.difficulty(text)

    @cache
    def rest(covered: int) -> tuple[int, int, tuple[Interval, ...]] | None:
        """Cover what lies from ``covered − overlap`` on: (number, points, spans)."""
        if covered >= end:
            return 0, 0, ()
        best: tuple[int, int, tuple[Interval, ...]] | None = None
        lowest = start if covered == start else covered - overlap
        for first in range(lowest, max(known.start, lowest - demand.longest) - 1, -1):
            for length in range(demand.shortest, demand.longest + 1):
                last = first + length
                if last <= covered or last > known.end or (points := cost(first, last)) is None:
                    continue
                if (behind := rest(last)) is None:
                    continue
                found = (behind[0] + 1, behind[1] + points, (Interval(first, last), *behind[2]))
                if best is None or found[:2] < best[:2]:
                    best = found
        return best

    found = rest(start)
    return None if found is None else list(found[2])


def _item(
    protein: MutantProtein, span: Interval, epitopes: Sequence[Epitope], remarks: Sequence[str], demand: Demand
) -> Item:
    sequence = protein.mutant[span.start : span.end]
    best_first = tuple(sorted(epitopes, key=lambda one: one.rank))
    near = [
        f"the phase of {variant} is unknown: in cis it would change residues "
        f"{max(at.start, span.start) - span.start + 1}–{min(at.end, span.end) - span.start} of this sequence"
        for at, variant in protein.unphased
        if at.start < span.end and span.start < at.end
    ]
    own = [
        f"the germline variant {variant} on the same copy is in it"
        for at, variant in protein.germline
        if at.start < span.end and span.start < at.end
    ]
    limits = tuple(_limits(protein, span, demand))
    return Item(protein, span.start, sequence, best_first, limits, (*near, *own, *remarks))


def _limits(protein: MutantProtein, span: Interval, demand: Demand) -> Iterator[str]:
    """Say where the protein's end, or an unknown residue, kept a stretch from being placed freely."""
    edits = [
        edit.mutant
        for edit in protein.edits
        if edit.variants and edit.mutant.start <= span.end and span.start <= edit.mutant.end
    ]
    first, last = min(edit.start for edit in edits), max(edit.end for edit in edits)
    short = f"only {len(span)} residues: " if len(span) < demand.shortest else ""
    if span.start == 0 and (short or first - span.start < FAR_FROM_END):
        what = "the mutant protein starts" if protein.starts else "the annotated protein starts, incompletely,"
        yield f"{short}{what} {_residues(first, 'before') if first > 0 else 'with'} the change"
    elif span.start and protein.mutant[span.start - 1] not in STANDARD and (short or first - span.start < FAR_FROM_END):
        yield f"{short}the residue before it is unknown or none of the standard twenty"
    behind = span.end - last
    if span.end == len(protein.mutant) and (short or behind < FAR_FROM_END):
        what = "the mutant protein ends" if protein.ends else "the annotated protein ends, incompletely,"
        yield f"{short}{what} {_residues(behind, 'behind') if behind > 0 else 'with'} the change"
    elif (
        span.end < len(protein.mutant) and protein.mutant[span.end] not in STANDARD and (short or behind < FAR_FROM_END)
    ):
        yield f"{short}the residue behind it is unknown or none of the standard twenty"


def _residues(number: int, where: str) -> str:
    return f"{number} residue{'' if number == 1 else 's'} {where}"


def _blocked(protein: MutantProtein, epitope: Epitope, rejected: Collection[str], demand: Demand) -> str:
    """Say why no stretch could be placed around an epitope."""
    hull = Interval(epitope.start, epitope.end)
    texts = [protein.mutant[one.start : one.end] for one in _placements(_known(protein, hull), hull, demand)]
    inside = sorted(peptide for peptide in rejected if any(peptide in text for text in texts))
    if inside:
        return f"every placement around it holds {inside[0]}, which the review rejects"
    return f"it doesn't fit {demand.shortest}–{demand.longest} residues"
