"""A translator that shares nothing with ``neosieve.biology``: slow, literal, and easy to check by eye.

It spells out the whole mutated stretch of the chromosome as text, cuts the exons out of that text at the places to
which their edges were carried, joins them, translates with Biopython and lists every k-mer. There are no consequence
types: a change of protein is whatever the text says.

Where a variant can be written at several places of a repeat and the places don't lead to one answer (an insertion that
can stand on either side of a splice site, a start codon that was duplicated), each answer is a possible one:
:func:`judge` gives all of them, as written first.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import product
from typing import TYPE_CHECKING

from Bio.Seq import Seq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

STANDARD_TABLE = 1
MITOCHONDRIAL_TABLE = 2  # NCBI genetic code 2
MITOCHONDRIA = frozenset({"chrM", "chrMT", "M", "MT", "NC_012920.1"})
RESIDUES = frozenset("ACDEFGHIKLMNPQRSTVWY")
COMPLEMENT = str.maketrans("ACGTNacgtn", "TGCANtgcan")
KEPT = 4096  # transcripts whose normal sequences are kept
FAR = 60  # equivalent placements that are tried to either side; longer repeats have no further kind of place
SITE = 2  # canonical splice-site bases at either end of an intron


@dataclass(frozen=True)
class Edit:
    """One ALT, as a VCF writes it."""

    contig: str
    position: int
    """1-based, of the first base of ``ref``."""
    ref: str
    alt: str
    germline: bool = False
    homozygous: bool = False

    def __str__(self) -> str:
        return f"{self.contig}:{self.position}:{self.ref}>{self.alt}{'(germline)' if self.germline else ''}"


@dataclass(frozen=True)
class Model:
    """A coding transcript, as a GTF writes it, with 0-based half-open coordinates."""

    name: str
    gene: str
    contig: str
    strand: str
    exons: tuple[tuple[int, int], ...]
    """Ascending on the genome."""
    cds: tuple[tuple[int, int], ...]
    """Ascending on the genome, without the stop codon."""
    frame: int = 0
    """GTF's frame of the first coding exon: bases before its first whole codon."""
    tags: frozenset[str] = frozenset()
    selenocysteines: tuple[int, ...] = ()
    """Offsets in the spliced transcript of TGA codons that are read as U."""

    @cached_property
    def positions(self) -> list[int]:
        """Genome positions of the exon bases, 5′ to 3′."""
        forward = [place for start, end in self.exons for place in range(start, end)]
        return forward if self.strand == "+" else forward[::-1]

    @cached_property
    def offset_of(self) -> dict[int, int]:
        """Offset in the spliced transcript by genome position."""
        return {place: offset for offset, place in enumerate(self.positions)}

    @cached_property
    def coding(self) -> tuple[int, int]:
        """Offsets in the spliced transcript of the first coding base and after the last."""
        ends = [self.offset_of[place] for start, end in self.cds for place in (start, end - 1)]
        return min(ends), max(ends) + 1

    @property
    def introns(self) -> list[tuple[int, int]]:
        """Gaps between exons, ascending."""
        return [(left[1], right[0]) for left, right in zip(self.exons, self.exons[1:], strict=False)]

    @property
    def start_unknown(self) -> bool:
        """Whether the coding sequence begins before the transcript does."""
        return "cds_start_NF" in self.tags

    @property
    def table(self) -> int:
        """NCBI's number of the genetic code."""
        return MITOCHONDRIAL_TABLE if self.contig in MITOCHONDRIA else STANDARD_TABLE


@dataclass(frozen=True)
class Verdict:
    """What one haplotype makes of one transcript."""

    normal: str
    """The protein with the germline calls alone."""
    mutant: str
    """The protein with all calls; empty where there is a reason."""
    reason: str = ""
    """Why there is no mutant protein."""
    reference: str = ""
    """The protein without any call."""

    def peptides(self, lengths: Iterable[int]) -> frozenset[str]:
        """List the k-mers of the mutant protein that neither the germline's nor the reference's protein holds."""
        if self.reason:
            return frozenset()
        lengths = tuple(lengths)
        return kmers(self.mutant, lengths) - kmers(self.normal, lengths) - kmers(self.reference, lengths)


class ImpossibleError(Exception):
    """The haplotype can't be spelled, or its transcript can't be known; the message is the reason."""


def kmers(protein: str, lengths: Iterable[int]) -> frozenset[str]:
    """List every window that holds the twenty standard residues only."""
    windows = {protein[at : at + k] for k in lengths for at in range(len(protein) - k + 1)}
    return frozenset(window for window in windows if RESIDUES.issuperset(window))


def reverse_complement(text: str) -> str:
    """Read the other strand."""
    return text.translate(COMPLEMENT)[::-1]


# Reading files


def read_fasta(path: Path) -> dict[str, str]:
    """Read contigs by the first word of their names, plain or gzipped."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    contigs = {}
    for record in text.split(">")[1:]:
        head, _, body = record.partition("\n")
        contigs[head.split()[0]] = body.replace("\n", "")
    return contigs


def read_gtf(path: Path, contigs: Mapping[str, str] | None = None) -> list[Model]:
    """Read the coding transcripts of a GTF whose CDS excludes the stop codon; ``contigs`` renames."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    parts: dict[str, dict[str, list[tuple[int, int, str]]]] = defaultdict(lambda: defaultdict(list))
    about: dict[str, tuple[str, str, str]] = {}
    tags: dict[str, set[str]] = defaultdict(set)
    for line in text.splitlines():
        columns = line.split("\t")
        if line.startswith("#") or columns[2] not in {"exon", "CDS", "transcript"}:
            continue
        attributes = re.findall(r'(\w+) "([^"]*)"', columns[8])
        values: dict[str, str] = dict(attributes)
        name = values["transcript_id"]
        tags[name] |= {value for key, value in attributes if key == "tag"}
        about[name] = (values.get("gene_name") or values["gene_id"], columns[0], columns[6])
        parts[name][columns[2]].append((int(columns[3]) - 1, int(columns[4]), columns[7]))
    models = []
    for name, features in parts.items():
        cds = sorted(features["CDS"])
        if not cds:
            continue
        gene, contig, strand = about[name]
        first = cds[0] if strand == "+" else cds[-1]
        models.append(
            Model(
                name=name,
                gene=gene,
                contig=(contigs or {}).get(contig, contig),
                strand=strand,
                exons=tuple((start, end) for start, end, _ in sorted(features["exon"])),
                cds=tuple((start, end) for start, end, _ in cds),
                frame=int(first[2]) if first[2] != "." else 0,
                tags=frozenset(tags[name] & {"cds_start_NF", "cds_end_NF"}),
            )
        )
    return models


# Editing the chromosome


@dataclass(frozen=True)
class Patch:
    """A trimmed edit: the bases [start, end) of the chromosome become ``text``."""

    start: int
    end: int
    text: str
    germline: bool

    @property
    def pure(self) -> bool:
        """Whether bases only come or only go."""
        return self.start == self.end or not self.text

    @property
    def level(self) -> bool:
        """Whether every base stands for one that it replaces."""
        return len(self.text) == self.end - self.start


def trim(chromosome: str, edit: Edit) -> Patch:
    """Drop the shared prefix, then the shared suffix, of REF and ALT."""
    ref, alt, start = edit.ref.upper(), edit.alt.upper(), edit.position - 1
    if chromosome[start : start + len(ref)].upper() != ref:
        raise ImpossibleError("refused")
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return Patch(start, start + len(ref), alt, edit.germline)


def placements(chromosome: str, patch: Patch) -> Iterator[Patch]:
    """List where else a pure insertion or deletion can be written so that the chromosome reads the same."""
    if not patch.pure:
        return
    text, start, end = patch.text, patch.start, patch.end
    for _ in range(FAR):
        if start == 0 or chromosome[start - 1].upper() != (text[-1] if text else chromosome[end - 1].upper()):
            break
        start, end, text = start - 1, end - 1, text[-1:] + text[:-1]
        yield replace(patch, start=start, end=end, text=text)
    text, start, end = patch.text, patch.start, patch.end
    for _ in range(FAR):
        if end == len(chromosome) or chromosome[end].upper() != (text[0] if text else chromosome[start].upper()):
            break
        start, end, text = start + 1, end + 1, text[1:] + text[:1]
        yield replace(patch, start=start, end=end, text=text)


def clash(one: Patch, other: Patch) -> bool:
    """Tell whether two patches want the same bases, or the same point for an insertion."""
    if one.start == one.end == other.start == other.end:
        return True
    if one.start == one.end:
        return other.start < one.start < other.end
    if other.start == other.end:
        return one.start < other.start < one.end
    return one.start < other.end and other.start < one.end


def in_the_way(patch: Patch, way: Patch, other: Patch) -> bool:
    """Tell whether writing a patch elsewhere passes over another one: then the chromosome reads otherwise."""
    low, high = min(patch.start, way.start), max(patch.end, way.end)
    if other.start == other.end:
        return low <= other.start <= high
    return other.start < high and low < other.end


@dataclass(frozen=True)
class Block:
    """A stretch of the old chromosome, and the stretch of the new one that stands in its place."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def level(self) -> bool:
        """Whether old and new bases stand for each other one by one."""
        return self.old_end - self.old_start == self.new_end - self.new_start


def spell(chromosome: str, start: int, end: int, patches: Iterable[Patch]) -> tuple[str, list[Block]]:
    """Write [start, end) of the chromosome with all patches, and note where its bases went."""
    pieces: list[str] = []
    blocks: list[Block] = []
    length, done = 0, start

    def write(text: str, until: int) -> None:
        nonlocal length, done
        pieces.append(text)
        blocks.append(Block(done, until, length, length + len(text)))
        length, done = length + len(text), until

    for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
        write(chromosome[done : patch.start].upper(), patch.start)
        write(patch.text, patch.end)
    write(chromosome[done:end].upper(), end)
    return "".join(pieces), blocks


def carry_start(blocks: list[Block], edge: int) -> int:
    """Find where an exon that began at ``edge`` begins now."""
    block = next(block for block in blocks if block.old_start <= edge < block.old_end)
    if block.level or edge == block.old_start:
        return block.new_start + edge - block.old_start
    return block.new_end  # inside a deletion


def carry_end(blocks: list[Block], edge: int) -> int:
    """Find where an exon that ended before ``edge`` ends now."""
    block = next(block for block in blocks if block.old_start < edge <= block.old_end)
    if block.level or edge == block.old_end:
        return block.new_end - (block.old_end - edge)
    return block.new_start  # inside a deletion


def check_splicing(model: Model, chromosome: str, patch: Patch) -> None:
    """Refuse what leaves the splicing unknown; a deletion over an edge joins what is left of the exons."""
    outer = {model.exons[0][0], model.exons[-1][1]}
    edges = {edge for exon in model.exons for edge in exon} - outer
    sites = set[int]()
    for start, end in model.introns:
        sites |= {*range(start, min(start + SITE, end)), *range(max(end - SITE, start), end)}
    if patch.start == patch.end:
        within_site = patch.start in sites and patch.start - 1 in sites
        if patch.start in edges or (within_site and not any(end == patch.start for _, end in model.introns)):
            raise ImpossibleError("splice_unmodelled")
        return
    touched = {
        place
        for place in range(patch.start, patch.end)
        if not patch.level or chromosome[place].upper() != patch.text[place - patch.start]
    }
    exonic = touched & model.offset_of.keys()
    if patch.text and exonic and exonic != touched and not over_own_end(model, patch, exonic):
        raise ImpossibleError("splice_unmodelled")
    whole = not patch.text and any(patch.start <= start and end <= patch.end for start, end in model.introns)
    if not exonic and not whole and touched & sites:
        raise ImpossibleError("splice_unmodelled")


def over_own_end(model: Model, patch: Patch, exonic: set[int]) -> bool:
    """Tell whether a patch reaches beyond one of the transcript's own ends, and what it leaves there is known.

    At the 5′ end nothing is read. At the 3′ end a shifted frame may read on, so bases must stand in each other's place.
    """
    if any(patch.start < end and start < patch.end for start, end in model.introns):
        return False
    offsets = [model.offset_of[place] for place in exonic]
    return max(offsets) < model.coding[0] or (patch.level and min(offsets) >= model.coding[1] + 3)


# From the chromosome to the protein


def splice(model: Model, chromosome: str, patches: list[Patch]) -> list[tuple[str, int | None]]:
    """Cut the exons out of the mutated chromosome: bases 5′ to 3′, each with its old offset in the transcript."""
    for patch in patches:
        check_splicing(model, chromosome, patch)
    low = min([model.exons[0][0], *(patch.start for patch in patches)])
    high = max([model.exons[-1][1], *(patch.end for patch in patches)])
    low, high = max(low - 1, 0), min(high + 1, len(chromosome))
    text, blocks = spell(chromosome, low, high, patches)
    came_from: dict[int, int] = {}
    bases: list[tuple[str, int | None]] = []
    for start, end in model.exons:
        new_start, new_end = carry_start(blocks, start), carry_end(blocks, end)
        for block in blocks:
            if block.level:
                for at in range(max(block.new_start, new_start), min(block.new_end, new_end)):
                    came_from[at] = model.offset_of[block.old_start + at - block.new_start]
        bases.extend((text[at], came_from.get(at)) for at in range(new_start, new_end))
    if model.strand == "-":
        return [(base.translate(COMPLEMENT), offset) for base, offset in reversed(bases)]
    return bases


@cache
def amino_acid(codon: str, table: int) -> str:
    """Translate one codon with Biopython; with an unknown base, only if every base there gives the same residue."""
    spelled = ["".join(bases) for bases in product(*("ACGT" if base == "N" else base for base in codon))]
    residues = {str(Seq(one).translate(table=table)) for one in spelled}  # type: ignore[no-untyped-call]
    return residues.pop() if len(residues) == 1 else "X"


def read_on(model: Model, bases: list[tuple[str, int | None]], start: int, first: str, *, lax: bool = False) -> str:
    """Translate from an index to the first stop, or to the transcript's end; ``first`` replaces the first residue.

    A TGA is U where it is the annotated one; ``lax`` goes by its first base alone, whatever the others were.
    """
    protein = []
    for at in range(start, len(bases) - 2, 3):
        codon = "".join(base for base, _ in bases[at : at + 3])
        offsets = [offset for _, offset in bases[at : at + 3]]
        residue = first if first and at == start else amino_acid(codon, model.table)
        as_annotated = any(offsets == [site, site + 1, site + 2] for site in model.selenocysteines)
        if codon == "TGA" and (as_annotated or (lax and offsets[0] in model.selenocysteines)):
            residue = "U"
        if residue == "*":
            break
        protein.append(residue)
    return "".join(protein)


def places(bases: list[tuple[str, int | None]], offset: int) -> list[int]:
    """Find where the base of an old offset is now; for a lost one, the ends of the gap that it left."""
    if found := [at for at, (_, old) in enumerate(bases) if old == offset]:
        return found
    before = max((at + 1 for at, (_, old) in enumerate(bases) if old is not None and old < offset), default=0)
    behind = min((at for at, (_, old) in enumerate(bases) if old is not None and old > offset), default=len(bases))
    return sorted({before, behind})


def translate(model: Model, start_codon: str, bases: list[tuple[str, int | None]]) -> list[str | None]:
    """Translate a mutant transcript: the possible proteins, None for a lost start."""
    start = model.coding[0]
    if model.start_unknown:
        shift = model.frame
        lead = "X" if shift else ""
        return [lead + read_on(model, bases, at + shift, "") for at in places(bases, start)[:1]]

    def reads_start(at: int) -> bool:
        return at >= 0 and "".join(base for base, _ in bases[at : at + 3]) == start_codon

    left = places(bases, start)
    right = places(bases, start + 3)
    proteins: list[str | None] = []
    for one in left:
        for other in right:
            begin = next((at for at in (one, other - 3) if reads_start(at)), None)
            if begin is None:
                proteins.append(None)
            else:
                proteins += [read_on(model, bases, begin, "M", lax=lax) for lax in (False, True)]
    if all(old != start + 3 for _, old in bases) and not any(map(reads_start, left)):
        proteins.append(None)  # the base before which the codon is looked for is gone itself
    return proteins


@lru_cache(maxsize=KEPT)
def normal_text(model: Model, chromosome: str) -> str:
    """Read the transcript off the unchanged chromosome."""
    text = "".join(chromosome[start:end] for start, end in model.exons).upper()
    return text if model.strand == "+" else reverse_complement(text)


@lru_cache(maxsize=KEPT)
def normal_protein(model: Model, chromosome: str) -> str:
    """Translate the annotated coding sequence."""
    text = normal_text(model, chromosome)
    start, end = model.coding
    residues = ["X"] if model.start_unknown and model.frame else []
    for at in range(start + (model.frame if model.start_unknown else 0), end - 2, 3):
        residue = amino_acid(text[at : at + 3], model.table)
        if at == start and not model.start_unknown:
            residue = "M"
        residues.append("U" if at in model.selenocysteines and text[at : at + 3] == "TGA" else residue)
    return "".join(residues)


def is_sound(model: Model, chromosome: str) -> bool:
    """Tell whether the unchanged transcript, read on to its first stop, gives the annotated protein.

    Where a nuclear transcript begins with its coding sequence and with another codon than ATG, it may as well be one
    whose start wasn't found: nobody can tell, so it isn't sound.
    """
    start, _ = model.coding
    codon = normal_text(model, chromosome)[start : start + 3]
    if start == 0 and codon != "ATG" and not model.start_unknown and model.table == STANDARD_TABLE:
        return False
    near = sum(one == other for one, other in zip(codon, "ATG", strict=True)) >= 2 if len(codon) == 3 else False
    if not (near or model.start_unknown) or ("N" in codon and not model.start_unknown):
        return False
    bases = splice(model, chromosome, [])
    return translate(model, codon, bases)[0] == normal_protein(model, chromosome)


def proteins_of(model: Model, chromosome: str, patches: list[Patch]) -> list[str | None]:
    """Spell, splice and translate."""
    start = model.coding[0]
    codon = normal_text(model, chromosome)[start : start + 3]
    return translate(model, codon, splice(model, chromosome, patches))


def judge_as_written(model: Model, chromosome: str, patches: list[Patch]) -> list[Verdict]:
    """Judge one way of writing the haplotype."""
    reference = normal_protein(model, chromosome)
    germline = [patch for patch in patches if patch.germline]
    try:
        normals = proteins_of(model, chromosome, germline) if germline else [reference]
        mutants = proteins_of(model, chromosome, patches) if len(patches) > len(germline) else normals
    except ImpossibleError as error:
        return [Verdict(reference, "", str(error), reference)]
    verdicts = []
    for normal in normals:
        for mutant in mutants:
            if normal is None or mutant is None:
                verdicts.append(Verdict(reference, "", "start_lost", reference))
            else:
                verdicts.append(Verdict(normal, mutant, "", reference))
    return verdicts


def near_something(model: Model, ways: list[Patch]) -> bool:
    """Tell whether the places of one variant reach an exon's edge or a codon that is looked for by place."""
    low, high = min(way.start for way in ways), max(way.end for way in ways)
    marks = {edge for exon in model.exons for edge in exon}
    coding = model.coding[0]
    for offset in (coding, coding + 3, *model.selenocysteines):
        marks |= {model.positions[at] for at in range(max(offset - 1, 0), min(offset + 4, len(model.positions)))}
    return any(low - SITE <= mark <= high + SITE for mark in marks)


def judge(model: Model, chromosome: str, haplotype: Iterable[Edit]) -> list[Verdict]:
    """Judge a haplotype on one transcript: the verdict, or all possible ones where it hangs on how it is written."""
    span = (model.exons[0][0], model.exons[-1][1])
    reference = normal_protein(model, chromosome)
    try:
        patches = [trim(chromosome, edit) for edit in haplotype if edit.contig == model.contig]
    except ImpossibleError as error:
        return [Verdict(reference, "", str(error), reference)]
    patches = [patch for patch in patches if patch.start <= span[1] + FAR and patch.end >= span[0] - FAR]
    inside = [patch for patch in patches if patch.start < span[1] and patch.end > span[0]]
    if any(clash(one, other) for one in inside for other in patches if one is not other):
        return [Verdict(reference, "", "conflict", reference)]
    if any(clash(one, other) for at, one in enumerate(patches) for other in patches[:at]):
        patches = inside  # what is in conflict lies beside the transcript
    verdicts = judge_as_written(model, chromosome, patches)
    for patch in patches:
        others = [other for other in patches if other is not patch]
        ways = list(placements(chromosome, patch))
        if not ways or not near_something(model, [patch, *ways]):
            continue
        for way in ways:
            if not any(in_the_way(patch, way, other) for other in others):
                verdicts += judge_as_written(model, chromosome, [*others, way])
    if model.start_unknown and not verdicts[0].reason and any(over_begin(model, patch) for patch in patches):
        return [Verdict(reference, "", "start_lost", reference)]
    return list(dict.fromkeys(verdicts))


def without_trouble(model: Model, chromosome: str, haplotype: Iterable[Edit]) -> list[Edit]:
    """Leave out the variants of a haplotype that want the same bases, or leave the splicing unknown."""
    placed = [(edit, trim(chromosome, edit)) for edit in haplotype]
    kept = []
    for edit, patch in placed:
        if any(clash(patch, other) for another, other in placed if another is not edit):
            continue
        try:
            check_splicing(model, chromosome, patch)
        except ImpossibleError:
            continue
        kept.append(edit)
    return kept


def on_transcript(model: Model, haplotype: Iterable[Edit]) -> list[Edit]:
    """Leave out the variants of a haplotype whose REF lies wholly beside a transcript."""
    begin, end = model.exons[0][0], model.exons[-1][1]
    return [edit for edit in haplotype if edit.position - 1 < end and edit.position - 1 + len(edit.ref) > begin]


def over_begin(model: Model, patch: Patch) -> bool:
    """Tell whether a patch changes bases on both sides of where the known coding sequence begins.

    Nobody knows how many coding bases lie before that, so neither in what frame those behind it are read.
    """
    first = model.positions[model.coding[0]]
    if model.strand == "+":
        return patch.start < first < patch.end
    return patch.start <= first < patch.end - 1
