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


class Localiser:
    """Gives calls their consequences by the reference, one by one, and counts."""

    def __init__(self, genome: Genome, translator: SequenceTranslator) -> None:
        """Begin.

        Parameters
        ----------
        genome
            The reference.
        translator
            Applies calls to its transcripts.
        """
        self._genome = genome
        self._translator = translator
        self.differences: list[LedgerEntry] = []
        """See :class:`Localised`, here and below."""
        self.unknown_contigs: dict[str, int] = {}
        self.usable = self.checked = self.mismatched = self.compared = self.unknown_transcripts = 0
        self.first_mismatch: LedgerEntry | None = None

    def localised(self, call: Call) -> Call | LedgerEntry:
        """Return a call with its consequences; one that is not on the reference becomes a ledger entry."""
        genome, variant = self._genome, call.variant
        contig = genome.contig(variant.chrom)
        if contig is None:
            self.unknown_contigs[variant.chrom] = self.unknown_contigs.get(variant.chrom, 0) + 1
            why = f"the reference holds no contig {variant.chrom} with coding transcripts"
            return _refused(call, Outcome.NOT_IN_REFERENCE, why)
        there = genome.bases(contig, Interval(variant.start, variant.start + len(variant.ref)))
        self.checked += there.strip("N") != ""
        if not _same(variant.ref, there):
            self.mismatched += 1
            entry = _refused(call, Outcome.REFERENCE_MISMATCH, f"REF is {variant.ref} but the reference has {there}")
            self.first_mismatch = self.first_mismatch or entry
            return entry
        own = self._translator.annotate(call)
        if call.consequences:
            self._compare(call, own)
        self.usable += 1
        return replace(call, consequences=own)

    def forget(self, call: Call) -> None:
        """Drop what is held of a localised call that no haplotype will hold."""
        self._translator.forget(call)

    def _compare(self, call: Call, own: tuple[TranscriptConsequence, ...]) -> None:
        known = {_unversioned(one.transcript): one for one in own}
        for told in call.consequences:
            if told.normal_protein and _unversioned(told.transcript) not in known:
                self.unknown_transcripts += 1
        pairs = [(told, known[name]) for told in call.consequences if (name := _unversioned(told.transcript)) in known]
        self.compared += len(pairs)
        self.differences += [entry for told, ours in pairs if (entry := _difference(call, told, ours)) is not None]


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
    by = Localiser(genome, translator)
    done = tuple(by.localised(record) if isinstance(record, Call) else record for record in records)
    return Localised(
        done,
        tuple(by.differences),
        by.checked,
        by.mismatched,
        by.unknown_contigs,
        by.compared,
        by.unknown_transcripts,
    )


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
