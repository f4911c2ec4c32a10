"""What else is known of a case, in words: what no check of a policy asks for, and a reader must still see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neosieve.model.case import Case


def notes(case: Case) -> tuple[str, ...]:
    """Say what a case is besides its tier: a hotspot, one residue from a normal peptide, in which regions it is found.

    Words alone: scores and tiers go by a policy.
    """
    return tuple(one for one in (case.hotspot, *_near_self(case), *_regions(case)) if one is not None)


def _near_self(case: Case) -> Iterator[str]:
    if case.near_self_peptide is not None:
        source = "" if case.near_self_source is None else f" of {case.near_self_source}"
        yield f"one residue from {case.near_self_peptide}{source}"


def _regions(case: Case) -> Iterator[str]:
    if case.regions_with is not None and case.regions_assessed is not None:
        which = "" if case.regions is None else f": {case.regions}"
        yield f"found in {case.regions_with:g} of {case.regions_assessed:g} regions{which}"
