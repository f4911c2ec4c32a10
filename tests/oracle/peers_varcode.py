"""What :mod:`tests.oracle.peers` runs in varcode's own environment: questions in, effects and proteins out."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Answer ``questions.json`` of a folder from the gene models beside it."""
    folder = Path(sys.argv[1])
    os.environ["PYENSEMBL_CACHE_DIR"] = str(folder / "cache")  # where pyensembl keeps its database
    pyensembl = importlib.import_module("pyensembl")
    varcode = importlib.import_module("varcode")
    genome = pyensembl.Genome(
        reference_name="GRCh37",
        annotation_name="peers",
        gtf_path_or_url=str(folder / "models.gtf"),
        transcript_fasta_paths_or_urls=[str(folder / "cdna.fa")],
        protein_fasta_paths_or_urls=[str(folder / "protein.fa")],
        cache_directory_path=str(folder / "cache"),
    )
    genome.index()
    answers = []
    for number, name, position, ref, alt in json.loads((folder / "questions.json").read_text()):
        try:
            variant = varcode.Variant("20", position, ref, alt, genome)
            effect = variant.effect_on_transcript(genome.transcript_by_id(name))
            protein = getattr(effect, "mutant_protein_sequence", None)
            answers.append([number, type(effect).__name__, None if protein is None else str(protein)])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is its answer
            answers.append([number, f"{type(error).__name__}: {str(error)[:60]}", None])
    (folder / "answers.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
