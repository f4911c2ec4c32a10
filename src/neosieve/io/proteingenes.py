"""Which genes make the normal proteins, whose names come from several sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from neosieve.io.reference import Reference

    Gene = tuple[str, str]
    """(id, symbol); what isn't known is empty."""

ENSEMBL_ID, ENSEMBL_SYMBOL = re.compile(r"\bgene:(\S+)"), re.compile(r"\bgene_symbol:(\S+)")
"""As Ensembl writes them into the headers of its protein FASTA."""
UNIPROT_SYMBOL = re.compile(r"\bGN=(\S+)")
GENCODE_ID, GENCODE_SYMBOL = 2, 6  # ENSP|ENST|ENSG|havana gene|havana transcript|transcript name|symbol|length
HLA = re.compile(r"HLA-[A-Z0-9]+")


def genes_of_proteins(
    names: Iterable[str], reference: Reference | None, proteome: Path | None, transcripts: Mapping[str, Gene]
) -> dict[str, tuple[Gene, ...]]:
    """Find the genes that make normal proteins.

    Parameters
    ----------
    names
        As a run calls normal proteins: those of the reference, ``ENST… (GENE)``; of a proteome, ``name in file``; of
        the patient's germline, ``ENST… with variant``; of a VCF's annotation, the transcript; of HLA, the allele.
    reference, proteome
        Where they come from.
    transcripts
        Transcript → its gene, as far as the VCF's annotation tells.

    Returns
    -------
    dict
        Name → its genes. A name that none of these sources tells the gene of has no entry.

    Raises
    ------
    InputError
        The proteome can't be read.
    """
    wanted = set(names)
    from_models = {} if reference is None else reference.protein_genes()
    suffix = "" if proteome is None else f" in {proteome.name}"
    from_headers = _of_headers(proteome) if proteome is not None and any(one.endswith(suffix) for one in wanted) else {}
    found: dict[str, tuple[Gene, ...]] = {}
    for name in sorted(wanted):
        transcript = name.partition(" with ")[0]
        known = None if reference is None else reference.transcript(transcript)
        if name in from_models:
            found[name] = from_models[name]
        elif suffix and name.endswith(suffix):
            genes = from_headers.get(name.removesuffix(suffix).partition(" (line ")[0])
            if genes is not None:
                found[name] = (genes,)
        elif known is not None:
            found[name] = ((known.gene_id, known.gene),)
        elif transcript in transcripts:
            found[name] = (transcripts[transcript],)
        elif match := HLA.match(name):
            found[name] = (("", match[0]),)
    return found


def _of_headers(proteome: Path) -> dict[str, Gene]:
    """Read the genes that a protein FASTA's headers name: Ensembl's, GENCODE's, UniProt's."""
    genes: dict[str, Gene] = {}
    for _, text in lines(proteome):
        if text.startswith(">") and text[1:].strip():
            name = text[1:].split(maxsplit=1)[0]
            parts = name.split("|")
            if len(parts) > GENCODE_SYMBOL:
                gene = parts[GENCODE_ID], parts[GENCODE_SYMBOL]
            else:
                by_id, symbol = ENSEMBL_ID.search(text), ENSEMBL_SYMBOL.search(text) or UNIPROT_SYMBOL.search(text)
                gene = by_id[1] if by_id else "", symbol[1] if symbol else ""
            if any(gene):
                genes[name] = gene
    return genes
