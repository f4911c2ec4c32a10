"""Counting alleles on alignments that are written here, so that every count is known."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pysam
import pytest

from neosieve.biology.readphase import PairCounts
from neosieve.errors import InputError
from neosieve.io.reads import FragmentCounts, checksum, count_alleles, count_fragments, phase_evidence
from neosieve.model.variant import AlleleCounts, Variant

from .bamtext import CONTIG, GENOME, Read, plain, write_bam

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.genome import Interval

# GENOME: 0 GATTACAGCT 10 CGTACCAAAA 20 AATGCCGTAG 30 CATGTGTGTG 40 ACCTTGGACT 50 GAAGCTCAGT 60 CCATGGTACT 70 CAGCA
SNV = Variant(CONTIG, 5, "C", "T")
SECOND = Variant(CONTIG, 12, "T", "G")
MNV = Variant(CONTIG, 24, "CC", "TA")
ONE_A_LESS = Variant(CONTIG, 15, "CA", "C")  # of the six A at 16–21
ONE_TG_MORE = Variant(CONTIG, 31, "A", "ATG")  # before the four TG at 32–39
PAIRED, FIRST, LAST = 0x1, 0x40, 0x80


def read(name: str, start: int, cigar: str, sequence: str, **fields: object) -> Read:
    """Spell a read; shorter to call."""
    return Read(name, start, cigar, sequence, **fields)  # type: ignore[arg-type]


def changed(name: str, start: int, end: int, edits: dict[int, str], **fields: object) -> Read:
    """Return a read of the genome between two positions with some bases replaced."""
    spelt = "".join(edits.get(at, GENOME[at]) for at in range(start, end))
    return read(name, start, f"{end - start}M", spelt, **fields)


def counted(tmp_path: Path, variant: Variant, *reads: Read) -> tuple[int, int, int]:
    """Return REF, ALT and other fragments."""
    shown = count_fragments(write_bam(tmp_path / "reads.bam", reads), [variant])[variant]
    return shown.ref, shown.alt, shown.other


def test_a_substitution_is_counted_by_its_base(tmp_path: Path) -> None:
    """Three reads spell C, two T, one G: depth 6, two of them ALT."""
    reads = [plain(f"ref{n}", n, 20 + n) for n in range(3)]
    reads += [changed(f"alt{n}", n, 20, {5: "T"}) for n in range(2)]
    reads += [changed("third", 0, 20, {5: "G"})]
    path = write_bam(tmp_path / "reads.bam", reads)

    assert count_fragments(path, [SNV]) == {SNV: FragmentCounts(3, 2, 1)}
    assert count_alleles(path, [SNV, SNV]) == {SNV: AlleleCounts(6, 2, 2 / 6)}


def test_no_read_leaves_the_vaf_unknown(tmp_path: Path) -> None:
    """A read that ends at base 4 and one that begins at base 6 don't cover base 5."""
    path = write_bam(tmp_path / "reads.bam", [plain("before", 0, 5), plain("behind", 6, 20)])
    assert count_alleles(path, [SNV]) == {SNV: AlleleCounts(0, 0, None)}


@pytest.mark.parametrize(
    "fields",
    [{"flag": 0x400}, {"flag": 0x100}, {"flag": 0x800}, {"flag": 0x200}, {"mapping": 19}, {"quality": 19}],
    ids=["duplicate", "secondary", "supplementary", "failed", "mapping quality", "base quality"],
)
def test_reads_that_are_left_out(tmp_path: Path, fields: dict[str, int]) -> None:
    """Of two ALT reads one is such a read; at a quality of exactly 20 it counts."""
    left_out = changed("left out", 0, 20, {5: "T"}, **fields)
    assert counted(tmp_path, SNV, changed("alt", 0, 20, {5: "T"}, mapping=20, quality=20), left_out) == (0, 1, 0)


def test_only_the_bases_own_quality_matters(tmp_path: Path) -> None:
    """Quality 2 everywhere but at the variant."""
    quality = tuple(35 if at == 5 else 2 for at in range(20))
    assert counted(tmp_path, SNV, changed("alt", 0, 20, {5: "T"}, quality=quality)) == (0, 1, 0)


def test_limits_can_be_set(tmp_path: Path) -> None:
    """Mapping quality 3 and base quality 10 count once both limits are as low."""
    path = write_bam(tmp_path / "reads.bam", [changed("alt", 0, 20, {5: "T"}, mapping=3, quality=10)])
    assert count_fragments(path, [SNV], min_mapping_quality=3, min_base_quality=10)[SNV].alt == 1
    assert count_fragments(path, [SNV], min_mapping_quality=3)[SNV].depth == 0


def test_reads_without_base_qualities_count(tmp_path: Path) -> None:
    """QUAL is '*': nothing speaks against them."""
    assert counted(tmp_path, SNV, changed("alt", 0, 20, {5: "T"}, quality=None)) == (0, 1, 0)


def test_spliced_reads(tmp_path: Path) -> None:
    """A read that skips 3–9 doesn't cover base 5; one that skips 10–49 does, and at 50 it spells its second exon."""
    skipping = read("skips", 0, "3M7N5M", GENOME[0:3] + GENOME[10:15])
    covering = read("covers", 2, "8M40N5M", GENOME[2:5] + "T" + GENOME[6:10] + GENOME[50:55])
    behind = Variant(CONTIG, 52, "A", "C")
    assert counted(tmp_path, SNV, skipping, covering) == (0, 1, 0)
    assert counted(tmp_path, behind, skipping, covering) == (1, 0, 0)


def test_soft_clips_show_nothing(tmp_path: Path) -> None:
    """Clipped at base 5 though the clip begins with the ALT's T; a hard and a soft clip before don't shift a read."""
    clipped = read("clip", 0, "5M3S", GENOME[0:5] + "TAG")
    shifted = read("alt", 4, "2H3S6M", "CCC" + "AT" + GENOME[6:10])
    assert counted(tmp_path, SNV, clipped, shifted) == (0, 1, 0)


def test_a_deleted_base_is_something_else(tmp_path: Path) -> None:
    """Neither REF nor ALT, but it covers the place."""
    assert counted(tmp_path, SNV, read("gap", 0, "5M1D10M", GENOME[0:5] + GENOME[6:16])) == (0, 0, 1)


def test_a_base_deleted_and_inserted_is_a_substitution(tmp_path: Path) -> None:
    """1D1I spells GATTA T AGCT: what an aligner with cheap gaps makes of C>T."""
    assert counted(tmp_path, SNV, read("gaps", 0, "5M1D1I5M", GENOME[0:5] + "T" + GENOME[6:11])) == (0, 1, 0)


def test_overlapping_mates_are_one_fragment(tmp_path: Path) -> None:
    """Three pairs, both mates over base 5, and a pair of which one mate covers it: four fragments."""
    reads = []
    for name, edits in (("ref", {}), ("alt", {5: "T"}), ("more", {5: "T"})):
        reads.append(changed(name, 0, 15, edits, flag=PAIRED | FIRST))
        reads.append(changed(name, 3, 20, edits, flag=PAIRED | LAST))
    reads += [plain("one", 0, 10, flag=PAIRED | FIRST), plain("one", 40, 60, flag=PAIRED | LAST)]
    assert counted(tmp_path, SNV, *reads) == (2, 2, 0)


@pytest.mark.parametrize(("first", "last", "expected"), [(37, 25, (0, 1, 0)), (25, 37, (1, 0, 0)), (30, 30, (0, 0, 0))])
def test_mates_that_disagree(tmp_path: Path, first: int, last: int, expected: tuple[int, int, int]) -> None:
    """The first says ALT, the last REF: the higher base quality counts, at equal quality neither."""
    mates = [
        changed("pair", 0, 15, {5: "T"}, quality=first, flag=PAIRED | FIRST),
        plain("pair", 3, 20, quality=last, flag=PAIRED | LAST),
    ]
    assert counted(tmp_path, SNV, *mates) == expected


def test_an_mnv_wants_all_its_bases(tmp_path: Path) -> None:
    """CC>TA: TC and CA are something else; a read that ends between, or has one base in doubt, is left out."""
    doubt = tuple(2 if at == 25 else 30 for at in range(20, 40))
    reads = [
        plain("ref", 20, 40),
        changed("alt", 20, 40, {24: "T", 25: "A"}),
        changed("first", 20, 40, {24: "T"}),
        changed("second", 20, 40, {25: "A"}),
        changed("ends", 10, 25, {24: "T"}),
        changed("doubt", 20, 40, {24: "T", 25: "A"}, quality=doubt),
    ]
    assert counted(tmp_path, MNV, *reads) == (1, 1, 2)


FEWER = [
    read("left", 10, "6M1D19M", GENOME[10:16] + GENOME[17:36]),
    read("middle", 10, "9M1D16M", GENOME[10:19] + GENOME[20:36]),
    read("right", 10, "11M1D14M", GENOME[10:21] + GENOME[22:36]),
]


def test_a_deletion_in_a_run_wherever_it_is_written(tmp_path: Path) -> None:
    """CAAAAAAT less one A: three ways to write it; two A less is something else."""
    two_less = read("two", 10, "6M2D18M", GENOME[10:16] + GENOME[18:36])
    assert counted(tmp_path, ONE_A_LESS, *FEWER, plain("ref", 12, 30), two_less) == (1, 3, 1)


def test_reads_that_end_within_the_run_tell_nothing_of_it(tmp_path: Path) -> None:
    """Bases 15 (C) and 22 (T) must both be in the read: 15–22 just suffices, 16–30 and 5–21 don't."""
    reads = [plain("just", 15, 23), plain("starts within", 16, 31), plain("ends within", 5, 22)]
    assert counted(tmp_path, ONE_A_LESS, *reads) == (1, 0, 0)


def test_a_deletion_that_the_vcf_writes_at_the_runs_end(tmp_path: Path) -> None:
    """AAT>AT… at base 20: the same deletion, found with the reads' own bases, or the reference's."""
    late = Variant(CONTIG, 20, "AA", "A")
    path = write_bam(tmp_path / "reads.bam", [*FEWER, plain("ref", 10, 30), plain("other", 8, 26)])

    def bases(chrom: str, interval: Interval) -> str:
        assert chrom == CONTIG
        return GENOME[interval.start : interval.end]

    assert count_fragments(path, [late]) == {late: FragmentCounts(2, 3, 0)}
    assert count_fragments(path, [late], bases=bases) == {late: FragmentCounts(2, 3, 0)}


def test_a_doubtful_base_in_a_run_doesnt_hide_a_deletion(tmp_path: Path) -> None:
    """Base 18 is misread as G at quality 5: the length decides. At quality 30 it is something else."""
    spelt = GENOME[10:16] + "AGAAA" + GENOME[22:36]
    doubt = tuple(5 if at == 7 else 30 for at in range(len(spelt)))
    others = [plain(f"ref{n}", 10, 36) for n in range(3)]  # what is repeated is told by most reads
    assert counted(tmp_path, ONE_A_LESS, read("doubt", 10, "6M1D19M", spelt, quality=doubt), *others) == (3, 1, 0)
    assert counted(tmp_path, ONE_A_LESS, read("sure", 10, "6M1D19M", spelt), *others) == (3, 0, 1)


def test_an_insertion_in_a_repeat_wherever_it_is_written(tmp_path: Path) -> None:
    """TGTGTGTG and one TG more, written before it, in it and behind it, or as GT one base on."""
    spelt = GENOME[25:32] + "TG" + GENOME[32:50]
    reads = [read(f"at {at}", 25, f"{at - 25}M2I{50 - at}M", spelt) for at in (32, 36, 40, 33)]
    twice = read("two more", 25, "7M4I18M", GENOME[25:32] + "TGTG" + GENOME[32:50])
    assert counted(tmp_path, ONE_TG_MORE, *reads, plain("ref", 31, 41), plain("short", 32, 50), twice) == (1, 4, 1)


def test_an_insertion_outside_repeats_needs_both_neighbours(tmp_path: Path) -> None:
    """Between 26 (G) and 27 (T) CC goes in; clipped before it, or aligned to its edge only, a read tells nothing."""
    inserted = Variant(CONTIG, 26, "G", "GAC")
    reads = [
        read("alt", 20, "7M2I8M", GENOME[20:27] + "AC" + GENOME[27:35]),
        read("other", 20, "7M2I8M", GENOME[20:27] + "AA" + GENOME[27:35]),
        read("clipped", 20, "7M5S", GENOME[20:27] + "AC" + GENOME[27:30]),
        plain("edge", 10, 27),
        plain("ref", 26, 28),
    ]
    assert counted(tmp_path, inserted, *reads) == (1, 1, 1)


def test_a_deletion_over_a_reads_end(tmp_path: Path) -> None:
    """50–54 are deleted: a read that ends at 49 doesn't cover it, one to 52 neither; one that goes on at 55 does."""
    deleted = Variant(CONTIG, 49, "TGAAGC", "T")
    reads = [
        read("alt", 40, "10M5D10M", GENOME[40:50] + GENOME[55:65]),
        plain("ends before", 35, 50),
        plain("ends within", 35, 53),
        plain("ref", 45, 60),
        read("longer", 40, "10M8D10M", GENOME[40:50] + GENOME[58:68]),
    ]
    assert counted(tmp_path, deleted, *reads) == (1, 1, 1)


def test_a_long_deletion_written_as_an_intron(tmp_path: Path) -> None:
    """RNA aligners write a gap of 21 bases or more as N (STAR's alignIntronMin); a true intron there is none."""
    deleted = Variant(CONTIG, 39, GENOME[39:62], "G")
    reads = [
        read("alt", 30, "10M22N10M", GENOME[30:40] + GENOME[62:72]),
        read("intron", 30, "10M24N10M", GENOME[30:40] + GENOME[64:74]),
        read("intron within", 30, "13M10N15M", GENOME[30:43] + GENOME[53:68]),
        plain("ref", 30, 70),
    ]
    assert counted(tmp_path, deleted, *reads) == (1, 1, 0)


def test_an_indel_at_a_splice_site_is_told_by_unspliced_reads_only(tmp_path: Path) -> None:
    """The exon ends behind base 21, the run's last: spliced there, a read lacks the neighbour that shows the length."""
    spliced = read("spliced", 8, "14M20N10M", GENOME[8:22] + GENOME[42:52])
    assert counted(tmp_path, ONE_A_LESS, spliced, plain("ref", 8, 40)) == (1, 0, 0)


def test_a_deletion_with_insertion_however_its_gap_is_written(tmp_path: Path) -> None:
    """GCC>TA at 23–25: the lost base may be any of the three, the others are mismatches."""
    variant = Variant(CONTIG, 23, "GCC", "TA")
    spelt = GENOME[15:23] + "TA" + GENOME[26:40]
    reads = [read(f"gap at {at}", 15, f"{at - 15}M1D{39 - at}M", spelt) for at in (23, 24, 25)]
    assert counted(tmp_path, variant, *reads, plain("ref", 15, 40)) == (1, 3, 0)


def test_an_insertion_that_the_aligner_moves_away_from_its_mismatch(tmp_path: Path) -> None:
    """A>TT at 31, before T: TTT is A>T and one more T, written at 31, 32 or 33."""
    variant = Variant(CONTIG, 31, "A", "TT")
    spelt = GENOME[20:31] + "TT" + GENOME[32:45]
    reads = [read(f"at {at}", 20, f"{at - 20}M1I{45 - at}M", spelt) for at in (31, 32, 33)]
    assert counted(tmp_path, variant, *reads, plain("ref", 20, 45)) == (1, 3, 0)


@pytest.mark.parametrize("seed", range(25))
def test_simulated_reads_are_counted_exactly(tmp_path: Path, seed: int) -> None:
    """Repetitive genome, random indel, each ALT read with its gap at any place that spells the same.

    Reads over all of it are each counted as what they are; short ones as that, or not at all.
    """
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    genome = "".join(draw.choice(["A", "C", "AAAA", "CACACA", "GT", "T", "GTTGTT"]) for _ in range(60))[:120]
    at, size = draw.randint(40, 75), draw.randint(1, 4)
    new = genome[at : at + 1] + ("".join(draw.choices("ACGT", k=size)) if draw.random() < 0.5 else "")
    old = genome[at : at + 1] if len(new) > 1 else genome[at : at + 1 + size]
    variant = Variant(CONTIG, at, old, new)
    mutant = genome[:at] + new + genome[at + len(old) :]
    net = len(mutant) - len(genome)
    gap = abs(net)
    places = [  # where the gap may be written
        place
        for place in range(1, len(genome) - gap)
        if (
            genome[:place] + mutant[place : place + net] + genome[place:]
            if net > 0
            else genome[:place] + genome[place + gap :]
        )
        == mutant
    ]
    lengthy, short = list[Read](), list[Read]()
    for number in range(12):
        place = draw.choice(places)
        begin, end = (0, len(mutant)) if number < 6 else sorted(draw.sample(range(5, len(mutant) - 5), 2))
        begin, end = min(begin, place - 1), max(end, place + gap + 1)  # the gap lies in the read
        cigar = f"{place - begin}M{gap}I{end - place - gap}M" if net > 0 else f"{place - begin}M{gap}D{end - place}M"
        (lengthy if number < 6 else short).append(read(f"alt{number}", begin, cigar, mutant[begin:end]))
    for number in range(9):
        begin, end = (0, len(genome)) if number < 5 else sorted(draw.sample(range(len(genome)), 2))
        (lengthy if number < 5 else short).append(read(f"ref{number}", begin, f"{end - begin}M", genome[begin:end]))

    def bases(_: str, interval: Interval) -> str:
        return genome[interval.start : interval.end]

    path = write_bam(tmp_path / "long.bam", lengthy, length=len(genome))
    assert count_fragments(path, [variant], bases=bases)[variant] == FragmentCounts(5, 6, 0)
    path = write_bam(tmp_path / "short.bam", short, length=len(genome))
    shown = count_fragments(path, [variant], bases=bases)[variant]
    assert shown.ref <= 4
    assert shown.alt <= 6
    assert shown.other == 0


def test_substitutions_agree_with_htslibs_coverage(tmp_path: Path) -> None:
    """600 reads with errors, gaps, introns, clips and mixed qualities: each base's count is pysam's count_coverage."""
    draw = random.Random(7)  # noqa: S311 - nothing secret
    reads = []
    for number in range(600):
        spelt, cigar, begin = "", "", draw.randrange(20)
        at = begin
        for operation in draw.choice(["M", "MM", "SMS", "MDM", "MIM", "MNM", "MNMDM", "SMIMNM"]):
            size = draw.randint(4, 14) if operation in "MN" else draw.randint(1, 3)
            size = min(size, len(GENOME) - at) if operation in "MND" else size
            if size == 0:
                break
            cigar += f"{size}{operation}"
            if operation == "M":
                own = GENOME[at : at + size]
                spelt += "".join(draw.choice("ACGT") if draw.random() < 0.3 else base for base in own)
            elif operation in "SI":
                spelt += "".join(draw.choices("ACGT", k=size))
            at += size if operation in "MND" else 0
        quality = tuple(draw.randint(15, 30) for _ in spelt)
        reads.append(read(f"r{number}", begin, cigar, spelt, quality=quality, mapping=draw.choice([0, 19, 20, 60])))
    path = write_bam(tmp_path / "reads.bam", reads)
    variants = {
        (at, alt): Variant(CONTIG, at, GENOME[at], alt)
        for at in range(len(GENOME))
        for alt in "ACGT"
        if alt != GENOME[at]
    }
    with pysam.AlignmentFile(str(path)) as opened:
        columns = opened.count_coverage(
            CONTIG, quality_threshold=20, read_callback=lambda one: one.mapping_quality >= 20
        )
    expected = {place: columns["ACGT".index(place[1])][place[0]] for place in variants}
    found = count_fragments(path, variants.values())
    assert sum(expected.values()) > 500
    assert {place: found[variant].alt for place, variant in variants.items()} == expected
    assert all(found[one].ref == columns["ACGT".index(one.ref)][one.start] for one in variants.values())


def test_contigs_under_another_name(tmp_path: Path) -> None:
    """The VCF says 20, the file chr20; what the file lacks (21) is unknown, not zero."""
    path = write_bam(tmp_path / "reads.bam", [plain("ref", 0, 20)])
    variant, elsewhere = Variant("20", 5, "C", "T"), Variant("21", 5, "C", "T")
    assert count_alleles(path, [variant, elsewhere]) == {
        variant: AlleleCounts(1, 0, 0.0),
        elsewhere: AlleleCounts(None, None, None),
    }


@pytest.mark.parametrize("alt", ["<DEL>", "*", "N"])
def test_an_alt_without_bases_is_unknown(tmp_path: Path, alt: str) -> None:
    """Nothing to compare a read with."""
    path = write_bam(tmp_path / "reads.bam", [plain("ref", 0, 20)])
    assert count_alleles(path, [Variant(CONTIG, 5, "C", alt)]) == {Variant(CONTIG, 5, "C", alt): AlleleCounts()}


def test_a_checksum_tells_files_apart_and_needs_no_genome(tmp_path: Path) -> None:
    """Of header and index: equal files give equal sums, another length or number of reads another one."""
    genome = tmp_path / "genome.fa"
    genome.write_text(f">{CONTIG}\n{GENOME}\n", encoding="ascii")
    one, same, fewer = (
        write_bam(tmp_path / f"{name}.bam", [plain(str(at), at, at + 20) for at in range(count)])
        for name, count in (("one", 3), ("same", 3), ("fewer", 2))
    )
    longer = write_bam(tmp_path / "longer.bam", [plain("0", 0, 20)], length=len(GENOME) + 1)
    cram = write_bam(tmp_path / "reads.cram", [plain("0", 0, 20)], genome=genome)
    assert checksum(one) == checksum(same)
    assert len({checksum(path) for path in (one, fewer, longer, cram)}) == 4


def test_a_cram_file(tmp_path: Path) -> None:
    """Read with its genome; without it, it says so."""
    genome = tmp_path / "genome.fa"
    genome.write_text(f">{CONTIG}\n{GENOME}\n")
    path = write_bam(tmp_path / "reads.cram", [plain("ref", 0, 20), changed("alt", 0, 20, {5: "T"})], genome=genome)
    assert count_fragments(path, [SNV], reference_fasta=genome) == {SNV: FragmentCounts(1, 1, 0)}
    with pytest.raises(InputError, match=r"reads\.cram: a CRAM file is read with its genome"):
        count_fragments(path, [SNV])


def test_phase_from_reads_over_both(tmp_path: Path) -> None:
    """Two reads with both, one with the first alone, two with the second; a third base, a short read: nothing."""
    reads = [
        changed("both", 0, 20, {5: "T", 12: "G"}),
        changed("both too", 1, 20, {5: "T", 12: "G"}),
        changed("first", 0, 20, {5: "T"}),
        changed("second", 0, 20, {12: "G"}),
        changed("second too", 0, 20, {12: "G"}),
        changed("third base", 0, 20, {5: "T", 12: "A"}),
        plain("neither", 0, 20),
        changed("short", 0, 10, {5: "T"}),
    ]
    path = write_bam(tmp_path / "reads.bam", reads)
    assert phase_evidence(path, [(SNV, SECOND), (SECOND, SNV)]) == {
        (SNV, SECOND): PairCounts(2, 1, 2, 1),
        (SECOND, SNV): PairCounts(2, 2, 1, 1),
    }


def test_phase_across_an_intron_and_between_mates(tmp_path: Path) -> None:
    """A spliced read shows bases 5 and 52; so does a pair whose mates show one each."""
    far = Variant(CONTIG, 52, "A", "C")
    spliced = read("spliced", 2, "8M40N5M", GENOME[2:5] + "T" + GENOME[6:10] + "GAC" + GENOME[53:55])
    mates = [
        changed("pair", 0, 10, {5: "T"}, flag=PAIRED | FIRST),
        plain("pair", 45, 60, flag=PAIRED | LAST),
    ]
    path = write_bam(tmp_path / "reads.bam", [spliced, *mates])
    assert phase_evidence(path, [(SNV, far)]) == {(SNV, far): PairCounts(1, 1, 0)}


def test_phase_of_an_indel_and_a_substitution(tmp_path: Path) -> None:
    """One A less at 16–21 and T>G at 12, on one read; nothing covers it and base 52."""
    cis = read("cis", 10, "6M1D19M", "CGG" + GENOME[13:16] + GENOME[17:36])
    path = write_bam(tmp_path / "reads.bam", [cis, changed("trans", 8, 30, {12: "G"})])
    far = Variant(CONTIG, 52, "A", "C")
    assert phase_evidence(path, [(SECOND, ONE_A_LESS), (SECOND, far)]) == {
        (SECOND, ONE_A_LESS): PairCounts(1, 1, 0),
        (SECOND, far): PairCounts(0, 0, 0),
    }


def test_a_missing_file(tmp_path: Path) -> None:
    """Says which."""
    with pytest.raises(InputError, match=r"none\.bam: there is no such file"):
        count_alleles(tmp_path / "none.bam", [SNV])


def test_a_file_without_index(tmp_path: Path) -> None:
    """Says how to make one."""
    path = write_bam(tmp_path / "reads.bam", [plain("ref", 0, 20)], index=False)
    with pytest.raises(InputError, match=r"has no index; .* `samtools index reads\.bam`"):
        count_alleles(path, [SNV])


def test_a_truncated_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The last block, which marks the end, is missing; htslib's own warning doesn't get through."""
    path = write_bam(tmp_path / "reads.bam", [plain("ref", 0, 20)])
    path.write_bytes(path.read_bytes()[:-28])
    with pytest.raises(InputError, match=r"reads\.bam: can't be read as aligned reads .*truncated"):
        count_alleles(path, [SNV])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"chr20\t5\tC\tT\n", b"@HD\tVN:1.6\n@SQ\tSN:chr20\tLN:75\n"])
def test_a_file_of_another_kind(tmp_path: Path, content: bytes) -> None:
    """Empty, a table, SAM text."""
    path = tmp_path / "reads.bam"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"reads\.bam: (can't be read as aligned reads|not BAM or CRAM)"):
        count_alleles(path, [SNV])


def test_reads_on_other_contigs(tmp_path: Path) -> None:
    """None of the variants' contigs is there."""
    path = write_bam(tmp_path / "reads.bam", [plain("ref", 0, 20)], contig="NC_001422.1")
    with pytest.raises(InputError, match=r"none of the variants' contigs \(chr20 …; it has NC_001422\.1 …\)"):
        count_alleles(path, [SNV])


def test_a_variant_beyond_the_contigs_end(tmp_path: Path) -> None:
    """75 bases; a variant at 76 (1-based) belongs to another build."""
    path = write_bam(tmp_path / "reads.bam", [plain("ref", 0, 20)])
    with pytest.raises(InputError, match=r"chr20:76:A>T lies beyond the contig's end at 75: .*another genome build"):
        count_alleles(path, [Variant(CONTIG, 75, "A", "T")])


def test_reads_of_another_build(tmp_path: Path) -> None:
    """At five of six substitutions all four reads show a third base; four such sites aren't enough to say so."""
    path = write_bam(tmp_path / "reads.bam", [plain(f"r{n}", 0, 20) for n in range(4)])
    third = {"A": ("C", "G"), "C": ("A", "G"), "G": ("A", "C"), "T": ("A", "C")}
    wrong = [Variant(CONTIG, at, *third[GENOME[at]]) for at in range(5)]
    with pytest.raises(InputError, match=r"at 5 of 6 variants most reads show neither .* 4 of 4.*another genome build"):
        count_alleles(path, [*wrong, SNV])
    assert count_alleles(path, [*wrong[:4], SNV])[SNV].depth == 4
