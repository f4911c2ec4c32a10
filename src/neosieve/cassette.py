"""An mRNA cassette: segments ordered and linked so that their seams are neither presented nor self, with codons."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from neosieve.binding.models import AUTO
from neosieve.biology.constructcodons import AVOIDED, code, sites_of
from neosieve.biology.constructjunctions import (
    BEGIN,
    END,
    OPTIMISED_PERCENTILE,
    SPACERS,
    Parts,
    cheapest,
    joined_protein,
    over_place,
    peptides_of,
    seams_of,
)
from neosieve.biology.constructorder import EXACT_UP_TO, KICKS, Order, best_order
from neosieve.errors import InputError
from neosieve.io.cassetteparts import HLA, NONE, read_mitd, read_signal
from neosieve.model.construct import Cassette, Design, LeftOut, Strategy
from neosieve.seams import judge_of, seam_lengths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from neosieve.biology.constructorder import Counts
    from neosieve.io.finishedrun import FinishedRun
    from neosieve.model.construct import Epitope, Item
    from neosieve.seams import Judge
    from neosieve.timing import Stages

LONGEST_PROTEIN = 1000  # residues: 3 kb of coding RNA, within what in-vitro transcription makes whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CassetteSettings:
    """How a cassette is to be."""

    models: str = AUTO
    signal: str = NONE
    mitd: str = NONE
    linkers: tuple[str, ...] = SPACERS
    avoid: tuple[str, ...] = AVOIDED
    max_length: int = LONGEST_PROTEIN
    """Residues of the whole protein, at most."""
    proteome: Path | None = None
    reference: Path | None = None

    def told(self) -> tuple[tuple[str, str], ...]:
        """List (option, value)."""
        return (
            ("signal", self.signal if self.signal in {NONE, HLA} else Path(self.signal).name),
            ("mitd", self.mitd if self.mitd in {NONE, HLA} else Path(self.mitd).name),
            ("linkers", ",".join(linker or NONE for linker in self.linkers)),
            ("avoid", ",".join(self.avoid)),
            ("max_length", str(self.max_length)),
            ("proteome", "" if self.proteome is None else self.proteome.name),
            ("reference", "" if self.reference is None else self.reference.name),
        )


def usable_segments(items: Sequence[Item], lengths: Iterable[int]) -> tuple[list[Item], list[LeftOut]]:
    """Leave out segments so short that one peptide could reach over both of their seams."""
    least = max(seam_lengths(lengths)) - 1
    short = [item for item in items if len(item.sequence) < least]
    reason = f"its segment has fewer than {least} residues, so that peptides could reach over both of its ends"
    return (
        [item for item in items if item not in short],
        [LeftOut(one, reason) for item in short for one in item.epitopes],
    )


def within_length(
    items: Sequence[Item], accepted: Collection[Epitope], settings: CassetteSettings
) -> tuple[list[Item], list[LeftOut]]:
    """Leave out the last items until the protein fits, the longest linker counted wherever one may stand.

    Raises
    ------
    InputError
        What must enter, or a single segment, doesn't fit.
    """
    kept, left_out = list(items), list[LeftOut]()
    begin, end = read_signal(settings.signal), read_mitd(settings.mitd)
    longest = max(map(len, settings.linkers))

    def residues() -> int:
        seams = len(kept) - 1 + (len(begin) > 1) + bool(end)  # a lone methionine is joined directly
        return len(begin) + sum(len(item.sequence) for item in kept) + len(end) + longest * seams

    while residues() > settings.max_length:
        free = [item for item in kept if not any(one in accepted for one in item.epitopes)]
        if not free or len(kept) == 1:
            what = f"{len(kept)} segments that must enter" if len(kept) > 1 else "one segment"
            raise InputError(
                f"{what} would make a cassette of up to {residues()} residues, and --max-length is "
                f"{settings.max_length}; raise it{', or accept fewer candidates' if len(kept) > 1 else ''}"
            )
        kept.remove(free[-1])
        reason = f"the cassette could be longer than {settings.max_length} residues"
        left_out += [LeftOut(one, reason) for one in free[-1].epitopes]
    return kept, left_out


def build_cassette(
    items: Sequence[Item], names: Sequence[str], run: FinishedRun, settings: CassetteSettings, stages: Stages
) -> tuple[Cassette, tuple[int, ...], tuple[str, ...]]:
    """Order, link and code segments.

    Parameters
    ----------
    items, names
        The segments, in the order of their ranks.
    run
        Whose alleles and models count.
    settings
        How it is to be.
    stages
        Times the stages.

    Returns
    -------
    tuple
        The cassette; the numbers of the items in its order; and what a reader must know, in words.

    Raises
    ------
    NeosieveError
        The run's models aren't at hand, a file can't be used, or no codons avoid a restriction site.
    """
    try:
        sites = sites_of(settings.avoid)
    except ValueError as error:
        raise InputError(f"--avoid: {error}") from error
    begin, end = read_signal(settings.signal), read_mitd(settings.mitd)
    parts = Parts(begin, tuple(item.sequence for item in items), end, settings.linkers)
    with stages.stage("loading models"):
        judge, warnings = judge_of(run, settings.models, settings.proteome, settings.reference)
    lengths = seam_lengths(run.lengths)
    with stages.stage("scoring seams"):
        seams = list(seams_of(parts))
        told = judge.likeness([peptides_of(parts, seam, lengths) for seam in seams])
        costs = {seam: one.counts(seam[2]) for seam, one in zip(seams, told, strict=True)}
    with stages.stage("ordering"):
        order, linkers = _ordered(parts, costs, settings.linkers)
        strategies = _strategies(parts, costs, settings.linkers, order)
        labels = [_label(name, item) for name, item in zip(names, items, strict=True)]
        ranked = tuple(range(len(items)))
        seams_after = _linkers_of(parts, order.segments, linkers)
        before = _design("as ranked, without linkers", parts, ranked, [""] * len(seams_after), labels, judge, lengths)
        after = _design("as designed", parts, order.segments, seams_after, labels, judge, lengths)
    with stages.stage("choosing codons"):
        try:
            coding = code(after.protein, sites)
        except ValueError as error:
            raise InputError(f"{error}; leave one of them out with --avoid") from error
    _, places = joined_protein(parts, order.segments, seams_after)
    exact = order.exact
    return (
        Cassette(
            begin=begin,
            end=end,
            places=tuple(stop for _, stop in places[: len(items)]),
            before=before,
            after=after,
            exact=exact,
            optimiser=(
                "each seam's best linker, and Held and Karp's dynamic programming over the orders: exact"
                if len(items) <= EXACT_UP_TO
                else f"each seam's best linker, and local search with {KICKS} restarts over the orders: "
                + ("proved best by a lower bound" if exact else "a heuristic, not proved best")
            ),
            strategies=strategies,
            dna=coding.dna,
            rna=coding.rna,
            adaptation=coding.adaptation,
            gc=coding.gc,
            codon_remarks=coding.remarks,
        ),
        order.segments,
        tuple(warnings),
    )


def _ordered(
    parts: Parts, costs: Mapping[tuple[int, int, str], Counts], linkers: Sequence[str]
) -> tuple[Order, dict[tuple[int, int], str]]:
    """Find the best order with some linkers, the best of them at each seam."""
    chosen, best = cheapest(parts, costs, linkers)
    size = len(parts.segments)
    nothing: Counts = (0, 0, 0, 0)
    between = [[nothing if i == j else best[i, j] for j in range(size)] for i in range(size)]
    order = best_order(
        between, [best[BEGIN, j] for j in range(size)], [best.get((i, END), nothing) for i in range(size)]
    )
    return order, chosen


def _linkers_of(parts: Parts, order: Sequence[int], chosen: Mapping[tuple[int, int], str]) -> list[str]:
    path = [BEGIN, *order, *([END] if parts.end else [])]
    return [chosen[pair] for pair in pairwise(path)]


def _strategies(
    parts: Parts, costs: Mapping[tuple[int, int, str], Counts], linkers: Sequence[str], best: Order
) -> tuple[Strategy, ...]:
    """Compare the design with plainer ones."""
    told = []
    if "" in linkers:
        size = len(parts.segments)
        path = [BEGIN, *range(size), *([END] if parts.end else [])]
        plain = [costs[left, right, ""] for left, right in pairwise(path)]
        told.append(_strategy("as ranked, without linkers", tuple(map(sum, zip(*plain, strict=True))), exact=False))
    for linker in linkers:
        order, _ = _ordered(parts, costs, [linker])
        name = f"best order, {f'{linker} at every seam' if linker else 'without linkers'}"
        told.append(_strategy(name, order.cost, exact=order.exact))
    told.append(_strategy(f"best order, any of {len(linkers)} linkers at each seam", best.cost, exact=best.exact))
    return tuple(told)


def _strategy(name: str, cost: Counts, *, exact: bool) -> Strategy:
    presented, self_peptides, flagged, residues = cost
    return Strategy(name, presented, self_peptides, flagged, residues, exact)


def _label(name: str, item: Item) -> str:
    return f"{name} {item.best.gene}"


def _design(
    name: str,
    parts: Parts,
    order: Sequence[int],
    linkers: Sequence[str],
    labels: Sequence[str],
    judge: Judge,
    lengths: Sequence[int],
) -> Design:
    """Join the parts and look at every seam once more, in the whole protein."""
    protein, places = joined_protein(parts, order, linkers)
    overs = [over_place(protein, place, lengths) for place in places]
    path = [
        "signal peptide" if len(parts.begin) > 1 else "start",
        *(labels[number] for number in order),
        *(["MITD"] if parts.end else []),
    ]
    junctions = [
        like.junction(left, linker, right, len({over.peptide for over in seam}))
        for (left, right), linker, seam, like in zip(pairwise(path), linkers, overs, judge.likeness(overs), strict=True)
    ]
    return Design(name, protein, tuple(junctions), sum(map(len, linkers)))


def goal_in_words(design: Design) -> str:
    """Say whether the seams are clean."""
    return (
        f"{design.presented} peptide–allele pairs over seams at {OPTIMISED_PERCENTILE:g} % or better, "
        f"{design.flagged} at 2 % or better, {design.self_peptides} self peptides, "
        f"{design.linker_residues} linker residues"
    )
