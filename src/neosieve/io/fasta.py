"""Protein FASTA files."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = frozenset(f"{ascii_letters}*")


def read_proteins(path: Path) -> dict[str, str]:
    """Read name → sequence, upper case, without a final stop; a repeated name gets its line number added.

    Raises
    ------
    InputError
        The file is missing, unreadable, truncated, or no protein FASTA.
    """
    proteins: dict[str, str] = {}
    name, begin, parts = "", 0, list[str]()
    for number, text in lines(path):
        if text.startswith(">"):
            _keep(proteins, name, begin, parts)
            name, begin, parts = text[1:].split(maxsplit=1)[0] if text[1:].strip() else f"line {number}", number, []
        elif text.strip():
            if not name:
                raise InputError(f"{path}:{number} comes before any '>' line; is this a FASTA file?")
            if not LETTERS.issuperset(text.strip()):
                raise InputError(f"{path}:{number} is not a line of amino acids; is this a protein FASTA file?")
            parts.append(text.strip())
    _keep(proteins, name, begin, parts)
    if not proteins:
        raise InputError(f"{path} holds no sequence; give a protein FASTA file")
    return proteins


def _keep(proteins: dict[str, str], name: str, begin: int, parts: list[str]) -> None:
    if name and parts:
        unique = name if name not in proteins else f"{name} (line {begin})"
        proteins[unique] = "".join(parts).upper().removesuffix("*")
