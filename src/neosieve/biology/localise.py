"""Calls brought onto a reference: does REF fit, which transcripts are hit, does the VCF's annotation agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from Bio.Data.IUPACData import ambiguous_dna_values

from neosieve.model.genome import Interval
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import Call

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from neosieve.biology.transcripts import Genome
    from neosieve.biology.translation import SequenceTranslator
    from neosieve.model.annotation import TranscriptConsequence

COMPARED = frozenset(
    {
        "missense_variant", "inframe_insertion", "inframe_deletion", "frameshift_variant", "stop_gained", "stop_lost",
        "start_lost", "synonymous_variant", "stop_retained_variant", "protein_altering_variant",
    }
)  # fmt: skip
"""Terms that speak of the protein; the others depend on an annotator's version and settings."""


@dataclass(frozen=True, slots=True)
class Localised:
    """Calls on a reference."""

    records: tuple[Call | LedgerEntry, ...]
    """In the given order; what is not on the reference is a ledger entry."""
    differences: tuple[LedgerEntry, ...]
    """Where the VCF's annotation says otherwise than the sequence."""
    checked: int
    """Calls whose REF could be compared with the reference."""
    mismatched: int
    """Those of them that differ."""
    unknown_contigs: Mapping[str, int]
    """Contig that the reference lacks → calls on it."""
    compared: int
    """(call, transcript) pairs that the annotation and the reference both know."""
    unknown_transcripts: int
    """Annotated coding transcripts, over all calls, that the reference lacks."""


def localise(records: Iterable[Call | LedgerEntry], genome: Genome, translator: SequenceTranslator) -> Localised:
    """Give each call its consequences by the reference.

    Parameters
    ----------
    records
        What the reader made of every ALT.
    genome
        The reference.
    translator
        Applies calls to its transcripts.
    """
    done: list[Call | LedgerEntry] = []
    differences: list[LedgerEntry] = []
    contigs: dict[str, int] = {}
    checked = mismatched = compared = unknown = 0
    for record in records:
        if not isinstance(record, Call):
            done.append(record)
            continue
        variant = record.variant
        contig = genome.contig(variant.chrom)
        if contig is None:
            contigs[variant.chrom] = contigs.get(variant.chrom, 0) + 1
            why = f"the reference holds no contig {variant.chrom} with coding transcripts"
            done.append(_refused(record, Outcome.NOT_IN_REFERENCE, why))
            continue
        there = genome.bases(contig, Interval(variant.start, variant.start + len(variant.ref)))
        checked += there.strip("N") != ""
        if not _same(variant.ref, there):
            mismatched += 1
            why = f"REF is {variant.ref} but the reference has {there}"
            done.append(_refused(record, Outcome.REFERENCE_MISMATCH, why))
            continue
        own = translator.annotate(record)
        known = {_unversioned(one.transcript): one for one in own}
        for told in record.consequences:
            if told.normal_protein and _unversioned(told.transcript) not in known:
                unknown += 1
        pairs = [
            (told, known[name]) for told in record.consequences if (name := _unversioned(told.transcript)) in known
        ]
        compared += len(pairs)
        differences += [entry for told, ours in pairs if (entry := _difference(record, told, ours)) is not None]
        done.append(replace(record, consequences=own))
    return Localised(tuple(done), tuple(differences), checked, mismatched, contigs, compared, unknown)


def _same(ref: str, there: str) -> bool:
    """Whether REF can be what the reference has; an ambiguous letter there stands for several bases, N for any."""
    return ref == there or all(
        base in ambiguous_dna_values.get(letter, letter) for base, letter in zip(ref, there, strict=True)
    )


def _unversioned(transcript: str) -> str:
    return transcript.partition(".")[0]


def _refused(call: Call, outcome: Outcome, why: str) -> LedgerEntry:
    where = "" if call.region is None else f" of region {call.region}"
    return LedgerEntry(str(call.variant), None, None, None, outcome, f"line {call.line}{where}: {why}", 0)


def _difference(call: Call, told: TranscriptConsequence, ours: TranscriptConsequence) -> LedgerEntry | None:
    """Compare what an annotation says of the protein with what the sequence says; None where they agree."""
    words = []
    theirs, own = told.hgvs_p.rpartition(":")[2], ours.hgvs_p.rpartition(":")[2]
    if theirs and own and _bare(theirs) != _bare(own):
        words.append(f"{theirs} where the sequence gives {own}")
    else:
        effects = [COMPARED.intersection(one.terms) for one in (told, ours)]
        if effects[0] != effects[1]:
            names = ["&".join(sorted(one)) or "no change of the protein" for one in effects]
            words.append(f"{names[0]} where the sequence gives {names[1]}")
    if told.normal_protein and ours.normal_protein and told.normal_protein != ours.normal_protein:
        words.append("another normal protein")
    if not words:
        return None
    return LedgerEntry(
        str(call.variant),
        ours.gene or None,
        ours.transcript,
        "&".join(ours.terms) or None,
        Outcome.ANNOTATION_DIFFERS,
        f"the VCF's annotation of {told.transcript} says {' and '.join(words)}; the sequence was used",
        0,
    )


def _bare(label: str) -> str:
    return label.replace("(", "").replace(")", "").replace("%3D", "=")
