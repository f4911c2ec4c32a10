"""Phase of calls from the fragments that show several of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neosieve.biology.coordinates import contradict
from neosieve.biology.haplotypes import phase_unknown
from neosieve.model.variant import PhaseSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.model.variant import Call, Variant

    Pair = tuple[Variant, Variant]

REACH = 20_000  # bases on the genome: RNA fragments join exons over introns of 1.5 kb in the median, some far longer
FRAGMENTS = 2  # a single fragment may be a chimera of two (template switching)
CONTRARY = 0.1  # of the telling fragments: chimeras and misread bases are fewer
READS = "reads"


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Fragments that show REF or ALT of two variants; immutable."""

    both: int
    """Both ALT."""
    first: int
    """The first's ALT with the second's REF."""
    second: int
    """The second's ALT with the first's REF."""
    neither: int = 0
    """Both REF."""

    @property
    def cis(self) -> bool | None:
        """Whether both lie on one copy: True, False, or None where the fragments can't tell.

        Both on two fragments or more, and hardly one alone, is cis. Each alone, on two or more together, and hardly
        both is trans. One alone beside both is neither: the other may be younger, on some of its copies only.
        """
        alone = self.first + self.second
        total = self.both + alone
        if total < FRAGMENTS:
            return None
        if alone <= CONTRARY * total:
            return True
        if self.both <= CONTRARY * total and self.first and self.second:
            return False
        return None


def pairs_to_phase(calls: Iterable[Call], reach: int = REACH) -> list[tuple[Variant, Variant]]:
    """List the pairs of near calls of unknown phase, at least one of them somatic, in genome order.

    Calls that can't lie on one copy, as they change a common base, are no pair.
    """
    ordered = sorted(calls, key=lambda call: call.variant)
    pairs = []
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.variant.chrom != one.variant.chrom or other.variant.start - one.variant.start > reach:
                break
            somatic = not (one.germline and other.germline)
            if somatic and not contradict(one.variant, other.variant) and phase_unknown(one, other):
                pairs.append((one.variant, other.variant))
    return pairs


def phase_from_reads(calls: Sequence[Call], counted: Mapping[Pair, PairCounts]) -> list[Call]:
    """Give calls the phase that fragments show; what the VCF says of phase stays.

    Calls that telling pairs connect make one phase set: the VCF's, where one of them has it, else one named after the
    first call, its source ``reads``. Calls whose pairs contradict one another, or would join two of the VCF's
    sets, stay as they are.

    Parameters
    ----------
    calls
        In any order, which is kept.
    counted
        pair → fragments; pairs that tell nothing are passed over.
    """
    by_variant: dict[Variant, list[Call]] = {}
    for call in calls:
        by_variant.setdefault(call.variant, []).append(call)
    links: dict[Variant, list[tuple[Variant, bool]]] = {}
    for (one, other), counts in sorted(counted.items()):
        if counts.cis is not None and one in by_variant and other in by_variant:
            links.setdefault(one, []).append((other, counts.cis))
            links.setdefault(other, []).append((one, counts.cis))
    given: dict[Variant, PhaseSet] = {}
    seen: set[Variant] = set()
    for variant in sorted(links):
        if variant not in seen:
            sides = _sides(variant, links)
            seen |= sides.keys()
            if _consistent(sides, links):
                given |= _sets(sides, [call for one in sides for call in by_variant[one]])
    return [
        replace(call, phase=given[call.variant])
        if call.phase is None and not call.homozygous and call.variant in given
        else call
        for call in calls
    ]


def _sides(start: Variant, links: Mapping[Variant, Sequence[tuple[Variant, bool]]]) -> dict[Variant, int]:
    """Walk from one variant to all that are connected with it, and note which copy each lies on."""
    sides = {start: 1}
    queue = deque([start])
    while queue:
        one = queue.popleft()
        for other, cis in links[one]:
            if other not in sides:
                sides[other] = sides[one] if cis else 1 - sides[one]
                queue.append(other)
    return sides


def _consistent(sides: Mapping[Variant, int], links: Mapping[Variant, Sequence[tuple[Variant, bool]]]) -> bool:
    return all((sides[one] == sides[other]) is cis for one in sides for other, cis in links[one])


def _sets(sides: Mapping[Variant, int], calls: Sequence[Call]) -> dict[Variant, PhaseSet]:
    """Return each variant's place in the one phase set; none where the VCF has two for them."""
    told = [(call.phase, sides[call.variant]) for call in calls if call.phase is not None]
    if not told:
        return {variant: PhaseSet(READS, str(min(sides)), side) for variant, side in sides.items()}
    first, side_of_first = told[0]
    turned = first.side != side_of_first
    agree = all(
        (one.source, one.name) == (first.source, first.name) and (one.side != side) is turned for one, side in told
    )
    if not agree:
        return {}
    return {
        variant: PhaseSet(first.source, first.name, 1 - side if turned else side) for variant, side in sides.items()
    }
