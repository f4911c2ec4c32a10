"""The seams of a cassette: which peptides lie over them, and what each way to join two parts costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.windows import FLANK
from neosieve.model.construct import Junction, Seam

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from neosieve.biology.constructorder import Counts
    from neosieve.model.mhc import Allele

OPTIMISED_PERCENTILE = 0.5
"""Presentation percentile of strong ligands (NetMHCpan 4.1's convention, Reynisson 2020): the order avoids these."""
FLAGGED_PERCENTILE = 2.0
"""… of weak ones: flagged."""
SPACERS = ("", "AAY", "HHHH", "GGS", "GPGPG", "HHAA", "AAL", "HH", "HHC", "HHH", "HHHD", "HHL", "HHHC")
"""pVACvector's default set (Hundal 2020, Cancer Immunol Res 8:409; pVACtools' documentation), none included."""


class Over(NamedTuple):
    """A peptide over a seam, with its surroundings."""

    peptide: str
    n_flank: str | None
    """None where what lies before isn't known yet."""
    c_flank: str | None


def over_seam(
    left: str, linker: str, right: str, lengths: Iterable[int], *, starts: bool = False, ends: bool = False
) -> list[Over]:
    """List the peptides that hold residues of both parts, or of the linker, in order.

    Parameters
    ----------
    left, linker, right
        What is joined.
    lengths
        Peptide lengths, in residues.
    starts, ends
        Whether the left part begins the protein, and the right one ends it.
    """
    whole = left + linker + right
    first, second = len(left), len(left) + len(linker)
    found = []
    for length in sorted(set(lengths)):
        for start in range(max(0, first - length + 1), min(second, len(whole) - length + 1)):
            end = start + length
            if end <= first or (not linker and start >= first):
                continue
            n_flank, c_flank = whole[max(0, start - FLANK) : start], whole[end : end + FLANK]
            found.append(
                Over(
                    whole[start:end],
                    n_flank if n_flank or starts else None,
                    c_flank if c_flank or ends else None,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Likeness:
    """What peptides over a seam are like."""

    percentiles: tuple[tuple[str, Allele, float], ...]
    """(peptide, allele, percentile), of each pair that can be scored."""
    self_peptides: tuple[str, ...]
    """Those that a normal protein holds, each once, in name order."""

    def counts(self, linker: str) -> Counts:
        """Say what the seam costs: presented, self, flagged, linker residues."""
        presented = sum(percentile <= OPTIMISED_PERCENTILE for _, _, percentile in self.percentiles)
        flagged = sum(percentile <= FLAGGED_PERCENTILE for _, _, percentile in self.percentiles)
        return presented, len(self.self_peptides), flagged, len(linker)

    def junction(self, left: str, linker: str, right: str, peptides: int) -> Junction:
        """Tell of the seam between two named parts."""
        worst = min(self.percentiles, key=lambda one: (one[2], one[0], one[1]), default=None)
        presented, _, flagged, _ = self.counts(linker)
        return Junction(
            left,
            right,
            linker,
            peptides,
            None if worst is None else Seam(*worst),
            presented,
            flagged,
            self.self_peptides,
        )


Scorer = "Callable[[Sequence[Sequence[Over]]], list[Likeness]]"
"""Tells what the peptides over many seams are like."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a cassette is joined of."""

    begin: str
    """The signal peptide, or the methionine alone."""
    segments: tuple[str, ...]
    """In the order of their rank."""
    end: str
    """The trafficking domain; empty for none."""
    linkers: tuple[str, ...]
    """That may stand between two parts; an empty one for none."""

    @property
    def begin_linkers(self) -> tuple[str, ...]:
        """What may stand behind the beginning: a lone methionine is joined directly."""
        return self.linkers if len(self.begin) > 1 else ("",)


Seams = dict[tuple[int, int, str], "Counts"]
"""(left part, right part, linker) → cost. Segments are numbered from 0; -1 is the beginning, -2 the end."""
BEGIN, END = -1, -2


def seams_of(parts: Parts) -> Iterator[tuple[int, int, str]]:
    """List every seam that a cassette may have."""
    size = len(parts.segments)
    for right in range(size):
        for linker in parts.begin_linkers:
            yield BEGIN, right, linker
    for left in range(size):
        for right in range(size):
            if left != right:
                for linker in parts.linkers:
                    yield left, right, linker
        if parts.end:
            for linker in parts.linkers:
                yield left, END, linker


def peptides_of(parts: Parts, seam: tuple[int, int, str], lengths: Iterable[int]) -> list[Over]:
    """List the peptides over one seam."""
    left, right, linker = seam
    return over_seam(
        parts.begin if left == BEGIN else parts.segments[left],
        linker,
        parts.end if right == END else parts.segments[right],
        lengths,
        starts=left == BEGIN,
        ends=right == END,
    )


def cheapest(
    parts: Parts, seams: Mapping[tuple[int, int, str], Counts], linkers: Sequence[str]
) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], Counts]]:
    """Choose the best of some linkers for each pair of parts, the first of equal ones; and say what it costs."""
    chosen: dict[tuple[int, int], str] = {}
    costs: dict[tuple[int, int], Counts] = {}
    for (left, right, linker), counts in seams.items():
        allowed = linker in (("",) if left == BEGIN and len(parts.begin) == 1 else linkers)
        if allowed and ((left, right) not in costs or counts < costs[left, right]):
            chosen[left, right], costs[left, right] = linker, counts
    return chosen, costs


def joined_protein(parts: Parts, order: Sequence[int], linkers: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Join the parts; return the protein, and where in it each linker lies, as (start, end).

    Parameters
    ----------
    parts
        The parts.
    order
        Numbers of the segments.
    linkers
        One for each seam: behind the beginning, between segments, and before the end if there is one.
    """
    texts = [parts.begin, *(parts.segments[number] for number in order), *([parts.end] if parts.end else [])]
    protein = texts[0]
    places = []
    for linker, text in zip(linkers, texts[1:], strict=True):
        places.append((len(protein), len(protein) + len(linker)))
        protein += linker + text
    return protein, places


def over_place(protein: str, place: tuple[int, int], lengths: Iterable[int]) -> list[Over]:
    """List the peptides over a seam of a whole protein, with their true surroundings."""
    start, end = place
    return over_seam(protein[:start], protein[start:end], protein[end:], lengths, starts=True, ends=True)
