"""What is made of candidates, kept for the next sample of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from neosieve.model.candidate import SAID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from neosieve.model.candidate import Ranked

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """What is made of each candidate and of what is said of it, whatever its rank; made once."""

    def __init__(self) -> None:
        # by the candidate's id; what it was made of is kept alive, so that no other candidate gets that id
        self._known: dict[int, tuple[object, Made]] = {}
        self._of_allele: dict[str, list[int]] = {}  # the last used ones last

    def of(self, rows: Sequence[Ranked], make: Callable[[Sequence[Ranked]], Iterable[Made]]) -> list[Made]:
        """Return what is made of each row; `make` makes it of those that aren't known."""
        known = self._known
        new = [row for row in rows if (held := known.get(id(row.candidate))) is None or held[0] != row[SAID]]
        for row, made in zip(new, make(new) if new else (), strict=True):
            if id(row.candidate) not in known:
                self._of_allele.setdefault(row.candidate.allele.name, []).append(id(row.candidate))
            known[id(row.candidate)] = row[SAID], made
        return [known[id(row.candidate)][1] for row in rows]

    def keep(self, most: int, rows: Sequence[Ranked]) -> bool:
        """Let go of what is too much, by the allele, the one used longest ago first; then of the alleles in use, too.

        Parameters
        ----------
        most
            Of how many candidates it is kept.
        rows
            Those in use, of which all is kept.

        Returns
        -------
        bool
            Whether any had to go.
        """
        before = len(self._known)
        alleles = dict.fromkeys([row.candidate.allele.name for row in rows])
        used = {allele: self._of_allele.pop(allele, []) for allele in alleles}
        while self._of_allele and len(self._known) > most:
            for one in self._of_allele.pop(next(iter(self._of_allele))):
                del self._known[one]
        if len(self._known) > most:  # another VCF's candidates with these alleles
            in_use = {id(row.candidate) for row in rows}
            self._known = {one: held for one, held in self._known.items() if one in in_use}
            used = {allele: [one for one in some if one in in_use] for allele, some in used.items()}
        self._of_allele |= used
        return len(self._known) < before
