"""What else is known of a case, in words: what no check of a policy asks for, and a reader must still see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve.model.case import EXPRESSED_TPM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neosieve.model.case import Case


def notes(case: Case) -> tuple[str, ...]:
    """Say what a case is besides its tier: a hotspot, one residue from a normal peptide, in which regions it is found.

    Words alone: scores and tiers go by a policy.
    """
    if case.hotspot is None and case.near_self_peptide is None and case.regions_with is None:
        return ()  # most cases
    return tuple(one for one in (case.hotspot, *_near_self(case), *_regions(case)) if one is not None)


def _near_self(case: Case) -> Iterator[str]:
    if case.near_self_peptide is not None:
        source = "" if case.near_self_source is None else f" of {case.near_self_source}"
        yield f"one residue from {case.near_self_peptide}{source}{_in_normal_tissues(case)}"


def _in_normal_tissues(case: Case) -> str:
    tpm, gene, source = case.near_self_expression, case.near_self_gene, case.near_self_source or ""
    if tpm is None:
        return ""
    # another gene may make the same peptide, and be the one that is expressed
    also = "" if gene is None or re.search(rf"\b{re.escape(gene)}\b", source) else f", which {gene} makes"
    where = f"normal {case.near_self_tissue}" if case.near_self_tissue else "normal tissue"
    if tpm < EXPRESSED_TPM:
        return f"{also}, hardly expressed in normal tissues: {tpm:.3g} TPM at most"
    return f"{also}, expressed in {where}, {tpm:.3g} TPM"


def _regions(case: Case) -> Iterator[str]:
    if case.regions_with is not None and case.regions_assessed is not None:
        which = "" if case.regions is None else f": {case.regions}"
        yield f"found in {case.regions_with:g} of {case.regions_assessed:g} regions{which}"
