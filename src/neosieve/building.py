"""Building a reference from gene models and a genome."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve import __version__
from neosieve.biology.normal import finished, stop_inside, without_stop
from neosieve.errors import InputError, OutputError
from neosieve.io.account import Account
from neosieve.io.fasta import read_proteins
from neosieve.io.genemodels import read_gene_models
from neosieve.io.genome import read_sequences
from neosieve.io.reference import open_reference, write_reference
from neosieve.io.textfile import sha256
from neosieve.report.atomic import prepare_folder, replacing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neosieve.io.genemodels import GeneModel, GeneModels
    from neosieve.io.genome import Sequences
    from neosieve.io.reference import Reference
    from neosieve.model.genome import Transcript
    from neosieve.timing import Stages

MOST_UNFIT = 0.5
"""A wrong genome build puts a stop into nearly every CDS (3 of 64 random codons are stops); the right one into 1 %."""
MOST_LEFT_OUT = 0.1
"""Share worth a warning. Patches and haplotypes, which many genome files leave out, have fewer transcripts."""
FEWEST_TO_JUDGE = 20
"""Transcripts needed to call a genome build wrong."""
CONTIG_ABSENT = "contig not in the FASTA"
BEYOND = "exons beyond the contig's end"
INNER_STOP = "inner stop"
_PARTICULAR = re.compile(r"\b(?:\d+|[ACGTN]{3})\b")


def build_reference(gtf: Path, fasta: Path, out: Path, *, proteome: Path | None, stages: Stages) -> Reference:
    """Build a reference and open it.

    Parameters
    ----------
    gtf
        Gene models, GTF or GFF3.
    fasta
        Genome (FASTA, 2bit) or transcripts (FASTA).
    out
        File to write.
    proteome
        FASTA of further normal proteins.
    stages
        Tells what is being done.

    Raises
    ------
    InputError
        An input can't be used, or the two don't belong together.
    OutputError
        The reference can't be written.
    """
    prepare_folder(out.absolute().parent)  # fails now rather than after the work
    if out.is_dir():
        raise OutputError(f"{out} can't be written: it is a folder; name a file with -o")
    with stages.stage("reading the proteome"):
        further = {} if proteome is None else read_proteins(proteome)
    with stages.stage("reading the gene models"):
        models = read_gene_models(gtf)
    with stages.stage("reading the sequence"):
        sequences = read_sequences(fasta, [model.transcript for model in models.models])
    with stages.stage("translating"):
        rows, inside = _finish(models, sequences)
    _judge(rows, models.skipped, gtf, fasta)
    with stages.stage("writing"), replacing(out) as temporary:
        info = {
            "assembly": models.assembly,
            "inputs": {
                what: {"name": path.name, "sha256": sha256(path)}
                for what, path in (("gene models", gtf), ("sequence", fasta), ("proteome", proteome))
                if path is not None
            },
            "neosieve": __version__,
            "gene models": f"{models.format}, CDS {'with' if inside else 'without'} the stop codon",
            "sequence": sequences.kind,
            "contig names": {ours: theirs for ours, theirs in sequences.names.items() if ours != theirs},
            "counts": {"transcripts without a CDS, not kept": models.noncoding},
            "skipped": _told(models.skipped),
            "problems": _problems(rows),
            "warnings": _warnings(rows, models),
        }
        write_reference(temporary, rows, sequences.stretches, proteome=further, info=info)
    return open_reference(out)


def _finish(models: GeneModels, sequences: Sequences) -> tuple[list[tuple[Transcript, str]], bool]:
    """Splice and translate; whether the CDS of most transcripts holds its stop codon comes second."""
    usable: list[tuple[GeneModel, str]] = []
    skipped = models.skipped
    skipped.merge(sequences.skipped)
    for model in models.models:
        transcript = model.transcript
        if transcript.name in sequences.unusable:
            continue
        spliced = sequences.stretches.spliced(transcript)
        if spliced is not None:
            usable.append((model, spliced))
        elif transcript.contig not in sequences.stretches.by_contig:
            skipped.add(CONTIG_ABSENT, f"{transcript.name} on {transcript.contig}")
        else:
            skipped.add(BEYOND, f"{transcript.name} on {transcript.contig}")
    inside = _stops_inside(models, usable)
    rows: list[tuple[Transcript, str]] = []
    for model, spliced in usable:
        transcript = model.transcript
        if not model.settled and not model.pieces:
            transcript = without_stop(transcript, spliced, inside=inside)
        rows.append(finished(transcript, spliced, model.pieces))
    return rows, inside


def _stops_inside(models: GeneModels, usable: Sequence[tuple[GeneModel, str]]) -> bool:
    """Ask the stop_codon lines, and the sequence where there are none, which way most transcripts go."""
    told = [stop_inside(model.transcript, spliced) for model, spliced in usable if not model.settled]
    votes = models.stops_inside + told.count(True) - models.stops_behind - told.count(False)
    return votes > 0 or (votes == 0 and models.format == "GFF3")


def _judge(rows: Sequence[tuple[Transcript, str]], skipped: Account, gtf: Path, fasta: Path) -> None:
    """Refuse two files that don't belong together."""
    if not rows:
        reason, (count, first) = max(skipped.reasons.items(), key=lambda item: item[1][0])
        raise InputError(f"{fasta}: no transcript of {gtf} can be used; {count} because: {reason} (first: {first})")
    stopped = [transcript for transcript, _ in rows if transcript.problem.startswith(INNER_STOP)]
    beyond, _ = skipped.reasons.get(BEYOND, (0, ""))
    judged = len(rows) + beyond
    if judged >= FEWEST_TO_JUDGE and len(stopped) + beyond > MOST_UNFIT * judged:
        raise InputError(
            f"{gtf} and {fasta} don't belong together: of {judged:,} coding transcripts {len(stopped):,} have a stop "
            f"in the middle and {beyond:,} lie outside their contig; give gene models and genome of one build (GRCh37 "
            "with GRCh37, GRCh38 with GRCh38)"
        )


def _warnings(rows: Sequence[tuple[Transcript, str]], models: GeneModels) -> list[str]:
    left_out = len(models.models) - len(rows)
    if left_out <= MOST_LEFT_OUT * len(models.models):
        return []
    return [f"{left_out:,} of {len(models.models):,} coding transcripts were left out"]


def _problems(rows: Sequence[tuple[Transcript, str]]) -> dict[str, dict[str, object]]:
    """Count the problems by kind, numbers in them aside."""
    account = Account()
    for transcript, _ in rows:
        if transcript.problem:
            account.add(_PARTICULAR.sub("…", transcript.problem), f"{transcript.name}: {transcript.problem}")
    return _told(account)


def _told(account: Account) -> dict[str, dict[str, object]]:
    return {reason: {"count": count, "first": first} for reason, (count, first) in account.reasons.items()}
