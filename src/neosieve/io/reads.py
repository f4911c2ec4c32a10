"""Aligned reads (BAM, CRAM): how many fragments carry each variant, and which variants share a fragment.

A fragment is one molecule: both mates of a pair, known by their name. Duplicates, secondary and supplementary
alignments and reads that failed quality control are left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysam

from neosieve.biology.readphase import PairCounts
from neosieve.errors import InputError
from neosieve.io.contigs import ContigNames
from neosieve.io.readalleles import UNREAD, Seen, observe, site_of
from neosieve.model.genome import Interval
from neosieve.model.variant import AlleleCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from neosieve.io.readalleles import Site
    from neosieve.model.variant import Variant

    Bases = Callable[[str, Interval], str]

MIN_MAPPING_QUALITY = 20  # Phred: one in a hundred is misplaced; STAR gives unique reads 255, others at most 3
MIN_BASE_QUALITY = 20  # Phred: one in a hundred is misread
LEFT_OUT = 0x4 | 0x100 | 0x200 | 0x400 | 0x800  # unmapped, secondary, QC fail, duplicate, supplementary: SAM, 1.4.2
INFORMATIVE_DEPTH = 4  # fragments at a substitution that can speak for or against the genome build
WRONG_BUILD_SITES = 5  # as many substitutions where most fragments show neither allele are no chance …
WRONG_BUILD_SHARE = 0.2  # … if they are a fifth of all: on random bases half of all sites are such
NUCLEOTIDES = frozenset("ACGT")
INDEX_SUFFIXES = (".bai", ".csi", ".crai")


@dataclass(frozen=True, slots=True)
class FragmentCounts:
    """Fragments that show a variant's place, by what they show; immutable."""

    ref: int
    alt: int
    other: int
    """A third base, another indel, or a deletion of the place."""

    @property
    def depth(self) -> int:
        """All three."""
        return self.ref + self.alt + self.other

    def counts(self) -> AlleleCounts:
        """Return them as read evidence; a depth of 0 leaves the VAF unknown."""
        return AlleleCounts(self.depth, self.alt, self.alt / self.depth if self.depth else None)


def count_alleles(
    path: Path,
    variants: Iterable[Variant],
    *,
    min_mapping_quality: int = MIN_MAPPING_QUALITY,
    min_base_quality: int = MIN_BASE_QUALITY,
    reference_fasta: Path | None = None,
    bases: Bases | None = None,
) -> dict[Variant, AlleleCounts]:
    """Count the fragments that carry each variant: :func:`count_fragments` as read evidence.

    Returns
    -------
    dict
        One entry for each distinct variant; unknown counts where the file holds no such contig, or where REF or ALT
        is not spelled in A, C, G, T.

    Raises
    ------
    InputError
        As for :func:`count_fragments`.
    """
    listed = list(variants)
    counted = count_fragments(
        path,
        listed,
        min_mapping_quality=min_mapping_quality,
        min_base_quality=min_base_quality,
        reference_fasta=reference_fasta,
        bases=bases,
    )
    return {variant: counted[variant].counts() if variant in counted else AlleleCounts() for variant in listed}


def count_fragments(
    path: Path,
    variants: Iterable[Variant],
    *,
    min_mapping_quality: int = MIN_MAPPING_QUALITY,
    min_base_quality: int = MIN_BASE_QUALITY,
    reference_fasta: Path | None = None,
    bases: Bases | None = None,
) -> dict[Variant, FragmentCounts]:
    """Count the fragments that show REF, ALT or something else at each variant.

    Where mates overlap and disagree, the one with the higher base quality counts; at equal quality the fragment counts
    for nothing. See :func:`neosieve.io.readalleles.observe` for what a read shows.

    Parameters
    ----------
    path
        BAM or CRAM, sorted and indexed.
    variants
        Contigs may be spelled otherwise than in the file (``chr20``, ``20``).
    min_mapping_quality, min_base_quality
        Phred.
    reference_fasta
        The genome of a CRAM.
    bases
        Plus-strand bases of a variant's contig (as the variant spells it) and interval, N where unknown: what is
        repeated around an indel. None to take what most reads spell there; these can't say what a deletion took that
        all reads have, if the VCF writes it at another copy of the repeat.

    Returns
    -------
    dict
        Variants on contigs that the file lacks, and those not spelled in A, C, G, T, are left out.

    Raises
    ------
    InputError
        The file is missing, truncated, not indexed, has none of the contigs, lacks its genome, or is of another genome
        build than the variants.
    """
    with _opened(path, reference_fasta) as reads:
        reader = _Reader(path, reads, min_mapping_quality, min_base_quality, bases)
        counted = {}
        for variant in reader.readable(variants):
            shown = list(reader.fragments(variant).values())
            counted[variant] = FragmentCounts(*map(shown.count, (Seen.REF, Seen.ALT, Seen.OTHER)))
    _check_build(path, counted)
    return counted


def phase_evidence(
    path: Path,
    pairs: Iterable[tuple[Variant, Variant]],
    *,
    min_mapping_quality: int = MIN_MAPPING_QUALITY,
    min_base_quality: int = MIN_BASE_QUALITY,
    reference_fasta: Path | None = None,
    bases: Bases | None = None,
) -> dict[tuple[Variant, Variant], PairCounts]:
    """Count the fragments that show both variants of a pair, ALT with ALT or with REF.

    Parameters
    ----------
    pairs
        Variants close enough for one fragment; RNA joins those of neighbouring exons, too. Of one that changes what
        the other's reads spell (a substitution within a deletion's repeat) there is no evidence: the other's reads with
        it show something else.

    Returns
    -------
    dict
        One entry for each distinct pair; all zero where nothing covers both.

    Raises
    ------
    InputError
        As for :func:`count_fragments`, the genome build aside.
    """
    wanted = list(pairs)
    with _opened(path, reference_fasta) as reads:
        reader = _Reader(path, reads, min_mapping_quality, min_base_quality, bases)
        distinct = reader.readable(variant for pair in wanted for variant in pair)
        shown = {variant: reader.fragments(variant) for variant in distinct}
    counted = {}
    for pair in wanted:
        first, second = (shown.get(variant, {}) for variant in pair)
        both = Counter((seen, second[name]) for name, seen in first.items() if name in second)
        ref, alt = Seen.REF, Seen.ALT
        counted[pair] = PairCounts(both[alt, alt], both[alt, ref], both[ref, alt], both[ref, ref])
    return counted


def checksum(path: Path) -> str:
    """Hex SHA-256 of a file's header and index.

    The index states where every block of the file begins, and a CRAM's header the checksum of its genome: these two
    tell files apart at a thousandth of the time that the file itself would take.

    Raises
    ------
    InputError
        The file or its index is missing or unreadable.
    """
    with _opened(path, None, genome_needed=False) as reads:
        told = hashlib.sha256(str(reads.header).encode())
        places = [Path(f"{path}{suffix}") for suffix in INDEX_SUFFIXES]
        places += [path.with_suffix(suffix) for suffix in INDEX_SUFFIXES]
        index = next((place for place in places if place.is_file()), None)
        told.update(b"" if index is None else index.read_bytes())
    return told.hexdigest()


@contextmanager
def _opened(path: Path, reference_fasta: Path | None, *, genome_needed: bool = True) -> Iterator[Any]:
    """Open a sorted, indexed file, and put whatever goes wrong while it is read into words."""
    for file in (path, reference_fasta):
        if file is not None and not file.is_file():
            raise InputError(f"{file}: there is no such file; check the path")
    verbosity = pysam.set_verbosity(0)  # htslib would write to stderr what we say in one message
    try:
        genome = None if reference_fasta is None else str(reference_fasta)
        with pysam.AlignmentFile(str(path), reference_filename=genome) as reads:
            if reads.is_cram and genome is None and genome_needed:
                raise InputError(f"{path}: a CRAM file is read with its genome; give that as FASTA, or a BAM file")
            if not (reads.is_bam or reads.is_cram):
                raise InputError(f"{path}: not BAM or CRAM; `samtools sort -o sorted.bam {path.name}` makes a BAM")
            if not reads.has_index():
                raise InputError(f"{path}: has no index; sort it by position and run `samtools index {path.name}`")
            yield reads
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{path}: can't be read as aligned reads ({str(error).strip() or type(error).__name__}); it may be "
            "truncated (`samtools quickcheck` tells; copy it again), its index another file's (`samtools index` makes "
            "one), or a CRAM's genome another one"
        ) from error
    finally:
        pysam.set_verbosity(verbosity)


class _Reader:
    """Looks variants up in an open file."""

    def __init__(self, path: Path, reads: Any, mapping: int, base: int, bases: Bases | None) -> None:  # noqa: ANN401
        self._path = path
        self._reads = reads
        self._mapping = mapping
        self._base = base
        self._bases = bases
        self._contigs = ContigNames(reads.references)

    def readable(self, variants: Iterable[Variant]) -> list[Variant]:
        """Return the distinct variants that can be looked up, in genome order.

        Raises
        ------
        InputError
            The file has none of their contigs, or one that is too short.
        """
        plain = {one for one in variants if one.ref != one.alt and NUCLEOTIDES.issuperset(one.ref + one.alt)}
        found = sorted(variant for variant in plain if self._contigs.find(variant.chrom) is not None)
        if plain and not found:
            ours, theirs = ", ".join(sorted({one.chrom for one in plain})[:3]), ", ".join(self._reads.references[:3])
            raise InputError(
                f"{self._path}: has none of the variants' contigs ({ours} …; it has {theirs} …); "
                "give reads that were aligned to the variants' genome"
            )
        for variant in found:
            length = self._reads.get_reference_length(self._contigs.find(variant.chrom))
            if variant.start + len(variant.ref) > length:
                raise InputError(
                    f"{self._path}: {variant} lies beyond the contig's end at {length:,}: its reads were aligned to "
                    "another genome build (GRCh37 against GRCh38, say); give reads aligned to the variants' genome"
                )
        return found

    def fragments(self, variant: Variant) -> dict[str, Seen]:
        """Return what each fragment shows, by its name; those that tell nothing are left out."""
        contig = self._contigs.find(variant.chrom)
        site = site_of(variant, lambda start, end: self._context(variant.chrom, contig, start, end))
        found: dict[str, tuple[Seen | None, int]] = {}
        for name, seen, quality in self._observed(contig, site):
            before, best = found.get(name, (seen, quality))
            if before == seen:
                found[name] = seen, max(quality, best)
            elif quality == best:
                found[name] = None, best
            elif quality > best:
                found[name] = seen, quality
        return {name: seen for name, (seen, _) in found.items() if seen is not None}

    def _observed(self, contig: str | None, site: Site) -> Iterator[tuple[str, Seen, int]]:
        length = self._reads.get_reference_length(contig)
        for read in self._reads.fetch(contig, max(0, site.start - 1), min(site.end + 1, length)):
            if self._usable(read) and (shown := observe(read, site, self._base)) is not None:
                yield read.query_name, *shown

    def _usable(self, read: Any) -> bool:  # noqa: ANN401
        usable: bool = (
            not read.flag & LEFT_OUT
            and read.mapping_quality >= self._mapping
            and bool(read.cigartuples)
            and read.query_sequence is not None
        )
        return usable

    def _context(self, chrom: str, contig: str | None, start: int, end: int) -> str:
        """Return the bases around an indel."""
        if self._bases is not None:
            return self._bases(chrom, Interval(start, end))
        end = min(end, self._reads.get_reference_length(contig))
        if start >= end:
            return ""
        columns = self._reads.count_coverage(
            contig, start, end, quality_threshold=self._base, read_callback=self._usable
        )
        return "".join(map(_majority, *columns))


def _majority(*counts: int) -> str:
    """Return the base that more than half of the reads show; N without one."""
    most = max(counts)
    return "ACGT"[counts.index(most)] if 2 * most > sum(counts) else UNREAD


def _check_build(path: Path, counted: Mapping[Variant, FragmentCounts]) -> None:
    """Refuse reads that show neither allele at many substitutions."""
    telling = {
        variant: shown
        for variant, shown in counted.items()
        if len(variant.ref) == len(variant.alt) and shown.depth >= INFORMATIVE_DEPTH
    }
    strange = [variant for variant, shown in telling.items() if 2 * shown.other > shown.depth]
    if len(strange) >= WRONG_BUILD_SITES and len(strange) > WRONG_BUILD_SHARE * len(telling):
        first = telling[strange[0]]
        raise InputError(
            f"{path}: at {len(strange):,} of {len(telling):,} variants most reads show neither REF nor ALT (first "
            f"{strange[0]}: {first.other} of {first.depth}); these look like reads of another genome build (GRCh37 "
            "against GRCh38, say); give reads that were aligned to the variants' genome"
        )
