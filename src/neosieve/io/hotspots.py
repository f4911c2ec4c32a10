"""The list of known cancer hotspots that ships with the tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.biology.hotspots import WHOLE, Hotspot, Hotspots
from neosieve.errors import InputError
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FILE = "genes/hotspots.tsv"
HEADER = ["gene", "residue", "alternatives"]


def read_hotspots(reference: Traversable = REFERENCE) -> Hotspots:
    """Read the list.

    Parameters
    ----------
    reference
        The ``reference/`` folder or its packaged copy.

    Raises
    ------
    InputError
        The file is missing, or not such a list.
    """
    try:
        lines = reference.joinpath(*FILE.split("/")).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{reference}/{FILE}: can't read the list of hotspots ({error}); reinstall neosieve"
        ) from error
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, start=1) if not line.startswith("#")]
    if not rows or rows[0][1] != HEADER:
        raise InputError(f"{reference}/{FILE}: has no header {' '.join(HEADER)}; reinstall neosieve")
    hotspots = []
    for number, row in rows[1:]:
        if len(row) != len(HEADER) or not all(row):
            raise InputError(f"{reference}/{FILE}:{number} has not three fields; reinstall neosieve")
        gene, residue, alternatives = row
        hotspots.append(Hotspot(gene, residue, "" if alternatives == WHOLE else alternatives))
    return Hotspots(hotspots)
