"""Loss of HLA alleles in the tumour, as LOHHLA and SpecHLA tell it, or a plain table."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from neosieve.errors import HlaError, InputError
from neosieve.io.headedtable import open_table
from neosieve.io.hla import parse_allele
from neosieve.model.evidence import HlaLoss, HlaLossTable
from neosieve.model.mhc import Allele

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from neosieve.io.headedtable import HeadedTable, Row

UNDERSTOOD = (
    "LOHHLA's HLAlossPrediction_CI table (HLA_A_type1, HLA_A_type2, HLA_type1copyNum_withBAFBin, PVal_unique, "
    "LossAllele …), SpecHLA's merge.hla.copy.txt (Allele1, Allele2, copyratio, KeptHLA, LossHLA, LOH), or a TSV or CSV "
    "with allele and lost (yes, no, NA) and, if known, fraction (0–1)"
)
LOHHLA_P = 0.01  # McGranahan 2017, Cell 171:1259: allelic imbalance by the paired t-test
LOHHLA_COPIES = 0.5  # the same paper: fewer copies than this are a loss
LOHHLA_RULE = "LOHHLA: PVal_unique < 0.01 and fewer than 0.5 copies by HLA_type1/2copyNum_withBAFBin (McGranahan 2017)"
SPECHLA_RULE = (
    "SpecHLA: LOH is Y (the copy numbers differ, with enough heterozygous sites: Wang 2023) and no copy of the allele "
    "is left; a Y with copies left is an imbalance, not a loss"
)
PLAIN_RULE = "as the table states"
YES = frozenset({"yes", "y", "true", "t", "1", "lost"})
NO = frozenset({"no", "n", "false", "f", "0", "kept"})
POLYSOLVER = re.compile(r"hla_([a-z0-9]+)_(\d+)_(\d+)(?:_\d+)*([a-z]?)", re.IGNORECASE)
FIELDS = re.compile(r"(?:HLA-)?([A-Z]+\d*\*\d+:\d+)(?::\d+)*", re.IGNORECASE)

Told = tuple[Allele, bool | None, float | None, str]
"""An allele, whether it is lost, the share that lost it, and why."""


def read_hla_loss(path: Path) -> HlaLossTable:
    """Read which HLA alleles the tumour lost.

    Parameters
    ----------
    path
        A table of LOHHLA or SpecHLA, or a plain one; plain or gzipped; told by its header.

    Returns
    -------
    HlaLossTable
        Each tool's own rule decides, and is stated. Of a table with several tumour regions, an allele lost in some of
        them is lost with that share of the assessed regions as its fraction. Two alleles of one protein (equal in two
        fields) are lost only together. Class II and null alleles are passed over.

    Raises
    ------
    InputError
        The file is missing, unreadable, cut off or of none of these kinds, or a cell can't be read.
    """
    table = open_table(path)
    found = next((one for one in READERS if table.has(*one[2])), None)
    if found is None:
        raise table.unrecognised("a table of lost HLA alleles", UNDERSTOOD)
    tool, rule, _, reader = found
    by_region: dict[str, dict[Allele, list[Told]]] = {}
    for row in table.rows():
        region = row.get(table.first("region", "sample"))
        for told in reader(table, row):
            by_region.setdefault(region, defaultdict(list))[told[0]].append(told)
    regions = [{allele: _one_protein(told) for allele, told in one.items()} for one in by_region.values()]
    alleles = sorted({allele for one in regions for allele in one})
    if not alleles:
        raise InputError(f"{path} names no class I allele; give {UNDERSTOOD}")
    losses = {allele: _over_regions([one[allele] for one in regions if allele in one]) for allele in alleles}
    remarks = (f"{len(regions)} tumour regions",) if len(regions) > 1 else ()
    return HlaLossTable(tool, rule, losses, remarks)


def _one_protein(told: Sequence[Told]) -> HlaLoss:
    """Join what one region tells of alleles with one protein: it is there as long as one of them is."""
    states = [lost for _, lost, _, _ in told]
    lost = False if False in states else None if None in states else True
    decisive = next(one for one in told if one[1] is lost)
    return HlaLoss(told[0][0], lost, decisive[2] if lost else None, decisive[3])


def _over_regions(told: Sequence[HlaLoss]) -> HlaLoss:
    """Join regions: the share of the assessed ones that lost the allele."""
    if len(told) == 1:
        return told[0]
    assessed = [one for one in told if one.lost is not None]
    lost = [one for one in assessed if one.lost]
    if not lost:
        return assessed[0] if assessed else told[0]
    gone = sum(1.0 if one.fraction is None else one.fraction for one in lost)
    fraction = gone / len(assessed)
    words = f"lost in {len(lost)} of {len(assessed)} regions: {lost[0].words}"
    return HlaLoss(lost[0].allele, True, None if fraction == 1.0 else fraction, words)


def _lohhla(table: HeadedTable, row: Row) -> Iterator[Told]:
    names = [row.get("hla_a_type1"), row.get("hla_a_type2")]  # so named for every locus
    loss = row.get("lossallele")
    p = _number(table, row, "pval_unique")
    copies = [_number(table, row, f"hla_type{which}copynum_withbafbin") for which in (1, 2)]
    if names[0] == names[1]:
        return
    for name, own in zip(names, copies, strict=True):
        allele = _allele(table, row, name)
        if allele is None:
            continue
        if p is None or own is None:
            yield allele, None, None, "LOHHLA gives no P value or no copy number"
            continue
        words = f"{own:.2g} copies, P = {p:.2g} (LOHHLA)"
        if p >= LOHHLA_P or own >= LOHHLA_COPIES:
            yield allele, False, None, words
        elif name == loss:
            yield allele, True, None, words
        else:
            yield allele, None, None, f"{words}, but it is the one with more reads"


def _spechla(table: HeadedTable, row: Row) -> Iterator[Told]:
    names = [row.get("allele1"), row.get("allele2")]
    ratio = row.get("copyratio").split(":")
    called = row.get("loh").upper()
    if len(ratio) != 2 or not all(part.isdecimal() for part in ratio) or called not in {"Y", "N"}:  # noqa: PLR2004
        raise InputError(
            f"{table.path}:{row.line} can't be read (copyratio {row.get('copyratio')!r}, LOH {called!r}); mend that row"
        )
    homozygous = row.get("losshla").lower() == "homogeneous"
    balanced = ratio[0] == ratio[1]
    for name, copies in zip(names, map(int, ratio), strict=True):
        allele = _allele(table, row, name)
        if allele is None:
            continue
        words = f"copies {':'.join(ratio)}, LOH {called} (SpecHLA)"
        if homozygous:
            yield allele, None, None, f"{words}: homozygous, so a loss can't be told"
        elif called == "Y":
            yield allele, copies == 0, None, words if copies == 0 else f"{words}: {copies} copies are left"
        elif balanced:
            yield allele, False, None, words
        else:
            yield allele, None, None, f"{words}: too few heterozygous sites to tell"


def _stated(table: HeadedTable, row: Row) -> Iterator[Told]:
    text = row.get("lost").lower()
    if text and text not in YES | NO:
        raise InputError(f"{table.path}:{row.line}: lost is {text!r}; write yes, no or NA")
    fraction = _number(table, row, table.first("fraction", "fraction_lost"))
    if fraction is not None and not 0 <= fraction <= 1:
        raise InputError(f"{table.path}:{row.line}: fraction is {fraction:g}; give a share between 0 and 1")
    lost = None if not text else text in YES
    if lost is False and fraction:
        raise InputError(f"{table.path}:{row.line} says that the allele isn't lost, and the fraction that lost it")
    allele = _allele(table, row, row.get("allele"))
    if allele is not None:
        yield allele, lost, fraction if lost else None, "as the table states"


READERS = (
    ("LOHHLA", LOHHLA_RULE, ("hla_a_type1", "hla_a_type2", "pval_unique", "lossallele"), _lohhla),
    ("SpecHLA", SPECHLA_RULE, ("allele1", "allele2", "copyratio", "losshla", "loh"), _spechla),
    ("plain table", PLAIN_RULE, ("allele", "lost"), _stated),
)
"""(tool, its rule, the columns that tell it, how a row is read)."""


def _allele(table: HeadedTable, row: Row, name: str) -> Allele | None:
    """Read a name, in POLYSOLVER's spelling too; None for what can't present here."""
    shaped = POLYSOLVER.fullmatch(name)
    if shaped is not None:
        name = f"HLA-{shaped[1]}*{shaped[2]}:{shaped[3]}{shaped[4]}".upper()
    elif (fields := FIELDS.fullmatch(name)) is not None:
        name = fields[1].upper()
    if not name:
        return None
    try:
        allele = parse_allele(name)
    except HlaError as error:
        raise InputError(f"{table.path}:{row.line}: {error}") from error
    return allele if isinstance(allele, Allele) else None


def _number(table: HeadedTable, row: Row, column: str | None) -> float | None:
    try:
        return row.number(column)
    except ValueError as error:
        raise InputError(f"{table.path}:{row.line} can't be read ({column}: {error}); mend that row") from error
