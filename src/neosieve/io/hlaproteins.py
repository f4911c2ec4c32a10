"""The HLA proteins that ship with the tool: whoever a patient is, a peptide of any of them may be self."""

from __future__ import annotations

import lzma
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FILE = "hla/proteins.fasta.xz"


def hla_proteins(reference: Traversable = REFERENCE) -> dict[str, str]:
    """Read name → protein: ``HLA-A*02:01`` for classical alleles, ``HLA-F (UniProt P30511)`` for others.

    Parameters
    ----------
    reference
        The ``reference/`` folder or its packaged copy.

    Raises
    ------
    InputError
        The file is missing or, by its own checksum, damaged.
    """
    try:
        text = lzma.decompress(reference.joinpath(*FILE.split("/")).read_bytes()).decode("ascii")
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise InputError(f"{reference}/{FILE}: can't read the HLA proteins ({error}); reinstall neosieve") from error
    lines = text.splitlines()
    return {name.removeprefix(">"): protein for name, protein in zip(lines[::2], lines[1::2], strict=True)}
