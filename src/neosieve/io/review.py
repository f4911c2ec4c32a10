"""A reviewer's marks, as the report exports them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from neosieve.errors import InputError
from neosieve.io.textfile import lines
from neosieve.model.construct import Mark
from neosieve.model.variant import variants_named

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.io.finishedrun import FinishedRun

FORMAT = 1
MARKS = ("accept", "reject", "review")
HOW = "export it again from this run's report.html"


def read_review(path: Path, run: FinishedRun) -> tuple[Mark, ...]:
    """Read marks and hold them against the run that they speak of.

    Raises
    ------
    InputError
        The file isn't such a review, it is of another run, or a mark's candidate isn't in this one.
    """
    try:
        content: Any = json.loads("\n".join(text for _, text in lines(path)))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON ({error}); {HOW}") from error
    if not isinstance(content, dict) or content.get("neosieve_review") != FORMAT:
        raise InputError(f"{path} is not a review of format {FORMAT} (neosieve_review); {HOW}")
    sample, checksum = content.get("sample"), content.get("vcf_sha256")
    if sample is not None and sample != run.tumor:
        raise InputError(f"{path} reviews sample {sample}, and {run.folder} is of {run.tumor}; {HOW}")
    own = run.checksums.get("vcf", ("", ""))[1]
    if checksum is not None and checksum != own:
        raise InputError(
            f"{path} reviews a run of another VCF (SHA-256 {str(checksum)[:12]}…, and {run.folder} is of {own[:12]}…); "
            f"{HOW}"
        )
    marks = content.get("marks")
    if not isinstance(marks, list):
        raise InputError(f"{path} has no list `marks`; {HOW}")
    # a compound's candidate may be named by any of its variants
    known = {
        key: one.key for one in run.epitopes for key in _names(one.variant, one.haplotype, one.peptide, one.allele)
    }
    found: dict[tuple[str, str, str], Mark] = {}
    for number, one in enumerate(marks, start=1):
        mark = _mark(path, number, one)
        key = known.get((mark.variant, mark.peptide, mark.allele))
        if key is None:
            raise InputError(
                f"{path}: mark {number} is of {mark.peptide} by {mark.allele} from {mark.variant}, and {run.folder} "
                f"has no such candidate: the review is of another run; {HOW}, or take that mark out"
            )
        if found.setdefault(key, mark).mark != mark.mark:
            raise InputError(
                f"{path}: mark {number} says {mark.mark} of {mark.peptide} by {mark.allele} from {mark.variant}, "
                f"and an earlier one says {found[key].mark}; keep one of them"
            )
    return tuple(Mark(*key, mark.mark, mark.note) for key, mark in found.items())


def _names(variant: str, haplotype: str, peptide: str, allele: str) -> set[tuple[str, str, str]]:
    return {(name, peptide, allele) for name in (variant, haplotype, *variants_named(haplotype))}


def _mark(path: Path, number: int, one: Any) -> Mark:  # noqa: ANN401 - whatever the file holds
    names = ("variant", "peptide", "allele", "mark")
    if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in names):
        raise InputError(f"{path}: mark {number} lacks one of {', '.join(names)} as text; {HOW}")
    if one["mark"] not in MARKS:
        raise InputError(f"{path}: mark {number} is {one['mark']!r}; write {', '.join(MARKS)}")
    return Mark(one["variant"], one["peptide"], one["allele"], one["mark"], str(one.get("note") or ""))
