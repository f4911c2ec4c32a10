"""Which column of a VCF is the tumour, which the normal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve.errors import SampleError
from neosieve.model.patient import Samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TUMOR_NAME = re.compile(r"tumou?r|metastas|primary", re.IGNORECASE)
NORMAL_NAME = re.compile(r"normal|germline|control|blood|pbmc", re.IGNORECASE)
TUMOR_ONLY = (
    "no matched normal{among}: the calls may hold germline variants, and a germline variant makes no neoantigen; "
    "{remedy}"
)


def choose_samples(
    columns: Sequence[str],
    header: Mapping[str, str],
    *,
    tumor: str | None,
    normal: str | None,
    source: str,
) -> Samples:
    """Tell tumour and normal: as asked, else by the header's ``tumor_sample``, else by name, else by elimination.

    Parameters
    ----------
    columns
        Sample names, in the VCF's order.
    header
        Simple ``##key=value`` header lines.
    tumor, normal
        Names the user gave, or None.
    source
        The VCF's name, for messages.

    Raises
    ------
    SampleError
        A name is not among the columns, there is no column, or the tumour can't be told.
    """
    listed = ", ".join(columns)
    if not columns:
        raise SampleError(
            f"{source} has no sample columns, so nothing says that the tumour carries a variant; "
            "give the caller's VCF with its genotype columns"
        )
    repeated = next((name for name in columns if columns.count(name) > 1), None)
    if repeated is not None:
        raise SampleError(f"{source} has two sample columns named {repeated!r}; rename one (bcftools reheader)")
    for option, name in (("--tumor", tumor), ("--normal", normal)):
        if name is not None and name not in columns:
            raise SampleError(f"{source} has no sample {name!r} ({option}); its samples are: {listed}")
    if tumor is not None and tumor == normal:
        raise SampleError(f"--tumor and --normal both name {tumor!r}; the samples of {source} are: {listed}")

    how_tumor, chosen = _tumor(columns, header, tumor, normal)
    if chosen is None:
        raise SampleError(
            f"{source}: can't tell which sample is the tumour; name it with --tumor (and --normal), and further "
            f"samples of the same tumour with --region; its samples are: {listed}"
        )
    how_normal, matched = _normal(columns, header, chosen, normal)
    how = f"tumour {chosen!r}: {how_tumor}"
    if matched is None:
        return Samples(chosen, None, (how,), _tumor_only(columns, chosen))
    return Samples(chosen, matched, (how, f"normal {matched!r}: {how_normal}"))


def _tumor(
    columns: Sequence[str], header: Mapping[str, str], tumor: str | None, normal: str | None
) -> tuple[str, str | None]:
    if tumor is not None:
        return "as given", tumor
    named = header.get("tumor_sample")
    if named in columns and named != normal:
        return "named by the header's tumor_sample", named
    others = [name for name in columns if name != normal and not NORMAL_NAME.search(name)]
    if len(columns) == 1 and others:
        return "the only sample", others[0]
    matching = [name for name in others if TUMOR_NAME.search(name)]
    if len(matching) == 1:
        return "told by its name", matching[0]
    if len(others) == 1 and len(columns) > 1:
        return "the only sample not named as a normal", others[0]
    return "", None


def _normal(
    columns: Sequence[str], header: Mapping[str, str], chosen: str, normal: str | None
) -> tuple[str, str | None]:
    if normal is not None:
        return "as given", normal
    named = header.get("normal_sample")
    if named in columns and named != chosen:
        return "named by the header's normal_sample", named
    others = [name for name in columns if name != chosen]
    matching = [name for name in others if NORMAL_NAME.search(name)]
    if len(matching) == 1:
        return "told by its name", matching[0]
    return "", None


def _tumor_only(columns: Sequence[str], chosen: str) -> str:
    others = [name for name in columns if name != chosen]
    if not others:
        return TUMOR_ONLY.format(among="", remedy="check candidates against population frequencies")
    return TUMOR_ONLY.format(among=" is known", remedy=f"if it is among {', '.join(others)}, name it with --normal")
