"""Text cells that no spreadsheet runs as a formula.

A spreadsheet that opens a TSV runs a cell that begins with ``=``, ``+``, ``-`` or ``@``. Text of a crafted VCF could
begin so. Such a cell gets an apostrophe in front, which spreadsheets take for "this is text", and :func:`unguarded`
gives the text back, exactly: of a cell that begins with apostrophes and one of these signs, the first apostrophe isn't
part of the text. Plain numbers, and VEP's ``-`` for no residue (``-``, ``-/W``, ``-5-6W``), run nothing and stay.

Gene names that look like dates (MARCH1, SEPT2) are written as they are: nothing in a TSV keeps a spreadsheet from
turning them into dates, except marks that would no longer be the gene's name to any other reader.
"""

from __future__ import annotations

import re

RUN_BY_SPREADSHEETS = frozenset("=+-@'")  # the apostrophe itself only in front of one of the others
_RISKY = re.compile(r"'*[=+\-@]")
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_NO_RESIDUE = r"-(/[A-Z*]*|[0-9]+-[0-9]+[A-Z*]+)?"  # no formula: no operand begins with a slash, or digits then letters
_HARMLESS = re.compile(f"{_NUMBER}|{_NO_RESIDUE}")
_GUARDED = re.compile(r"'+[=+\-@]")


def guarded(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; other text is returned as it is."""
    if text[:1] not in RUN_BY_SPREADSHEETS or not _RISKY.match(text) or _HARMLESS.fullmatch(text):
        return text
    return f"'{text}"


def unguarded(cell: str) -> str:
    """Return the text that :func:`guarded` was given."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell
