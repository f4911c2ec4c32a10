"""Normal proteins: what a transcript's annotation and sequence make together, and whether they fit.

The rules follow the annotation where it speaks (incomplete ends, selenocysteine, non-ATG starts) and the sequence where
it doesn't; a transcript whose two sides contradict each other gets a stated problem, never a guess.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.codons import CODON, MITOCHONDRIAL_CONTIGS, STOP, translate
from neosieve.model.genome import Interval
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.genome import Transcript

START_NF, END_NF = "cds_start_NF", "cds_end_NF"
START = "ATG"
MITOCHONDRIAL_STARTS = ("ATG", "ATA", "ATT", "ATC", "GTG")  # NCBI genetic code 2, vertebrate starts
SELENOCYSTEINE_CODON = "TGA"
POLYADENYLATED_STOPS = ("T", "TA")  # what is left of TAA before the poly-A tail of a mitochondrial mRNA completes it

NIBBLES = "=ACMGRSVTWYHKDBN"
"""Bases as sets of A 1, C 2, G 4, T 8: the alphabet of BAM (SAM specification, section 4.2)."""
_NIBBLE = bytes(max(NIBBLES.find(chr(byte).upper()), 0) for byte in range(256))
COMPLEMENT = bytes.maketrans(b"ACGTMRWSYKVHDBNacgtmrwsykvhdbn", b"TGCAKYWSRMBDHVNTGCAKYWSRMBDHVN")
"""For ``bytes.translate``: complements, IUPAC letters included, in upper case."""


class _Reading(NamedTuple):
    protein: str
    problem: str
    flags: frozenset[str]
    """The transcript's, and those that its sequence implies."""


def normal_protein(transcript: Transcript, spliced: str, pieces: Sequence[Interval] = ()) -> tuple[str, str]:
    """Translate a transcript and say what doesn't fit.

    Parameters
    ----------
    transcript
        Its CDS excludes the stop codon.
    spliced
        Its sequence, 5′ to 3′, upper case, IUPAC letters allowed.
    pieces
        Coding stretches as offsets in `spliced`, where they overlap or leave a gap (a programmed frameshift).

    Returns
    -------
    tuple
        The protein without its stop (``X`` where unknown, ``U`` for selenocysteine; cut before an inner stop), and the
        problem in words, empty for a sound transcript.
    """
    reading = _read(transcript, spliced, pieces)
    return reading.protein, reading.problem


def finished(transcript: Transcript, spliced: str, pieces: Sequence[Interval] = ()) -> tuple[Transcript, str]:
    """Add what the sequence tells, the problem and implied incomplete ends, and return the normal protein beside it."""
    reading = _read(transcript, spliced, pieces)
    if reading.flags == transcript.flags and (transcript.problem or not reading.problem):
        return transcript, reading.protein
    problem = transcript.problem or reading.problem
    return replace(transcript, flags=reading.flags, problem=problem), reading.protein


def stop_inside(transcript: Transcript, spliced: str) -> bool | None:
    """Whether the annotated CDS ends with its stop codon; None where its sequence doesn't tell.

    It doesn't where neither the last codon nor the next one is a stop, or both are; nor where the end is incomplete.
    """
    last, behind = _last_and_next(transcript, spliced)
    return None if END_NF in transcript.flags or (last == STOP) == (behind == STOP) else last == STOP


def without_stop(transcript: Transcript, spliced: str, *, inside: bool) -> Transcript:
    """Take the stop codon off a CDS that holds it; one that does isn't incomplete there, whatever its flags say.

    Parameters
    ----------
    transcript
        As annotated.
    spliced
        Its sequence.
    inside
        What holds for most of the annotation: decides where two stops follow each other, or the sequence is unknown.
    """
    cds = transcript.cds
    rest = (len(cds) + transcript.missing) % CODON
    if rest and _completed(transcript) and spliced[cds.end - rest : cds.end] in POLYADENYLATED_STOPS:
        return replace(transcript, cds=Interval(cds.start, cds.end - rest))
    last, behind = _last_and_next(transcript, spliced)
    incomplete = END_NF in transcript.flags
    holds = last == STOP and (inside or incomplete or behind != STOP)
    if not holds and not (inside and not incomplete and last == UNKNOWN):
        return transcript
    return replace(transcript, cds=Interval(cds.start, cds.end - CODON), flags=transcript.flags - {END_NF})


def _last_and_next(transcript: Transcript, spliced: str) -> tuple[str, str]:
    """Translate a CDS's last codon and the codon behind it; empty where there is none."""
    begin, end = transcript.cds.start + (3 - transcript.missing) % 3, transcript.cds.end
    if (end - begin) % CODON or end - begin < CODON:
        return "", ""
    last = "" if end - 3 in transcript.selenocysteines else _translate(spliced[end - CODON : end], transcript)
    return last, _translate(spliced[end : end + CODON], transcript)


def _read(transcript: Transcript, spliced: str, pieces: Sequence[Interval]) -> _Reading:
    cds, flags = transcript.cds, transcript.flags
    skip = (3 - transcript.missing) % 3
    coding = "".join(spliced[piece.start : piece.end] for piece in pieces) if pieces else spliced[cds.start : cds.end]
    if transcript.missing:
        flags |= {START_NF}
    body = coding[skip:]
    rest = len(body) % 3
    residues = _translate(body[: len(body) - rest], transcript)
    problem = "a programmed frameshift: the CDS isn't one stretch of the transcript" if pieces else ""
    if START_NF not in flags and residues:
        if _starts(body[:3], transcript):
            residues = "M" + residues[1:]
        elif cds.start == 0:
            flags |= {START_NF}
        else:
            problem = problem or f"begins with {body[:3]}, which is no start codon"
    residues = _with_selenocysteines(residues, transcript, body, skip)
    protein = UNKNOWN + residues if transcript.missing else residues
    inner = protein.find(STOP)
    if inner >= 0:
        problem = problem or f"inner stop at residue {inner + 1}"
        protein = protein[:inner]
    if END_NF not in flags:
        ending, implied = _ending(transcript, spliced, body[len(body) - rest :])
        problem = problem or ending
        flags |= implied
    return _Reading(protein, problem, flags)


def _starts(codon: str, transcript: Transcript) -> bool:
    """Whether an annotated start codon may be one: ATG, or one base off (EIF4G2 begins with GTG) behind a 5′ UTR."""
    if transcript.contig in MITOCHONDRIAL_CONTIGS:
        return any(_differences(codon, start) == 0 for start in MITOCHONDRIAL_STARTS)
    # A CDS that begins with its transcript and not with ATG is one whose start nobody found, tag or not.
    return _differences(codon, START) <= (0 if transcript.cds.start == 0 else 1)


def _differences(codon: str, other: str) -> int:
    """Bases that surely differ; N and the like may be anything they stand for."""
    ours, theirs = codon.encode().translate(_NIBBLE), other.encode().translate(_NIBBLE)
    return sum(not one & two for one, two in zip(ours, theirs, strict=True))


def _with_selenocysteines(residues: str, transcript: Transcript, body: str, skip: int) -> str:
    for offset in transcript.selenocysteines:
        codon, off_frame = divmod(offset - transcript.cds.start - skip, 3)
        if not off_frame and body[codon * 3 : codon * 3 + 3] == SELENOCYSTEINE_CODON and 0 <= codon < len(residues):
            residues = f"{residues[:codon]}U{residues[codon + 1 :]}"
    return residues


def _ending(transcript: Transcript, spliced: str, rest: str) -> tuple[str, frozenset[str]]:
    """Say what is wrong behind a CDS meant to be complete, and which flags a transcript ending there implies."""
    end, whole = transcript.cds.end, len(spliced)
    completed = _completed(transcript)
    behind = spliced[end : end + CODON]
    if rest:
        if completed and rest in POLYADENYLATED_STOPS:
            return "", frozenset()
        if end == whole:
            return "", frozenset({END_NF})
        return f"the CDS has {len(rest)} more bases than whole codons", frozenset()
    if len(behind) < CODON:
        return ("", frozenset()) if completed and behind in POLYADENYLATED_STOPS else ("", frozenset({END_NF}))
    if _translate(behind, transcript) in {STOP, UNKNOWN}:
        return "", frozenset()
    return "no stop codon behind the CDS", frozenset()


def _completed(transcript: Transcript) -> bool:
    """Whether polyadenylation may complete the stop codon: on the mitochondrial genome only."""
    return transcript.contig in MITOCHONDRIAL_CONTIGS and END_NF not in transcript.flags


def _translate(bases: str, transcript: Transcript) -> str:
    """Translate the whole codons of `bases`; a codon whose readings differ gives X."""
    return translate(bases[: len(bases) - len(bases) % CODON], contig=transcript.contig)
