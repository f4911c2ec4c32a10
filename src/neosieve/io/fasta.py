"""Protein FASTA files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from pathlib import Path


def read_proteins(path: Path) -> dict[str, str]:
    """Read name → sequence, upper case, without a final stop; a repeated name keeps its first sequence.

    Raises
    ------
    InputError
        The file is missing, unreadable, truncated, or no protein FASTA.
    """
    proteins: dict[str, str] = {}
    name, parts = "", list[str]()
    for number, text in lines(path):
        if text.startswith(">"):
            _keep(proteins, name, parts)
            name, parts = text[1:].split(maxsplit=1)[0] if text[1:].strip() else f"line {number}", []
        elif text.strip():
            if not name:
                raise InputError(f"{path}:{number} comes before any '>' line; is this a FASTA file?")
            if not text.strip().isascii() or not text.strip().rstrip("*").replace("*", "").isalpha():
                raise InputError(f"{path}:{number} is not a line of amino acids; is this a protein FASTA file?")
            parts.append(text.strip())
    _keep(proteins, name, parts)
    if not proteins:
        raise InputError(f"{path} holds no sequence; give a protein FASTA file")
    return proteins


def _keep(proteins: dict[str, str], name: str, parts: list[str]) -> None:
    if name and parts:
        proteins.setdefault(name, "".join(parts).upper().removesuffix("*"))
