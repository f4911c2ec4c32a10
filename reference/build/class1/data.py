"""Everything read, curated and split, before any training."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from neosieve.biology.selfmatch import find_self

from . import celllines, fetch
from .curate import curate, curate_ligands
from .groove import pseudosequences
from .proteome import Windows, read_proteome
from .split import Part, split_peptides, split_proteins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROTEIN_SEED, PEPTIDE_SEED = 11, 14
HELD_OUT_FRACTION = 0.05  # of the proteins, for development and for test each


@dataclass(frozen=True, slots=True)
class Data:
    """Examples and what they came from."""

    groove: Mapping[str, str]
    """Pseudosequence by allele name."""
    proteome: Mapping[str, str]
    """Sequence by accession."""
    proteins: Mapping[str, Part]
    """Part of each protein."""
    ligands: pd.DataFrame
    """Columns peptide, allele, protein (accession or missing), part."""
    affinities: pd.DataFrame
    """Columns peptide, allele, ic50 (nM), relation, part."""
    lines: pd.DataFrame
    """Peptides of cell lines: columns line, peptide, protein, part."""
    counts: dict[str, object]
    """What was read, dropped and kept, for the model card."""

    def windows(self, *parts: Part) -> Windows:
        """Windows of the proteins of some parts; of all by default."""
        wanted = parts or tuple(Part)
        return Windows.of({name: self.proteome[name] for name, part in self.proteins.items() if part in wanted})


def of_part(table: pd.DataFrame, part: Part) -> pd.DataFrame:
    """Rows of one part."""
    return table[table["part"] == part].reset_index(drop=True)


def gather(proteome_path: Path, cache: Path) -> Data:
    """Fetch, curate and split."""
    proteome = read_proteome(proteome_path)
    sequences = fetch.read_table(fetch.IMMUNOTYPE, fetch.HLA_SEQUENCES, cache)
    dropped: Counter[str] = Counter()
    groove = pseudosequences(zip(sequences["allele"], sequences["sequence"], strict=True), proteome, dropped)
    curated = curate(
        fetch.read_table(fetch.IMMUNOTYPE, fetch.LIGANDS, cache),
        fetch.read_table(fetch.MHCNUGGETS, fetch.AFFINITIES, cache),
        groove,
    )
    abelin, abelin_counts = curate_ligands(celllines.read_mono_allelic(cache), groove)
    ligands = pd.concat([curated.ligands, abelin]).drop_duplicates(ignore_index=True)
    lines = pd.DataFrame(
        [(line, peptide) for line, peptides in celllines.read_lines(cache).items() for peptide in peptides],
        columns=["line", "peptide"],
    )
    peptides = {*ligands["peptide"], *curated.affinities["peptide"], *lines["peptide"]}
    sources = find_self(sorted(peptides), dict(sorted(proteome.items())))
    proteins = split_proteins(proteome, HELD_OUT_FRACTION, PROTEIN_SEED)
    part = split_peptides(peptides, sources, proteome, proteins, HELD_OUT_FRACTION, PEPTIDE_SEED)

    def placed(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(protein=table["peptide"].map(sources), part=table["peptide"].map(part))

    wheels = {
        f"{wheel.name} {wheel.version}": {
            "licence": wheel.licence,
            "sha256": fetch.file_sha256(fetch.wheel_path(wheel, cache)),
        }
        for wheel in (fetch.IMMUNOTYPE, fetch.MHCNUGGETS, fetch.HITLIST)
    }
    proteome_source = {"licence": "CC BY 4.0 (UniProt)", "sha256": fetch.file_sha256(proteome_path)}
    tables = {"ligands": placed(ligands), "affinities": placed(curated.affinities), "lines": placed(lines)}
    counts: dict[str, object] = {
        "sources": {**wheels, "proteome": proteome_source},
        "alleles": {"read": len(sequences), **dropped, "kept": len(groove), "distinct": len(set(groove.values()))},
        **curated.counts,
        "ligands_abelin_2019": {**abelin_counts, "not in the other table": len(ligands) - len(curated.ligands)},
        "cell_lines": {str(line): int(n) for line, n in lines["line"].value_counts(sort=False).items()},
        "parts": {
            name: {str(key): int(n) for key, n in table["part"].value_counts().items()}
            for name, table in tables.items()
        },
    }
    return Data(groove, proteome, proteins, tables["ligands"], tables["affinities"], tables["lines"], counts)
