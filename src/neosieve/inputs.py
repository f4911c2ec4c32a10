"""What a run reads: calls, the patient's germline, and the normal proteins to compare with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from neosieve.biology.keeping import NOT_KEPT, Keeper, marks_of, named_beside
from neosieve.biology.localise import Localiser
from neosieve.biology.regions import RegionRecords
from neosieve.biology.translation import Hypothesis, SequenceTranslator
from neosieve.biology.translator import AnnotationTranslator
from neosieve.errors import InputError
from neosieve.inherited import GermlineFile, contig_key, told_apart
from neosieve.io.fasta import read_proteins
from neosieve.io.hla import hla_file
from neosieve.io.hlaproteins import hla_proteins
from neosieve.io.rankpolicies import policy_file
from neosieve.io.reads import checksum
from neosieve.io.reference import open_reference
from neosieve.io.regions import join_regions
from neosieve.io.samples import choose_samples
from neosieve.io.textfile import sha256
from neosieve.io.vcf import Policy, read_calls, read_header
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.records import CALLED, Records
from neosieve.model.run import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from neosieve.biology.translator import Translator
    from neosieve.io.reference import Reference
    from neosieve.io.vcf import Header
    from neosieve.model.patient import Samples
    from neosieve.model.variant import Call, Variant
    from neosieve.settings import RunSettings

WRONG_BUILD_MISMATCHES = 3
WRONG_BUILD_SHARE = 0.05
"""More mismatches than this, and more than this share of the calls, are no single bad records: of a wrong build's
positions three in four mismatch."""
_CHECKSUMS: dict[tuple[Path, int, int, int], str] = {}
"""By path, inode, size and time of change."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a run has read of the patient."""

    header: Header
    samples: Samples
    records: Records
    """One for each ALT of the tumour's VCF, in its order; calls that can't matter to a protein are rows already."""
    germline: tuple[Call, ...]
    """Further germline calls: from a germline VCF of its own, and of records that the tumour's refuses."""
    differences: tuple[LedgerEntry, ...]
    """Where the VCF's annotation and the reference disagree."""
    translator: Translator
    normal_proteins: tuple[Mapping[str, str], ...]
    """Name → protein: to be excluded by, besides what germline variants make of them."""
    warnings: tuple[str, ...]
    reference: str
    """The reference in words: identity, assembly, what it was built from; empty without one."""
    genome: Reference | None = None
    """The reference itself; None without one."""
    beside: frozenset[Variant] = frozenset()
    """Calls that are rows already, as far as phase sets are named after them."""
    further: Mapping[int, int] = field(default_factory=dict)
    """Marks → germline calls that can't matter to a protein, beside those among the records."""

    @property
    def calls(self) -> list[Call]:
        """What can be used, somatic and germline, and may matter to a protein."""
        return [*self.records.calls, *self.germline]

    def count(self, mark: int, *, somatic: bool = False) -> int:
        """Count the calls, of all or of the somatic ones, whose record held what a mark says."""
        kept = sum(bool(marks_of(call) & mark) for call in self.calls if not (somatic and call.germline))
        outcomes = {Outcome.NO_PROTEIN_CHANGE} if somatic else NOT_KEPT
        rows = sum(
            number
            for (outcome, marks), number in self.records.counts.items()
            if marks & mark and marks & CALLED and outcome in outcomes
        )
        return kept + rows + (0 if somatic else sum(number for marks, number in self.further.items() if marks & mark))


def read_inputs(settings: RunSettings) -> Inputs:
    """Read the calls and all that is needed to translate them.

    Raises
    ------
    InputError
        A file is missing, unreadable or not what it should be, or the reference is of another genome build.
    SampleError
        A sample can't be told.
    """
    header, samples = read_samples(settings)
    reference = None if settings.reference is None else open_reference(settings.reference)
    by_sequence = None
    if reference is not None:
        by_sequence = SequenceTranslator(reference, frozenset(map(Hypothesis, settings.hypotheses)))
    translator: Translator = AnnotationTranslator() if by_sequence is None else by_sequence
    found = own = None
    if reference is not None and by_sequence is not None:
        found, own = Localiser(reference, by_sequence), Localiser(reference, by_sequence)
    whole = _asks_of_each(settings)
    kept, further = Keeper(translator, found, whole=whole), Keeper(translator, own, whole=whole)
    policy = Policy(settings.include_filtered)
    proteins: dict[str, str] = {}
    refused: list[Call] = []
    # what a germline VCF also holds is told once that is read
    at_once = not settings.regions and settings.germline is None
    records = read_calls(
        header, samples, policy, proteins, annotated=reference is None, inherited=further if at_once else refused
    )
    warnings: list[str] = []
    if settings.regions:
        main = RegionRecords(samples.tumor, tuple(records), refused)
        beside_it = join_regions(
            settings.regions,
            header,
            samples,
            main,
            policy,
            proteins,
            partial(contig_key, reference),
            annotated=reference is None,
        )
        kept.extend(beside_it.records)
        refused, samples = list(beside_it.inherited), beside_it.samples
        warnings += beside_it.warnings
    else:
        kept.extend(records)
    if settings.germline is not None:
        read = GermlineFile()
        refused += read.calls(settings, samples, proteins, by_sequence)
        common = len(refused)
        refused = told_apart(kept, refused, reference)
        common -= len(refused)
        also = f", {common:,} of them also in {settings.vcf.name}" if common else ""
        warnings.append(
            f"{settings.germline.name}: {read.count:,} germline ALTs, of which {read.usable:,} can be used"
            f"{'' if reference is None else f' and {read.kept:,} touch exons'}{also}"
        )
    normal: list[Mapping[str, str]] = [proteins]
    if reference is not None and found is not None:
        _check_build(found, reference, settings.vcf)
    further.extend(refused)
    if reference is not None and found is not None and own is not None:
        if settings.germline is not None:
            _check_build(own, reference, settings.germline)
        warnings += _warnings(found, own)
        normal.append(reference.normal_proteins())
    normal.append(hla_proteins())
    if settings.proteome is not None:
        name = settings.proteome.name
        normal.append({f"{one} in {name}": protein for one, protein in read_proteins(settings.proteome).items()})
    return Inputs(
        header,
        samples,
        kept.records,
        tuple(further.records.calls),
        () if found is None else tuple(found.differences),
        translator,
        tuple(normal),
        tuple(warnings),
        "" if reference is None else _described(reference),
        reference,
        named_beside((kept.records, further.records)),
        Counter({marks: number for (outcome, marks), number in further.records.counts.items() if outcome in NOT_KEPT}),
    )


def read_samples(settings: RunSettings) -> tuple[Header, Samples]:
    """Read the VCF's header and tell its tumour from its normal.

    Raises
    ------
    InputError
        The file is missing, unreadable or no VCF.
    SampleError
        A sample can't be told.
    """
    header = read_header(settings.vcf)
    beside = {region.name for region in settings.regions if region.vcf is None}
    samples = choose_samples(
        [name for name in header.samples if name in {settings.tumor, settings.normal} or name not in beside],
        header.simple,
        tumor=settings.tumor,
        normal=settings.normal,
        source=settings.vcf.name,
    )
    return header, samples


def _asks_of_each(settings: RunSettings) -> bool:
    """Whether the run asks more of every call than what its record makes of a protein."""
    reads = settings.rna_bam or settings.dna_bam
    return bool(settings.regions or reads or settings.segments or settings.normal_expression)


def input_files(settings: RunSettings) -> tuple[InputFile, ...]:
    """Name the files that a run reads, with their checksums."""
    paths = [
        ("vcf", settings.vcf),
        *(("region", region.vcf) for region in settings.regions),
        ("hla", hla_file(settings.hla)),
        ("germline", settings.germline),
        ("reference", settings.reference),
        ("proteome", settings.proteome),
        ("expression", settings.expression),
        ("normal_expression", settings.normal_expression),
        ("segments", settings.segments),
        ("hla_loh", settings.hla_loh),
        ("policy", policy_file(settings.policy)),
    ]
    reads = [("rna_bam", settings.rna_bam), ("dna_bam", settings.dna_bam)]
    return (
        *(InputFile(role, path.name, _sha256(path)) for role, path in paths if path is not None),
        *(InputFile(role, path.name, checksum(path)) for role, path in reads if path is not None),
    )


def _sha256(path: Path) -> str:
    """Checksum a file, once in a process while its size and time of change stay: a reference serves many samples."""
    try:
        status = path.stat()
    except OSError:
        return sha256(path)  # which says what is wrong
    key = path.absolute(), status.st_ino, status.st_size, status.st_mtime_ns
    if key not in _CHECKSUMS:
        _CHECKSUMS[key] = sha256(path)
    return _CHECKSUMS[key]


def _described(reference: Reference) -> str:
    """Say which reference it is: the file, the assembly if it is known, and what it was built from."""
    words = [reference.identity]
    assembly, built_from = reference.info.get("assembly"), reference.info.get("inputs")
    if assembly:
        words.append(f"assembly {assembly}")
    if isinstance(built_from, dict):
        words += [f"{what} {file['name']}" for what, file in built_from.items()]
    return "; ".join((*words, f"{reference.transcript_count:,} transcripts"))


def _check_build(found: Localiser, reference: Reference, vcf: Path) -> None:
    """Tell a reference of another genome from a few bad records."""
    if found.unknown_contigs and not found.usable and not found.mismatched:
        names = ", ".join(list(found.unknown_contigs)[:3])
        raise InputError(
            f"{vcf}: {reference.identity} holds none of its contigs ({names} …); "
            "give a --reference that was built from the genome that the reads were aligned to"
        )
    share = found.mismatched / found.checked if found.checked else 0.0
    if found.first_mismatch and found.mismatched >= WRONG_BUILD_MISMATCHES and share > WRONG_BUILD_SHARE:
        first = f"{found.first_mismatch.variant}: {found.first_mismatch.detail}"
        raise InputError(
            f"{vcf}: REF differs from {reference.identity} in {found.mismatched:,} of {found.checked:,} calls "
            f"(first {first}); these look like calls on another genome build (GRCh37 against GRCh38, say); "
            "give a --reference that was built from the genome that the reads were aligned to"
        )


def _warnings(found: Localiser, germline: Localiser) -> Iterable[str]:
    if found.mismatched or germline.mismatched:
        yield (
            f"{found.mismatched + germline.mismatched:,} of {found.checked + germline.checked:,} REF alleles differ "
            "from the reference; those calls are not used"
        )
    if found.unknown_contigs:
        names = ", ".join(f"{name} ({count:,})" for name, count in sorted(found.unknown_contigs.items())[:5])
        more = ", …" if len(found.unknown_contigs) > 5 else ""  # noqa: PLR2004
        yield f"{sum(found.unknown_contigs.values()):,} calls lie on contigs that the reference lacks: {names}{more}"
    if found.differences:
        yield (
            f"the VCF's annotation differs from the sequence in {len(found.differences):,} of {found.compared:,} "
            "places (call and transcript); the sequence was used, see annotation_differs in ledger.tsv"
        )
    if found.unknown_transcripts:
        yield f"{found.unknown_transcripts:,} annotated transcripts of calls are not in the reference and were not used"
