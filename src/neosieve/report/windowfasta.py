"""FASTA of mutant windows: what a variant makes new on a transcript, with the residues around it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.windows import FLANK
from neosieve.model.genome import Interval
from neosieve.report.atomic import replacing, write_chunks
from neosieve.report.tables import OutputFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.protein import ProteinChange, ResidueEdit
    from neosieve.model.run import RunResult
    from neosieve.model.variant import Call, Variant

NAME = "windows.fasta"
LINE = 60  # residues, as Ensembl and UniProt break lines


@dataclass(frozen=True, slots=True)
class Stretch:
    """Mutant residues with their surroundings; immutable."""

    change: ProteinChange
    calls: tuple[Call, ...]
    span: Interval
    """In the mutant protein."""
    altered: tuple[Interval, ...]
    """Likewise; a point where a deletion joins normal stretches."""

    @property
    def sequence(self) -> str:
        """Amino acids; ``X`` where unknown."""
        return self.change.mutant[self.span.start : self.span.end]

    @property
    def name(self) -> str:
        """``chr12-25245350-C-T|ENST00000256078.10|1-27``: variants (1-based), transcript, residues (1-based)."""
        variants = "+".join(_dashed(call.variant) for call in self.calls)
        span = f"{self.span.start + 1}-{self.span.end}"  # 0-based, half-open → 1-based, inclusive
        return f"{variants}|{self.change.transcript.transcript}|{span}"


def _dashed(variant: Variant) -> str:
    return f"{variant.chrom}-{variant.start + 1}-{variant.ref}-{variant.alt}"


def stretches(ranked: Iterable[Ranked]) -> list[Stretch]:
    """Find the stretches that hold candidates' peptides.

    Returns
    -------
    list of Stretch
        One for each group of edits that lie so near that their surroundings touch, on each transcript that makes a
        candidate of it; in the order of the VCF, then by transcript.
    """
    found: dict[tuple[str, str], Stretch] = {}
    for row in ranked:
        candidate = row.candidate
        length = len(candidate.peptide.sequence)
        for origin in candidate.origins:
            for one in _all(origin.change):
                if one.span.start <= origin.offset and origin.offset + length <= one.span.end:
                    found.setdefault((one.name, one.sequence), one)
                    break
    return sorted(found.values(), key=_order)


def _order(one: Stretch) -> tuple[int, str, str, int, str]:
    first = one.calls[0]
    return first.line, first.variant.alt, one.change.transcript.transcript, one.span.start, one.sequence


def _all(change: ProteinChange) -> Iterator[Stretch]:
    """Group a protein's edits, and add up to fifteen residues on each side."""
    group: list[ResidueEdit] = []
    for edit in change.edits:
        if group and edit.mutant.start - group[-1].mutant.end > 2 * FLANK:
            yield _stretch(change, group)
            group = []
        group.append(edit)
    if group:
        yield _stretch(change, group)


def _stretch(change: ProteinChange, group: list[ResidueEdit]) -> Stretch:
    start = max(0, group[0].mutant.start - FLANK)
    end = min(len(change.mutant), group[-1].mutant.end + FLANK)
    calls = tuple(dict.fromkeys(call for edit in group for call in edit.calls))
    return Stretch(change, calls, Interval(start, end), tuple(edit.mutant for edit in group))


def fasta_chunks(found: Iterable[Stretch]) -> Iterator[str]:
    """Yield one record after the other; a name that comes again (another assumption's protein) gets a number."""
    times: Counter[str] = Counter()
    for one in found:
        times[one.name] += 1
        name = one.name if times[one.name] == 1 else f"{one.name}|{times[one.name]}"
        transcript = one.change.transcript
        altered = ",".join(_positions(interval, one.span.start) for interval in one.altered)
        words = f"gene={transcript.gene} change={one.change.named(one.calls)[0] or 'NA'} altered={altered}"
        sequence = one.sequence
        lines = [sequence[start : start + LINE] for start in range(0, len(sequence), LINE)]
        header = " ".join(f"{name} {words}".split())  # a gene name can't end the line
        yield "\n".join([f">{header}", *lines]) + "\n"


def _positions(interval: Interval, start: int) -> str:
    """Write residues of the stretch, 1-based; ``15^16`` for a point between two."""
    first, last = interval.start - start + 1, interval.end - start
    if not len(interval):
        return f"{last}^{first}"
    return str(first) if first == last else f"{first}-{last}"


def write_window_fasta(result: RunResult, folder: Path) -> OutputFile:
    """Write ``windows.fasta``.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    with replacing(folder / NAME) as path:
        return OutputFile(NAME, write_chunks(path, fasta_chunks(stretches(result.ranked))), None)
