"""The patient's germline variants: read from a VCF of their own, and told from the tumour's calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from neosieve.biology.accounts import as_germline
from neosieve.biology.coordinates import trimmed
from neosieve.errors import SampleError
from neosieve.io.contigs import plain
from neosieve.io.vcf import Policy, read_calls, read_header
from neosieve.model.patient import Samples
from neosieve.model.records import CALLED, Records
from neosieve.model.variant import Call, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from neosieve.biology.keeping import Keeper
    from neosieve.biology.translation import SequenceTranslator
    from neosieve.io.reference import Reference
    from neosieve.model.ledger import LedgerEntry
    from neosieve.settings import RunSettings


def contig_key(reference: Reference | None, name: str) -> str:
    """Reduce a contig's name to what its spellings have in common."""
    return (reference.contig(name) if reference else None) or plain(name)


@dataclass(slots=True)
class GermlineFile:
    """Reads a germline VCF and counts; what touches no exon is dropped at once, as a genome holds millions."""

    count: int = 0
    usable: int = 0
    kept: int = 0

    def calls(
        self, settings: RunSettings, samples: Samples, proteins: dict[str, str], translator: SequenceTranslator | None
    ) -> Iterator[Call]:
        """Yield the calls that may matter.

        Raises
        ------
        InputError
            The file is missing, unreadable or not what it should be.
        SampleError
            The patient's sample can't be told.
        """
        path = settings.germline
        assert path is not None
        header = read_header(path)
        sample = _germline_sample(path, header.samples, settings.germline_sample, samples.normal)
        annotated = settings.reference is None
        for record in read_calls(header, Samples(sample, None, ()), Policy(), proteins, annotated=annotated):
            self.count += 1
            if not isinstance(record, Call):
                continue
            self.usable += 1
            if translator is not None and not translator.concerns(record.variant):
                continue
            self.kept += 1
            # phase sets of two files have nothing to do with one another, whatever they are called
            phase = None if record.phase is None else replace(record.phase, source=f"germline {record.phase.source}")
            yield replace(record, germline=True, phase=phase)


def _germline_sample(path: Path, columns: Sequence[str], asked: str | None, normal: str | None) -> str:
    listed = ", ".join(columns)
    if not columns:
        raise SampleError(
            f"{path.name} has no sample columns, so nothing says that the patient carries a variant; "
            "give a VCF with the patient's genotypes with --germline"
        )
    if asked is not None:
        if asked not in columns:
            raise SampleError(f"{path.name} has no sample {asked!r} (--germline-sample); its samples are: {listed}")
        return asked
    if len(columns) == 1:
        return columns[0]
    if normal is not None and normal in columns:
        return normal
    raise SampleError(
        f"{path.name}: can't tell which sample is the patient's; name it with --germline-sample; "
        f"its samples are: {listed}"
    )


def told_apart(kept: Keeper, germline: Sequence[Call], reference: Reference | None) -> list[Call]:
    """Mark tumour calls that the germline VCF holds, too, and spell the others' contigs as the tumour's VCF does."""
    contig = cache(partial(contig_key, reference))
    read = kept.records
    spelling = {
        contig(variant.chrom): variant.chrom
        for record, marks in read.marked()
        if (variant := _called(record, marks)) is not None
    }
    spelled = [
        replace(call, variant=replace(call.variant, chrom=spelling.get(contig(call.variant.chrom), call.variant.chrom)))
        for call in germline
    ]
    # one change of bases may be spelled in several ways: AA>AT is A>T
    inherited = {(call.variant.chrom, trimmed(call.variant)) for call in spelled}
    known = set()
    kept.records = Records()
    for record, marks in read.marked():
        variant = _called(record, marks)
        key = None if variant is None else (variant.chrom, trimmed(variant))
        if key in inherited:
            known.add(key)
            kept.records.append(as_germline(record), marks)
        else:
            kept.records.append(record, marks)
    return [call for call in spelled if (call.variant.chrom, trimmed(call.variant)) not in known]


def _called(record: Call | LedgerEntry, marks: int) -> Variant | None:
    """Return the variant of a call, be it a row by now; None for an ALT that was refused as it was read."""
    if isinstance(record, Call):
        return record.variant
    if not marks & CALLED:
        return None
    chrom, position, change = record.variant.rsplit(":", 2)
    ref, _, alt = change.partition(">")
    return Variant(chrom, int(position) - 1, ref, alt)
