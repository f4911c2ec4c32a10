from __future__ import annotations

import pytest

from neosieve.io.counts import dna_counts, genotype, phase_set, rna_counts
from neosieve.model.variant import AlleleCounts, PhaseSet, Variant

SNV = Variant("chr1", 99, "G", "A")
INDEL = Variant("chr1", 99, "GCT", "G")


def sample(text: str) -> dict[str, str]:
    """Write a sample as 'GT=0/1 AD=1,2'."""
    return dict(field.split("=") for field in text.split())


def counts(
    text: str, *, variant: Variant = SNV, allele: int = 1, alleles: int = 1, ad_number: str = "R"
) -> AlleleCounts:
    """Read one ALT's DNA counts from a sample written as above."""
    return dna_counts(sample(text), variant, allele, alleles, ad_number)


@pytest.mark.parametrize(
    ("text", "depth", "reads", "vaf"),
    [
        # Mutect2: AD is REF,ALT; AF is its own estimate and stands; DP counts the informative reads
        ("AD=131,65 AF=0.33163 DP=196", 196, 65, 0.33163),
        # without AF: 65 / (131 + 65)
        ("AD=75,25 DP=100", 100, 25, 0.25),
        # DP holds 20 more reads than the alleles: the VAF is over the reads that were counted, 25 / 100
        ("AD=75,25 DP=120", 120, 25, 0.25),
        # no DP: the depth is what was counted
        ("AD=75,25", 100, 25, 0.25),
        ("AD=0,0 DP=0", 0, 0, None),  # nothing read, nothing known
        ("AD=0,0 AF=0.0 DP=0", 0, 0, None),  # VAtools writes 0.0 here: depth 0 is NA all the same
        ("AD=30,0 AF=0.0 DP=30", 30, 0, 0.0),  # a true zero stays one
        ("AD=30,10 AF=. DP=40", 40, 10, 0.25),
        ("AD=30,10 AF= DP=40", 40, 10, 0.25),  # input_empty_vaf_list: empty between the colons
        ("AD=30,10 AF=1.2 DP=40", 40, 10, 0.25),  # a frequency above 1 is none
        ("AD=30,10 AF=-0.1 DP=40", 40, 10, 0.25),
        ("AD=30,10 AF=nan DP=40", 40, 10, 0.25),
        ("AD=0,22 AF=1 DP=22", 22, 22, 1.0),
        ("AD=0.0,22.0 DP=22.0", 22, 22, 1.0),  # merges through spreadsheets make floats of counts
        ("AF=0.3 DP=50", 50, None, 0.3),  # a frequency without counts
        ("AD=. AF=0.3 DP=50", 50, None, 0.3),
        ("AD=.,. DP=50", 50, None, None),
        ("AD=30,. DP=50", 50, None, None),
        ("AD=-3,5 DP=50", 50, 5, 0.1),  # a negative count is none: 5 / DP 50, since the sum isn't known
        ("AD=x,y DP=z", None, None, None),
        ("", None, None, None),
        ("GT=0/1 DP=50", 50, None, None),  # nothing says how many carry the ALT
        ("GT=./.", None, None, None),
    ],
)
def test_counts_of_an_snv_with_ad_by_allele(text: str, depth: int | None, reads: int | None, vaf: float | None) -> None:
    """AD with Number=R: the second number is the ALT's; what isn't stated stays unknown."""
    assert counts(text) == AlleleCounts(depth, reads, vaf)


@pytest.mark.parametrize(
    ("text", "depth", "reads", "vaf"),
    [
        # VarScan 2 (somatic): RD counts REF, AD the ALT alone, FREQ is a percentage; VAF 45 / (99 + 45) = 0.3125
        ("DP=144 RD=99 AD=45 FREQ=31.25%", 144, 45, 0.3125),
        # its percent sign escaped, as VCF 4.3 asks: 50 / (262 + 50)
        ("DP=312 RD=262 AD=50 FREQ=16.03%25", 312, 50, 50 / 312),
        # without RD, AD=45 may be REF's: FREQ still tells the VAF
        ("DP=144 AD=45 FREQ=31.25%", 144, None, 0.3125),
        ("DP=144 FREQ=31.25%25", 144, None, 0.3125),
        ("DP=144 FREQ=131%", 144, None, None),
        ("DP=144 FREQ=.", 144, None, None),
        ("DP=0 FREQ=0%", 0, None, None),
        ("DP=40 RD=. AD=10", 40, None, None),
        # bam-readcount by VAtools after VarScan: AD is by allele, and goes before RD and DP4
        ("AD=388,50 DP=438 RD=262 FREQ=12.08%25 AF=0.11416", 438, 50, 0.11416),
    ],
)
def test_counts_as_varscan_writes_them(text: str, depth: int | None, reads: int | None, vaf: float | None) -> None:
    """AD with Number=1 is the ALT's only beside an RD."""
    read = counts(text, ad_number="1")

    assert (read.depth, read.alt_reads) == (depth, reads)
    assert read.vaf == pytest.approx(vaf)


@pytest.mark.parametrize(
    ("text", "variant", "depth", "reads", "vaf"),
    [
        # SNV G>A: tier 1 of GU and AU; 4 / (51 + 4); C and T don't count
        ("DP=56 FDP=1 AU=4,4 CU=1,1 GU=51,53 TU=0,0", SNV, 56, 4, 4 / 55),
        ("DP=51 AU=0,2 CU=0,0 GU=51,53 TU=0,0", SNV, 51, 0, 0.0),  # tier 2 alone is no evidence
        ("DP=0 AU=0,0 CU=0,0 GU=0,0 TU=0,0", SNV, 0, 0, None),
        ("AU=4,4 GU=.,.", SNV, None, None, None),
        # indel: TAR backs the reference, TIR the indel; 4 / (90 + 4)
        ("DP=101 TAR=90,91 TIR=4,4 TOR=40,40", INDEL, 101, 4, 4 / 94),
        ("TAR=0,0 TIR=12,13", INDEL, 12, 12, 1.0),
        ("DP=101 TAR=. TIR=4,4", INDEL, 101, None, None),
        # an indel has no base counts, though its first letters do
        ("DP=50 AU=4,4 GU=46,46", INDEL, 50, None, None),
    ],
)
def test_counts_as_strelka_writes_them(
    text: str, variant: Variant, depth: int | None, reads: int | None, vaf: float | None
) -> None:
    """Tier-1 counts, the frequency as Strelka's user guide derives it: ALT / (REF + ALT)."""
    read = counts(text, variant=variant)

    assert (read.depth, read.alt_reads) == (depth, reads)
    assert read.vaf == pytest.approx(vaf)


def test_ad_goes_before_the_base_counts() -> None:
    """What a caller or readcount says for the allele is nearer than tiers: 25 / 100, not 4 / 55."""
    assert counts("AD=75,25 AU=4,4 GU=51,53") == AlleleCounts(100, 25, 0.25)


@pytest.mark.parametrize(
    ("text", "depth", "reads", "vaf"),
    [
        ("DP=77 DP4=18,11,19,16", 77, 35, 35 / 64),  # 19 + 16 of 18 + 11 + 19 + 16
        ("DP=77 DP4=18,11,19", 77, None, None),
        ("DP=77 DP4=18%2C11%2C19%2C16", 77, None, None),  # not unescaped: unknown rather than wrong
        ("DP=77 AD=2 DP4=18,11,19,16", 77, 35, 35 / 64),  # a lone AD says nothing
    ],
)
def test_counts_by_strand(text: str, depth: int, reads: int | None, vaf: float | None) -> None:
    """DP4 is REF forward, REF reverse, ALT forward, ALT reverse."""
    read = counts(text, variant=INDEL, ad_number=".")

    assert (read.depth, read.alt_reads) == (depth, reads)
    assert read.vaf == pytest.approx(vaf)


@pytest.mark.parametrize(
    ("allele", "reads", "vaf"), [(1, 142, 142 / 200), (2, 8, 8 / 200)], ids=["first ALT", "second ALT"]
)
def test_of_several_alts_each_has_its_own_reads(allele: int, reads: int, vaf: float) -> None:
    """AD=REF,ALT1,ALT2, and the frequency is over all of them: 50 + 142 + 8 = 200."""
    read = counts("AD=50,142,8", allele=allele, alleles=2)

    assert (read.depth, read.alt_reads) == (200, reads)
    assert read.vaf == pytest.approx(vaf)


@pytest.mark.parametrize(("allele", "reads", "vaf"), [(1, 10, 0.1), (2, 30, 0.3)])
def test_ad_by_alt_has_no_reference(allele: int, reads: int, vaf: float) -> None:
    """AD with Number=A: the first number is the first ALT's; DP 100 tells the depth."""
    read = counts("AD=10,30 DP=100", allele=allele, alleles=2, ad_number="A")

    assert (read.depth, read.alt_reads) == (100, reads)
    assert read.vaf == pytest.approx(vaf)


def test_one_ad_by_alt() -> None:
    """AD with Number=A on one ALT: 10 of DP 40."""
    assert counts("AD=10 DP=40", ad_number="A") == AlleleCounts(40, 10, 0.25)


def test_af_by_alt_goes_to_its_alt() -> None:
    """AF with Number=A."""
    assert [counts("AF=0.1,0.3 DP=50", allele=allele, alleles=2).vaf for allele in (1, 2)] == [0.1, 0.3]


@pytest.mark.parametrize(
    "text",
    [
        "AF=0.4 DP=50",  # one AF for two ALTs
        "RD=30 AD=20 FREQ=40% DP=50",  # VarScan counts one ALT, it isn't told which
        "TAR=30,30 TIR=20,20 DP=50",  # Strelka merged by other tools
        "DP4=15,15,10,10 DP=50",
        "AD=30,20 DP=50",  # an AD that was not split or merged with the ALTs
    ],
)
@pytest.mark.parametrize("allele", [1, 2])
def test_what_does_not_say_which_of_two_alts_is_meant_is_not_used(text: str, allele: int) -> None:
    """A number given to both would double the evidence, given to the first would be a guess."""
    assert counts(text, variant=INDEL, allele=allele, alleles=2) == AlleleCounts(50, None, None)


def test_af_left_over_from_a_split_is_not_used() -> None:
    """`vt decompose` leaves AF=0.1,0.3 on both halves: taking the first would be wrong on the second; 30 / 100 is."""
    assert counts("AD=70,30 AF=0.1,0.3") == AlleleCounts(100, 30, 0.3)


def test_base_counts_tell_two_alts_apart() -> None:
    """G>A,T with AU 4 and TU 6 of GU 40: 4 / 44 and 6 / 46, each against the reference alone."""
    text = "AU=4,4 CU=0,0 GU=40,40 TU=6,6"
    first = counts(text, variant=Variant("1", 0, "G", "A"), allele=1, alleles=2)
    second = counts(text, variant=Variant("1", 0, "G", "T"), allele=2, alleles=2)

    assert (first.alt_reads, second.alt_reads) == (4, 6)
    assert first.vaf == pytest.approx(4 / 44)
    assert second.vaf == pytest.approx(6 / 46)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RDP=75 RAD=60,15 RAF=0.2", AlleleCounts(75, 15, 0.2)),
        ("RDP=75 RAD=15 RAF=0.2", AlleleCounts(75, 15, 0.2)),  # Number=A
        ("RDP=75 RAD=60,15", AlleleCounts(75, 15, 0.2)),  # 15 / 75
        ("RDP=75 RAD=60,15 RAF=.", AlleleCounts(75, 15, 0.2)),
        ("RDP=294 RAD=294,0 RAF=0.0", AlleleCounts(294, 0, 0.0)),  # read well, and the ALT isn't there
        ("RDP=0 RAD=0,0 RAF=0.0", AlleleCounts(0, 0, None)),  # not read: VAtools' 0.0 is no measurement
        ("RDP=0.0 RAD=0,0 RAF=0", AlleleCounts(0, 0, None)),
        ("RDP=75", AlleleCounts(75, None, None)),
        ("RAF=0.2", AlleleCounts(None, None, 0.2)),
        ("RDP=. RAD=. RAF=.", None),
        ("RDP=.", None),
        ("AD=60,15 AF=0.2 DP=75", None),  # DNA is no RNA
        ("FREQ=20% RDP=.", None),  # nor is VarScan's frequency
        ("", None),
    ],
)
def test_rna_counts(text: str, expected: AlleleCounts | None) -> None:
    """RDP, RAD and RAF by VAtools; depth 0 leaves the frequency unknown, never 0."""
    assert rna_counts(sample(text), 1, 1) == expected


@pytest.mark.parametrize("reads", ["60,5,10", "5,10"], ids=["R", "A"])
@pytest.mark.parametrize(("allele", "expected"), [(1, 5), (2, 10)])
def test_rna_counts_of_several_alts(reads: str, allele: int, expected: int) -> None:
    """RAD with or without the reference: its length tells."""
    read = rna_counts(sample(f"RDP=75 RAD={reads}"), allele, 2)

    assert read is not None
    assert read.alt_reads == expected
    assert read.vaf == pytest.approx(expected / 75)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GT=0/1", (0, 1)),
        ("GT=1|2", (1, 2)),
        ("GT=1", (1,)),
        ("GT=0/1/2", (0, 1, 2)),  # Mutect2 on several ALTs
        ("GT=./.", (None, None)),
        ("GT=.", (None,)),
        ("GT=./1", (None, 1)),
        ("GT=", None),
        ("DP=3", None),
    ],
)
def test_genotype(text: str, expected: tuple[int | None, ...] | None) -> None:
    """An uncalled allele is None; a sample without GT has no genotype, which is not the same."""
    assert genotype(sample(text)) == expected


@pytest.mark.parametrize(
    ("text", "allele", "expected"),
    [
        ("GT=0/1 PGT=0|1 PID=99_G_A", 1, PhaseSet("PGT/PID", "99_G_A", 1)),
        ("GT=0/1 PGT=1|0 PID=99_G_A", 1, PhaseSet("PGT/PID", "99_G_A", 0)),
        ("GT=0|1 PGT=0|1 PID=99_G_A PS=99", 1, PhaseSet("PGT/PID", "99_G_A", 1)),  # GATK writes both
        ("GT=0/2 PGT=0|1 PID=99_G_A", 2, PhaseSet("PGT/PID", "99_G_A", 1)),  # ALT '*,A': PGT counts A as the first
        ("GT=0|1 PS=99", 1, PhaseSet("PS", "99", 1)),
        ("GT=1|0 PS=99", 1, PhaseSet("PS", "99", 0)),
        ("GT=1|2 PS=99", 1, PhaseSet("PS", "99", 0)),
        ("GT=1|2 PS=99", 2, PhaseSet("PS", "99", 1)),
        ("GT=0/1 PS=99", 1, None),  # not phased: the slash says so, whatever PS holds
        ("GT=0|1", 1, None),  # phased with what? No set is named
        ("GT=0|1 PS=.", 1, None),
        ("GT=0/1 PGT=. PID=.", 1, None),
        ("GT=0/1 PGT=0|1", 1, None),
        ("GT=0/1 PGT=0/1 PID=99_G_A", 1, None),
        ("GT=1|1 PS=99", 1, None),  # on both copies: in cis with all, so no side
        ("GT=1/1 PGT=1|1 PID=99_G_A", 1, None),
        ("GT=0|1 PS=99", 2, None),  # the other ALT's
        ("GT=1/2 PGT=0|1 PID=99_G_A", 1, None),  # two ALTs, one PGT: it can't be told whose
        ("GT=1/2 PGT=0|1 PID=99_G_A", 2, None),
        ("", 1, None),
    ],
)
def test_phase(text: str, allele: int, expected: PhaseSet | None) -> None:
    """The side of the bar that carries the ALT, and the set that the side belongs to."""
    assert phase_set(sample(text), allele) == expected


def test_rna_reads_of_which_none_was_counted_say_nothing() -> None:
    """RDP 234 with RAD 0,0 (HES1 in HCC1395): reads lie there, but the counter saw no allele: unknown, not zero."""
    assert rna_counts({"RDP": "234", "RAD": "0,0", "RAF": "0.0"}, 1, 1) == AlleleCounts(234, None, None)
