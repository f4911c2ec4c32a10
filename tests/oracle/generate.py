"""Seeded random worlds, variants and haplotypes, and a name for what each of them does.

Worlds are small genomes with genes of every awkward kind. Variants are drawn over any gene model, synthetic or real,
by what they are aimed at; what they turn out to be is said by :func:`classes`, from the oracle's own view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.oracle.bruteforce import (
    MITOCHONDRIAL_TABLE,
    SITE,
    Edit,
    ImpossibleError,
    Model,
    Patch,
    Verdict,
    amino_acid,
    is_sound,
    normal_text,
    placements,
    reverse_complement,
    trim,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

BASES = "ACGT"
NEAR_STARTS = ("CTG", "GTG", "TTG", "ACG", "ATA", "ATC", "ATT", "AAG", "AGG")
MITOCHONDRIAL_STARTS = ("ATG", "ATA", "ATT", "ATC", "GTG")
CODON = 3
SHORT = 5  # bases of an exon that is called short

EXPECTED = frozenset(
    [
        "missense",
        "synonymous",
        "mnv",
        "two_snvs_in_one_codon",
        "inframe_insertion",
        "inframe_deletion",
        "inframe_delins",
        "frameshift_insertion",
        "frameshift_deletion",
        "frameshift_delins",
        "cancelling_frameshifts",
        "stop_gained",
        "stop_lost",
        "stop_retained",
        "start_lost",
        "start_retained",
        "utr5_indel_at_start",
        "utr5",
        "utr3",
        "intronic",
        "exon_edge_deletion",
        "whole_exon_deletion",
        "whole_intron_deletion",
        "splice_site",
        "boundary_insertion",
        "germline_neighbour",
        "homozygous_pair",
        "conflict",
        "refused",
        "plus",
        "minus",
    ]
)
SYNTHETIC = frozenset(
    [
        "mitochondrial",
        "selenocysteine",
        "near_cognate_start",
        "cds_start_NF",
        "cds_end_NF",
        "soft_masked",
        "unknown_base",
        "short_exon",
    ]
)


@dataclass(frozen=True)
class World:
    """Chromosomes and the transcripts on them."""

    sequences: dict[str, str]
    models: tuple[Model, ...]


# Worlds


def random_text(rng: Random, length: int) -> str:
    """Draw bases, now and then in runs and tandem repeats, where an indel can be written at many places."""
    text = ""
    while len(text) < length:
        if rng.random() < 0.06:
            unit = "".join(rng.choice(BASES) for _ in range(rng.randint(1, 4)))
            text += unit * rng.randint(2, 5)
        else:
            text += "".join(rng.choice(BASES) for _ in range(rng.randint(5, 25)))
    return text[:length]


def random_codons(rng: Random, count: int, table: int) -> str:
    """Draw codons without a stop."""
    text = random_text(rng, CODON * count)
    codons = [text[at : at + CODON] for at in range(0, len(text), CODON)]
    return "".join("GCA" if amino_acid(codon, table) == "*" else codon for codon in codons)


def cut(rng: Random, length: int, pieces: int) -> list[int]:
    """Cut a length into that many pieces, tiny ones among them."""
    marks = sorted(rng.sample(range(1, length), pieces - 1))
    if pieces > 2 and rng.random() < 0.5:  # an exon of one to five bases
        at = rng.randrange(len(marks) - 1)
        if marks[at] + 5 < (marks[at + 2] if at + 2 < len(marks) else length):
            marks[at + 1] = marks[at] + rng.randint(1, 5)
    return [end - start for start, end in zip([0, *marks], [*marks, length], strict=True)]


def random_gene(rng: Random, name: str, contig: str, left: int, table: int) -> tuple[str, list[Model]]:
    """Write a gene into a chromosome that is ``left`` bases long by now: its text, and its transcripts."""
    mitochondrial = table == MITOCHONDRIAL_TABLE
    start = rng.choice(MITOCHONDRIAL_STARTS) if mitochondrial else "ATG"
    if not mitochondrial and rng.random() < 0.15:
        start = rng.choice(NEAR_STARTS)
    stop = rng.choice(("TAA", "TAG", "AGA") if mitochondrial else ("TAA", "TAG", "TGA"))
    codons = random_codons(rng, rng.randint(14, 60), table)
    utr5 = random_text(rng, rng.choice((0, 1, 2, rng.randint(3, 40))))
    utr3 = random_text(rng, rng.choice((0, rng.randint(1, 8), rng.randint(9, 90))))
    selenocysteines: tuple[int, ...] = ()
    if not mitochondrial and rng.random() < 0.2:
        at = CODON * rng.randrange(2, len(codons) // CODON - 1)
        codons = codons[:at] + "TGA" + codons[at + CODON :]
        selenocysteines = (len(utr5) + CODON + at,)
    text = utr5 + start + codons + stop + utr3
    coding = (len(utr5), len(utr5) + CODON + len(codons))

    exon_lengths = [len(text)] if mitochondrial else cut(rng, len(text), rng.randint(1, 5))
    strand = rng.choice("+-")
    spelled, spans, at = "", [], 0
    for number, length in enumerate(exon_lengths):
        if number:
            inner = random_text(rng, rng.choice((rng.randint(0, 4), rng.randint(5, 40))))
            spelled += f"GT{inner}AG" if rng.random() < 0.9 else f"GC{inner}AG"
        spans.append((len(spelled), len(spelled) + length))
        spelled += text[at : at + length]
        at += length
    if strand == "-":
        spans = [(len(spelled) - end, len(spelled) - begin) for begin, end in reversed(spans)]
        spelled = reverse_complement(spelled)
    exons = tuple((left + begin, left + end) for begin, end in spans)
    model = part_of(Model(name, name, contig, strand, exons, exons), 0, len(text), coding, frozenset(), 0)
    models = [replace(model, selenocysteines=selenocysteines)]
    if not mitochondrial and not selenocysteines:
        if rng.random() < 0.4:  # the same transcript, known from within its coding sequence on
            begin = rng.randrange(coding[0] + 4, coding[1] - 24)
            frame = -(begin - coding[0]) % CODON
            whole = part_of(model, begin, len(text), (begin, coding[1]), frozenset({"cds_start_NF"}), frame)
            models.append(replace(whole, name=f"{name}_headless"))
        if rng.random() < 0.4:  # known up to within its coding sequence
            end = rng.randrange(coding[0] + 24, coding[1] - 1)
            part = part_of(model, 0, end, (coding[0], end), frozenset({"cds_end_NF"}), 0)
            models.append(replace(part, name=f"{name}_tailless"))
    return spelled, models


def part_of(model: Model, begin: int, end: int, coding: tuple[int, int], tags: frozenset[str], frame: int) -> Model:
    """Keep the transcript's bases [begin, end), with coding bases by offsets in the whole transcript."""
    kept = set(model.positions[begin:end])
    translated = set(model.positions[coding[0] : coding[1]])
    return replace(
        model, exons=overlap(model.exons, kept), cds=overlap(model.exons, translated), tags=tags, frame=frame
    )


def overlap(exons: Iterable[tuple[int, int]], kept: set[int]) -> tuple[tuple[int, int], ...]:
    """Cut exons down to positions that are kept; what is kept of an exon is one stretch."""
    parts = [[place for place in range(start, end) if place in kept] for start, end in exons]
    return tuple((part[0], part[-1] + 1) for part in parts if part)


def random_world(rng: Random) -> World:
    """Write one to three genes on either strand, and now and then a mitochondrial one."""
    sequences, models = {}, []
    contigs = [("chr1", 1)] * 3 + [("chrM", MITOCHONDRIAL_TABLE)]
    contig, table = rng.choice(contigs)
    text = random_text(rng, rng.randint(3, 30))
    for number in range(rng.randint(1, 3)):
        spelled, new = random_gene(rng, f"{contig}_gene{number}", contig, len(text), table)
        text += spelled + random_text(rng, rng.randint(3, 30))
        models += new
    if rng.random() < 0.4:  # soft-masked
        start = rng.randrange(len(text))
        end = rng.randrange(start, len(text))
        text = text[:start] + text[start:end].lower() + text[end:]
    if rng.random() < 0.1:  # unknown bases
        for at in rng.sample(range(len(text)), 3):
            text = text[:at] + "N" + text[at + 1 :]
    sequences[contig] = text
    return World(sequences, tuple(model for model in models if is_sound(model, text)))


def mirrored(world: World) -> World:
    """Read the whole world from the other side."""
    models = []
    for model in world.models:
        length = len(world.sequences[model.contig])
        models.append(
            replace(
                model,
                strand="-" if model.strand == "+" else "+",
                exons=tuple((length - end, length - start) for start, end in reversed(model.exons)),
                cds=tuple((length - end, length - start) for start, end in reversed(model.cds)),
            )
        )
    return World({name: reverse_complement(text) for name, text in world.sequences.items()}, tuple(models))


def mirrored_edit(world: World, edit: Edit) -> Edit:
    """Write a variant of a world as one of its mirror image."""
    end = edit.position - 1 + len(edit.ref)
    return replace(
        edit,
        position=len(world.sequences[edit.contig]) - end + 1,
        ref=reverse_complement(edit.ref),
        alt=reverse_complement(edit.alt),
    )


# Variants


def written(chromosome: str, contig: str, start: int, end: int, text: str) -> Edit | None:
    """Write a replacement of [start, end) as a VCF does: upper case, with the base before where an allele is empty."""
    if start < 0 or end > len(chromosome):
        return None
    if start == end or not text:
        if start == 0:
            return None
        start, text = start - 1, chromosome[start - 1] + text
    ref = chromosome[start:end].upper()
    text = text.upper()
    if ref == text or "N" in ref:
        return None
    return Edit(contig, start + 1, ref, text)


class Drawer:
    """Draws variants aimed at parts of one transcript."""

    def __init__(self, rng: Random, chromosome: str, model: Model) -> None:
        self.rng = rng
        self.chromosome = chromosome
        self.model = model

    def text(self, length: int) -> str:
        """Draw inserted bases."""
        return "".join(self.rng.choice(BASES) for _ in range(length))

    def edit(self, start: int, end: int, text: str) -> Edit | None:
        """Write a replacement on the transcript's chromosome."""
        return written(self.chromosome, self.model.contig, start, end, text)

    def other(self, place: int) -> str:
        """Draw another base for a position."""
        here = self.chromosome[place : place + 1].upper()
        return self.rng.choice([base for base in BASES if base != here])

    def place(self, low: int, high: int) -> int:
        """Draw the genome position of an offset in the spliced transcript."""
        positions = self.model.positions
        low, high = max(low, 0), min(high, len(positions))
        return positions[self.rng.randrange(low, high)] if low < high else positions[self.rng.randrange(len(positions))]

    def coding_place(self) -> int:
        """Draw a position in the coding sequence."""
        return self.place(*self.model.coding)

    def snv(self, place: int) -> Edit | None:
        """Exchange one base."""
        return self.edit(place, place + 1, self.other(place))

    def indel(self, place: int, length: int | None = None) -> Edit | None:
        """Insert, delete or replace bases at a position."""
        length = length or self.rng.choice((1, 1, 2, 3, 3, 4, 6, 9, 12, 17))
        kind = self.rng.choice(("insertion", "deletion", "delins", "duplication"))
        if kind == "insertion":
            return self.edit(place, place, self.text(length))
        if kind == "duplication":
            return self.edit(place, place, self.chromosome[place : place + length])
        if kind == "deletion":
            return self.edit(place, place + length, "")
        return self.edit(place, place + length, self.text(self.rng.randint(1, 7)))

    def lone(self, edit: Edit | None) -> tuple[Edit, ...]:
        """Make a haplotype of one."""
        return () if edit is None else (edit,)

    def pair(self, one: Edit | None, other: Edit | None) -> tuple[Edit, ...]:
        """Make a haplotype of two."""
        return () if one is None or other is None else (one, other)

    # Aims: each gives a haplotype, or an empty one where the transcript has no such place

    def coding_snv(self) -> tuple[Edit, ...]:
        """One coding base."""
        return self.lone(self.snv(self.coding_place()))

    def coding_mnv(self) -> tuple[Edit, ...]:
        """Two or three neighbouring bases."""
        place, length = self.coding_place(), self.rng.randint(2, 3)
        return self.lone(self.edit(place, place + length, "".join(map(self.other, range(place, place + length)))))

    def coding_indel(self) -> tuple[Edit, ...]:
        """Bases come or go in the coding sequence."""
        return self.lone(self.indel(self.coding_place()))

    def codon_pair(self) -> tuple[Edit, ...]:
        """Two bases of one codon."""
        start, end = self.model.coding
        first = start + self.model.frame
        at = first + CODON * self.rng.randrange(max((end - first) // CODON, 1))
        one, other = self.rng.sample(range(at, min(at + CODON, end)), 2) if at + 1 < end else (at, at)
        if one == other:
            return ()
        return self.pair(self.snv(self.model.positions[one]), self.snv(self.model.positions[other]))

    def cancelling(self) -> tuple[Edit, ...]:
        """Two frameshifts that together keep the frame."""
        start, end = self.model.coding
        at = self.rng.randrange(start, end)
        behind = min(at + self.rng.randint(2, 45), end - 1)
        length = self.rng.choice((1, 2, 4))
        one, other = self.model.positions[at], self.model.positions[behind]
        if self.rng.random() < 0.5:
            return self.pair(self.edit(one, one, self.text(length)), self.edit(other, other + length, ""))
        return self.pair(self.edit(one, one + 1, ""), self.edit(other, other + 2, ""))

    def start_codon(self) -> tuple[Edit, ...]:
        """In or around the start codon."""
        start = self.model.coding[0]
        place = self.place(start - 3, start + 5)
        return self.lone(self.snv(place) if self.rng.random() < 0.4 else self.indel(place, self.rng.randint(1, 5)))

    def utr5(self) -> tuple[Edit, ...]:
        """Before the coding sequence."""
        start = self.model.coding[0]
        if start == 0:
            return ()
        place = self.place(start - 12, start)
        return self.lone(self.snv(place) if self.rng.random() < 0.3 else self.indel(place))

    def stop_codon(self) -> tuple[Edit, ...]:
        """In or around the stop codon."""
        end = self.model.coding[1]
        place = self.place(end - 2, end + CODON)
        return self.lone(self.snv(place) if self.rng.random() < 0.6 else self.indel(place))

    def utr3(self) -> tuple[Edit, ...]:
        """Behind the coding sequence."""
        end = self.model.coding[1] + CODON
        if end >= len(self.model.positions):
            return ()
        place = self.place(end, end + 60)
        return self.lone(self.snv(place) if self.rng.random() < 0.5 else self.indel(place))

    def edge(self) -> int:
        """Draw an edge between an exon and an intron, or an outer one where there is no intron."""
        edges = [edge for intron in self.model.introns for edge in intron]
        return self.rng.choice(edges or [self.model.exons[0][0], self.model.exons[-1][1]])

    def edge_deletion(self) -> tuple[Edit, ...]:
        """Bases on both sides of an exon's edge go."""
        edge = self.edge()
        text = self.text(self.rng.randint(1, 3)) if self.rng.random() < 0.15 else ""
        return self.lone(self.edit(edge - self.rng.randint(1, 9), edge + self.rng.randint(1, 9), text))

    def near_edge(self) -> tuple[Edit, ...]:
        """Anything within ten bases of an exon's edge."""
        place = self.edge() + self.rng.randint(-10, 10)
        return self.lone(self.snv(place) if self.rng.random() < 0.3 else self.indel(place))

    def exon_deletion(self) -> tuple[Edit, ...]:
        """Delete a whole exon, with some of the introns."""
        short = [exon for exon in self.model.exons if exon[1] - exon[0] < 400]
        if not short:
            return ()
        start, end = self.rng.choice(short)
        return self.lone(self.edit(start - self.rng.randint(0, 12), end + self.rng.randint(0, 12), ""))

    def intron_deletion(self) -> tuple[Edit, ...]:
        """Delete a whole intron, at times with some of the exons."""
        short = [intron for intron in self.model.introns if intron[1] - intron[0] < 500]
        if not short:
            return ()
        start, end = self.rng.choice(short)
        low, high = self.rng.choice(((0, 0), (0, 0), (self.rng.randint(0, 5), self.rng.randint(0, 5))))
        return self.lone(self.edit(start - low, end + high, ""))

    def splice_site(self) -> tuple[Edit, ...]:
        """Hit the two bases at an intron's end."""
        if not self.model.introns:
            return ()
        start, end = self.rng.choice(self.model.introns)
        place = self.rng.choice((start, start + 1, end - 1, end - 2))
        if self.rng.random() < 0.6:
            return self.lone(self.snv(place))
        return self.lone(self.edit(place, min(place + self.rng.randint(1, 2), end), self.text(self.rng.randint(0, 2))))

    def boundary_insertion(self) -> tuple[Edit, ...]:
        """Bases come exactly at an exon's edge."""
        edge = self.edge()
        return self.lone(self.edit(edge, edge, self.text(self.rng.randint(1, 6))))

    def anything(self) -> Edit | None:
        """Draw a coding variant of any size."""
        place = self.coding_place()
        return self.snv(place) if self.rng.random() < 0.6 else self.indel(place)

    def neighbours(self) -> list[Edit | None]:
        """Draw two coding variants near each other."""
        start, end = self.model.coding
        at = self.rng.randrange(start, end)
        behind = min(max(at + self.rng.choice((-1, 1)) * self.rng.randint(1, 30), start), end - 1)
        return [
            self.snv(place) if self.rng.random() < 0.7 else self.indel(place)
            for place in (self.model.positions[at], self.model.positions[behind])
        ]

    def germline_neighbour(self) -> tuple[Edit, ...]:
        """Put a somatic variant beside an inherited one."""
        one, other = self.neighbours()
        if one is None or other is None:
            return ()
        return (replace(one, germline=True), other)

    def homozygous_pair(self) -> tuple[Edit, ...]:
        """Two variants that both copies carry."""
        return tuple(replace(edit, homozygous=True) for edit in self.pair(*self.neighbours()))

    def several(self) -> tuple[Edit, ...]:
        """Up to four variants anywhere in the coding sequence."""
        edits = [self.anything() for _ in range(self.rng.randint(2, 4))]
        return tuple(edit for edit in edits if edit is not None)

    def conflict(self) -> tuple[Edit, ...]:
        """Two variants that want the same bases."""
        place = self.coding_place()
        length = self.rng.randint(1, 4)
        return self.pair(self.edit(place, place + length + 1, ""), self.snv(place + self.rng.randint(0, length)))

    def refused(self) -> tuple[Edit, ...]:
        """Write a variant of another genome build."""
        place = self.coding_place()
        one, other = self.rng.sample([base for base in BASES if base != self.chromosome[place].upper()], 2)
        return (Edit(self.model.contig, place + 1, one, other),)

    def selenocysteine(self) -> tuple[Edit, ...]:
        """At or before a codon read as U."""
        if not self.model.selenocysteines:
            return ()
        site = self.model.selenocysteines[0]
        place = self.place(site - 6, site + CODON)
        return self.lone(self.snv(place) if self.rng.random() < 0.6 else self.indel(place))


AIMS: tuple[tuple[Callable[[Drawer], tuple[Edit, ...]], int], ...] = (
    (Drawer.coding_snv, 4),
    (Drawer.coding_mnv, 2),
    (Drawer.coding_indel, 6),
    (Drawer.codon_pair, 2),
    (Drawer.cancelling, 3),
    (Drawer.start_codon, 3),
    (Drawer.utr5, 2),
    (Drawer.stop_codon, 3),
    (Drawer.utr3, 1),
    (Drawer.edge_deletion, 2),
    (Drawer.near_edge, 3),
    (Drawer.exon_deletion, 2),
    (Drawer.intron_deletion, 2),
    (Drawer.splice_site, 2),
    (Drawer.boundary_insertion, 1),
    (Drawer.germline_neighbour, 3),
    (Drawer.homozygous_pair, 1),
    (Drawer.several, 2),
    (Drawer.conflict, 1),
    (Drawer.refused, 1),
    (Drawer.selenocysteine, 2),
)


def random_haplotype(rng: Random, chromosome: str, model: Model) -> tuple[Edit, ...]:
    """Draw a haplotype aimed at something on a transcript."""
    for _ in range(20):
        (aim,) = rng.choices([aim for aim, _ in AIMS], [weight for _, weight in AIMS])
        if edits := aim(Drawer(rng, chromosome, model)):
            return tuple(sorted(set(edits), key=lambda edit: (edit.position, edit.ref, edit.alt)))
    return ()


# Naming what they do


def classes(model: Model, chromosome: str, haplotype: tuple[Edit, ...], verdicts: list[Verdict]) -> set[str]:
    """Name what a haplotype does to a transcript; ``verdicts`` are the oracle's."""
    verdict = verdicts[0]
    try:
        patches = [trim(chromosome, edit) for edit in haplotype]
    except ImpossibleError:
        return {"refused"}
    found = kinds_of_transcript(model, chromosome)
    if len({one.peptides((8, 9, 10, 11)) for one in verdicts}) > 1:
        found.add("ambiguous")
    if verdict.reason in {"conflict", "start_lost"}:
        found.add(verdict.reason)
    if any(
        patch.start < end and start < patch.end and end - start <= SHORT
        for patch in patches
        for start, end in model.exons
    ):
        found.add("short_exon")
    if len({edit.germline for edit in haplotype}) > 1:
        found.add("germline_neighbour")
    if len(haplotype) > 1 and all(edit.homozygous for edit in haplotype):
        found.add("homozygous_pair")
    for patch in patches:
        found |= where(model, patch)
    if not verdict.reason:
        found |= effects(model, chromosome, patches, verdict)
    return found


def kinds_of_transcript(model: Model, chromosome: str) -> set[str]:
    """Name what is unusual in a transcript, and its strand."""
    text = normal_text(model, chromosome)
    start = model.coding[0]
    names = {
        "plus": model.strand == "+",
        "minus": model.strand == "-",
        "mitochondrial": model.table == MITOCHONDRIAL_TABLE,
        "near_cognate_start": not model.start_unknown and text[start : start + CODON] != "ATG",
        "unknown_base": "N" in text,
        "soft_masked": any(not chromosome[start:end].isupper() for start, end in model.exons),
        "selenocysteine": bool(model.selenocysteines),
    }
    return {name for name, holds in names.items() if holds} | model.tags


def where(model: Model, patch: Patch) -> set[str]:
    """Name the kinds of place that a patch lies at."""
    found = set[str]()
    edges = {edge for intron in model.introns for edge in intron}
    if patch.start == patch.end:
        return {"boundary_insertion"} if patch.start in edges else found
    touched = set(range(patch.start, patch.end))
    exonic = touched & model.offset_of.keys()
    if not patch.text:
        if exonic and exonic != touched:
            found.add("exon_edge_deletion")
        if any(touched.issuperset(range(*exon)) for exon in model.exons):
            found.add("whole_exon_deletion")
        if any(touched.issuperset(range(*intron)) for intron in model.introns):
            found.add("whole_intron_deletion")
    if not exonic and patch.start >= model.exons[0][0] and patch.end <= model.exons[-1][1]:
        sites = {
            place for start, end in model.introns for place in (*range(start, start + SITE), *range(end - SITE, end))
        }
        found.add("splice_site" if touched & sites else "intronic")
    return found


def offsets_of(model: Model, patch: Patch) -> tuple[int, int] | None:
    """Find which bases of the transcript a patch takes; None unless it lies within one exon."""
    for start, end in model.exons:
        if start <= patch.start and patch.end <= end and (patch.start < patch.end or start < patch.start < end):
            if patch.start == patch.end:
                at = model.offset_of[patch.start] + (model.strand == "-")
                return at, at
            ends = (model.offset_of[patch.start], model.offset_of[patch.end - 1])
            return min(ends), max(ends) + 1
    return None


def effects(model: Model, chromosome: str, patches: list[Patch], verdict: Verdict) -> set[str]:
    """Name what came of the protein."""
    spans = [span for patch in patches if (span := offsets_of(model, patch))]
    if not spans or len(spans) != len(patches):
        return set()
    start, end = model.coding
    stop = end + CODON
    if all(low >= stop for low, _ in spans):
        return {"utr3"}
    found = set()
    if not model.start_unknown:
        if len(patches) == 1:
            found = start_effect(model, chromosome, patches[0], spans[0])
        if all(high <= start for _, high in spans):
            return found | {"utr5"}
    if not all(start <= low and high <= stop for low, high in spans):
        return found
    return found | protein_effect(model, patches, spans, verdict)


def start_effect(model: Model, chromosome: str, patch: Patch, span: tuple[int, int]) -> set[str]:
    """Name what a lone variant does at a start codon that is kept."""
    start = model.coding[0]
    found = set()
    reach = [span, *(at for way in placements(chromosome, patch) if (at := offsets_of(model, way)))]
    if not patch.level and any(low <= start <= high for low, high in reach):
        found.add("utr5_indel_at_start")
    if span[0] < start + CODON and span[1] > start:
        found.add("start_retained")
    return found


def protein_effect(model: Model, patches: list[Patch], spans: list[tuple[int, int]], verdict: Verdict) -> set[str]:
    """Name what variants of the coding sequence and the stop codon do."""
    start, end = model.coding
    normal, mutant = verdict.normal, verdict.mutant
    if normal == mutant:
        hits_stop = "cds_end_NF" not in model.tags and any(low < end + CODON and high > end for low, high in spans)
        return {"synonymous", "stop_retained"} if hits_stop else {"synonymous"}
    if len(mutant) > len(normal) and mutant.startswith(normal):
        return {"stop_lost"}
    found = {"stop_gained"} if normal.startswith(mutant) else set()
    shifts = [len(patch.text) - (patch.end - patch.start) for patch in patches]
    if len(patches) == 1:
        return found | lone_effect(patches[0], shifts[0], normal, mutant)
    if all(patch.level and len(patch.text) == 1 for patch in patches):
        frame = start + model.frame
        if len({(low - frame) // CODON for low, _ in spans}) == 1:
            found.add("two_snvs_in_one_codon")
    if all(shift % CODON for shift in shifts) and sum(shifts) % CODON == 0:
        found.add("cancelling_frameshifts")
    return found


def lone_effect(patch: Patch, shift: int, normal: str, mutant: str) -> set[str]:
    """Name the effect of one coding variant that changes the protein."""
    if shift == 0:
        if len(patch.text) > 1:
            return {"mnv"}
        same = len(normal) == len(mutant) and sum(one != other for one, other in zip(normal, mutant, strict=True)) == 1
        return {"missense"} if same else set()
    kind = "delins" if patch.text and patch.start < patch.end else "insertion" if shift > 0 else "deletion"
    return {f"{'frameshift' if shift % CODON else 'inframe'}_{kind}"}
