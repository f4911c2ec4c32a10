"""Read counts and genotypes as callers write them into a VCF's sample columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.model.variant import AlleleCounts, PhaseSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neosieve.model.variant import Variant

MISSING = frozenset({"", "."})


def genotype(sample: Mapping[str, str]) -> tuple[int | None, ...] | None:
    """Return allele indices of GT, None for each uncalled one; None where the sample has no GT at all."""
    text = sample.get("GT")
    if text is None or text == "":
        return None
    return tuple(int(part) if part.isdecimal() else None for part in text.replace("|", "/").split("/"))


def phase_set(sample: Mapping[str, str], allele: int) -> PhaseSet | None:
    """Read where a call is phased: GATK's PGT with PID, a phased GT with PS (VCF 4.3, section 1.6.2), or GATK 3's HP.

    PGT is written for the one ALT of its record, whatever its index; where the genotype carries two, it tells neither.
    """
    several = len(set(genotype(sample) or ()) - {None, 0}) > 1
    for field, genotype_field, set_field in (("PGT/PID", "PGT", "PID"), ("PS", "GT", "PS")):
        text, name = sample.get(genotype_field, ""), sample.get(set_field, "")
        if name in MISSING or "|" not in text or (several and field == "PGT/PID"):
            continue
        sides = text.split("|")
        wanted = {"1", str(allele)} if field == "PGT/PID" else {str(allele)}
        carrying = [side for side, index in enumerate(sides) if index in wanted]
        if len(carrying) == 1:
            return PhaseSet(field, name, carrying[0])
    return _read_backed(sample, allele)


def _read_backed(sample: Mapping[str, str], allele: int) -> PhaseSet | None:
    """Read HP, as GATK 3's ReadBackedPhasing writes it: ``set-copy`` for each allele of GT, copies 1 and 2."""
    indices, copies = genotype(sample) or (), sample.get("HP", "").split(",")
    if len(indices) != len(copies) or indices.count(allele) != 1:
        return None
    name, dash, copy = copies[indices.index(allele)].rpartition("-")
    return PhaseSet("HP", name, int(copy) - 1) if dash and name and copy in {"1", "2"} else None


def dna_counts(sample: Mapping[str, str], variant: Variant, allele: int, alleles: int, ad_number: str) -> AlleleCounts:
    """Depth, ALT reads and VAF of one ALT, from whatever the caller wrote.

    Parameters
    ----------
    sample
        FORMAT field → raw text of one sample.
    variant
        The ALT; Strelka's base counts are looked up by its letters.
    allele
        1-based index of the ALT in its record.
    alleles
        Number of ALTs in the record.
    ad_number
        ``Number`` of AD in the header: ``R``, ``A``, ``1`` …

    Notes
    -----
    ALT reads come from, in order: AD (Number=R, or A), VarScan's RD with AD, Strelka's tier-1 counts
    (AU/CU/GU/TU; TAR/TIR), DP4. The VAF is AF where it lies in 0–1, else ALT reads over the depth that they were
    counted in, else VarScan's FREQ. Nothing is invented: what none of them states stays None.
    """
    counted, alternative = _allele_depths(sample, variant, allele, alleles, ad_number)
    stated = _integer(sample.get("DP"))
    depth = counted if stated is None else stated
    vaf = _vaf(sample, "AF", allele, alleles, alternative, depth if counted is None else counted)
    return AlleleCounts(depth, alternative, None if depth == 0 else vaf)


def rna_counts(sample: Mapping[str, str], allele: int, alleles: int) -> AlleleCounts | None:
    """Return RNA reads from VAtools' RDP, RAD and RAF; None where the sample has none of them."""
    depth = _integer(sample.get("RDP"))
    reads = _integers(sample.get("RAD"))
    alternative = None
    if reads is not None and len(reads) == alleles + 1:
        alternative = reads[allele]
    elif reads is not None and len(reads) == alleles:
        alternative = reads[allele - 1]
    if reads is not None and depth and not any(reads):
        return AlleleCounts(depth)  # reads lie there, but none was counted for any allele
    vaf = _vaf(sample, "RAF", allele, alleles, alternative, depth)
    if depth is None and alternative is None and vaf is None:
        return None
    # no read covers the position: the frequency is unknown, not zero
    return AlleleCounts(depth, alternative, None if depth == 0 else vaf)


def _allele_depths(
    sample: Mapping[str, str], variant: Variant, allele: int, alleles: int, ad_number: str
) -> tuple[int | None, int | None]:
    """Return (reads of all counted alleles, reads of the ALT)."""
    depths = _integers(sample.get("AD"))
    if depths is not None:
        if len(depths) == alleles + 1 and ad_number != "A":
            return _sum(depths), depths[allele]
        if len(depths) == alleles and ad_number == "A":
            return _integer(sample.get("DP")), depths[allele - 1]
        reference = _integer(sample.get("RD"))
        # VarScan: AD counts the ALT alone; of several ALTs it doesn't say which
        if len(depths) == alleles == 1 and reference is not None and depths[0] is not None:
            return reference + depths[0], depths[0]
    tiers = _strelka(sample, variant, alleles)
    if tiers is not None:
        return tiers
    strands = _integers(sample.get("DP4"))
    if strands is not None and len(strands) == 4 and None not in strands and alleles == 1:  # noqa: PLR2004
        return _sum(strands), _sum(strands[2:])
    return None, None


def _strelka(sample: Mapping[str, str], variant: Variant, alleles: int) -> tuple[int | None, int | None] | None:
    """Tier-1 counts, as Strelka's user guide derives somatic allele frequencies from them."""
    if alleles == 1 and "TAR" in sample and "TIR" in sample:
        reference, alternative = _first(sample["TAR"]), _first(sample["TIR"])
    elif len(variant.ref) == len(variant.alt) == 1:
        reference, alternative = _first(sample.get(variant.ref + "U")), _first(sample.get(variant.alt + "U"))
    else:
        return None
    if reference is None or alternative is None:
        return None
    return reference + alternative, alternative


def _vaf(
    sample: Mapping[str, str], field: str, allele: int, alleles: int, alternative: int | None, depth: int | None
) -> float | None:
    stated = sample.get(field, "").split(",")
    if len(stated) == alleles:  # else it can't be told whose they are
        try:
            value = float(stated[allele - 1])
        except ValueError:
            value = -1.0
        if 0.0 <= value <= 1.0:  # NaN fails both
            return value
    if alternative is not None and depth:
        return min(1.0, alternative / depth)
    percent = sample.get("FREQ", "").replace("%25", "%").removesuffix("%") if field == "AF" and alleles == 1 else ""
    try:
        value = float(percent) / 100
    except ValueError:
        return None
    return value if 0.0 <= value <= 1.0 else None


def _sum(values: list[int | None]) -> int | None:
    return None if None in values else sum(value for value in values if value is not None)


def _first(text: str | None) -> int | None:
    values = _integers(text)
    return values[0] if values else None


def _integers(text: str | None) -> list[int | None] | None:
    if text is None or text in MISSING:
        return None
    return [_integer(part) for part in text.split(",")]


def _integer(text: str | None) -> int | None:
    if text is None or text in MISSING:
        return None
    try:
        value = float(text)  # some merges write counts as 747.0
    except ValueError:
        return None
    return int(value) if value.is_integer() and value >= 0 else None
