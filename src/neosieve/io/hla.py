"""HLA types as people have them: lists, files, and what typing tools write."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from neosieve.errors import HlaError
from neosieve.io.textfile import lines
from neosieve.model.mhc import Allele
from neosieve.model.patient import HlaType

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE_ENDINGS = frozenset({".txt", ".tsv", ".csv", ".json", ".hla"})
PROTEIN_FIELDS = 2  # gene*group:protein
PRESENTING = frozenset({"A", "B", "C", "E", "G"})
"""Class I loci that present peptides; F, H, J … are not known to present them to T cells."""
TWO_FIELDS = re.compile(r"(?:HLA-)?([ABCEG]\*\d{2,3}:\d{2,3})")
NOT_ON_CELL = {
    "N": "a null allele, not expressed",
    "S": "a secreted allele, not on the cell's surface",
    "C": "only in the cytoplasm, not on the cell's surface",
}
"""Expression suffixes of the HLA nomenclature (Marsh 2010) that rule presentation out."""
KEPT_SUFFIXES = {
    "L": "its expression on the cell's surface is low",
    "A": "its expression is aberrant and in doubt",
    "Q": "its expression is questionable",
    "G": "it names a group of alleles with the same peptide-binding exons, read as its first",
    "P": "it names a group of alleles with the same peptide-binding domain, read as its first",
}
"""Suffixes of the HLA nomenclature that leave presentation possible."""


def parse_allele(name: str) -> Allele | str:
    """Read one name in any nomenclature that mhcgnomes knows.

    Returns
    -------
    Allele or str
        The allele at protein resolution, or in words why a well-formed one can't present peptides here.

    Raises
    ------
    HlaError
        The name can't be read as an allele.
    """
    plain = TWO_FIELDS.fullmatch(name)
    if plain is not None:  # unambiguous as it stands: spares loading mhcgnomes
        return Allele(f"HLA-{plain[1]}")
    import mhcgnomes  # noqa: PLC0415  takes over a second to load

    parsed = mhcgnomes.parse(name, raise_on_error=False)
    if str(getattr(parsed, "mhc_class", "")).startswith("II"):
        return "class II: this version predicts class I only"
    if isinstance(parsed, mhcgnomes.Pair):
        raise HlaError(f"{name!r} names two; give each allele by itself, like HLA-A*02:01,HLA-A*02:06")
    if not isinstance(parsed, mhcgnomes.Allele):
        kind = f"a {type(parsed).__name__.lower()}, not an allele" if parsed is not None else "not an HLA allele"
        raise HlaError(f"{name!r} is {kind}; write alleles like HLA-A*02:01")
    if parsed.species_prefix != "HLA":
        raise HlaError(f"{name!r} is not a human allele; write alleles like HLA-A*02:01")
    if parsed.gene_name not in PRESENTING:
        return f"HLA-{parsed.gene_name} is not a class I locus known to present peptides to T cells"
    if len(parsed.allele_fields) < PROTEIN_FIELDS:
        raise HlaError(f"{name!r} names a group of alleles, not a protein; give two fields, like HLA-A*02:01")
    for suffix in parsed.annotations:
        if suffix in NOT_ON_CELL:
            return NOT_ON_CELL[suffix]
    return Allele(f"HLA-{parsed.gene_name}*{parsed.allele_fields[0]}:{parsed.allele_fields[1]}")


def read_hla(text: str) -> HlaType:
    """Read a comma list of alleles, or the file that ``text`` names.

    A file may be OptiType's TSV, arcasHLA's genotype JSON, xHLA's JSON, HLA-LA's ``bestguess`` table, or any text with
    one or more alleles a line.

    Raises
    ------
    HlaError
        A name is unreadable, or no class I allele is left.
    InputError
        The file can't be read.
    """
    path = hla_file(text)
    if path is not None:
        return hla_type(_names(path), text)
    return hla_type([part.strip() for part in text.split(",")], "--hla")


def hla_file(text: str) -> Path | None:
    """Return the file that an HLA option names; None for a list of alleles."""
    # Path.is_file raises on a list that is longer than a file's name may be
    names_file = os.path.isfile(text) or Path(text).suffix.lower() in FILE_ENDINGS  # noqa: PTH113
    return Path(text) if names_file else None


def hla_type(names: Sequence[str], source: str) -> HlaType:
    """Turn names into a type: distinct alleles, and a sentence on each that was merged, shortened or left out.

    Raises
    ------
    HlaError
        A name is unreadable, or no class I allele is left.
    """
    remarks: list[str] = []
    given: dict[Allele, list[str]] = {}
    for name in names:
        if not name:
            continue
        try:
            allele = parse_allele(name)
        except HlaError as error:
            raise HlaError(f"{source}: {error}") from error
        if isinstance(allele, Allele):
            given.setdefault(allele, []).append(name)
        else:
            remarks.append(f"{name} left out: {allele}")
    if not given:
        why = f" ({'; '.join(remarks)})" if remarks else ""
        raise HlaError(f"{source} gives no class I allele to predict for{why}; give e.g. --hla A*02:01,B*07:02,C*07:02")
    for allele, spellings in given.items():
        if len(spellings) > 1:
            remarks.append(f"{allele} is given {len(spellings)} times: its peptides count once")
        remarks.extend(
            f"{name} is read as {allele}: fields after the second don't change the protein"
            for name in dict.fromkeys(spellings)
            if name.count(":") > 1 and name[-1].isdecimal()
        )
        remarks.extend(
            f"{name} is kept as {allele}: {KEPT_SUFFIXES[name[-1].upper()]}"
            for name in dict.fromkeys(spellings)
            if name[-1].upper() in KEPT_SUFFIXES
        )
    return HlaType(tuple(sorted(given)), tuple(remarks))


def _names(path: Path) -> list[str]:
    content = [text for _, text in lines(path)]
    whole = "\n".join(content).strip()
    if whole.startswith(("{", "[")):
        return _from_json(whole, path)
    rows = [re.split(r"\t|,", text) for text in content if text.strip() and not text.startswith("#")]
    if not rows:
        return []
    header = [cell.strip() for cell in rows[0]]
    if {"A1", "A2", "B1", "B2"} <= set(header):  # OptiType: one row per solution, the first is the best
        wanted = [index for index, name in enumerate(header) if re.fullmatch(r"[A-C][12]", name)]
        return [rows[1][index].strip() for index in wanted if index < len(rows[1])] if len(rows) > 1 else []
    if {"Locus", "Allele"} <= set(header):  # HLA-LA: 'Allele' may list alleles that share the typed exons
        column = header.index("Allele")
        return [row[column].split(";")[0].strip() for row in rows[1:] if len(row) > column]
    return [name.strip() for row in rows for cell in row for name in cell.split() if name.strip()]


def _from_json(text: str, path: Path) -> list[str]:
    """Read arcasHLA ({locus: [alleles]}) or xHLA ({"hla": {"alleles": […]}})."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise HlaError(
            f"{path} is not valid JSON ({error}); give arcasHLA's genotype.json or a list of alleles"
        ) from error
    if isinstance(data, dict) and isinstance(data.get("hla"), dict):
        data = data["hla"].get("alleles", [])
    # where one value is no list, none is read: no locus is skipped in silence
    if isinstance(data, dict) and all(isinstance(alleles, list) for alleles in data.values()):
        data = [allele for alleles in data.values() for allele in alleles]
    if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
        raise HlaError(f"{path}: no list of allele names in this JSON; give arcasHLA's genotype.json or xHLA's report")
    return data
