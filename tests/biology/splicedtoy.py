"""A toy transcript of three exons, on either strand, with variants whose labels are derived by hand.

::

    genome (0-based)  10           23                             53
    bases             GACATGAAACTGG|gtaagtcccttgacatttctttcccttcag|CTGCTGAAGTGG|…
    c.                -3 1       10|+1                          -1|11        22|

    genome (0-based)   65                             95                   115
    bases             …|gtgagtaccatgactttttcctttttctag|ATCATTTGTAAGACTGATTC
    c.                 |+1                          -1|23       33*1

    M ATG 1–3   K AAA 4–6   L CTG 7–9   A G|CT 10–12   A GCT 13–15   E GAA 16–18
    V GTG 19–21   D G|AT 22–24   H CAT 25–27   L TTG 28–30   stop TAA 31–33   then GACTGATTC

So c.n is genome 12 + n up to c.10, 42 + n up to c.22, 72 + n beyond; c.-n is 13 - n; c.*n is 105 + n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from Bio.Seq import Seq

from neosieve.biology.translation import SequenceTranslator
from neosieve.model.genome import Interval, Transcript
from neosieve.model.variant import AlleleCounts, Call, Variant

if TYPE_CHECKING:
    from neosieve.model.annotation import TranscriptConsequence

CHROM = "chr1"
PLUS = (
    "CCGTCAACTG"
    "GACATGAAACTGG"
    "GTAAGTCCCTTGACATTTCTTTCCCTTCAG"
    "CTGCTGAAGTGG"
    "GTGAGTACCATGACTTTTTCCTTTTTCTAG"
    "ATCATTTGTAAGACTGATTC"
    "CCATTGCACA"
)
CODING = Interval(3, 33)  # without its stop codon
EXONS = (Interval(10, 23), Interval(53, 65), Interval(95, 115))


def opposite(bases: str) -> str:
    """Read the other strand."""
    return str(Seq(bases).reverse_complement())  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Edit:
    """Bases of ``PLUS`` and what stands in their place."""

    start: int
    end: int
    new: str

    def applied(self) -> str:
        """Return the edited genome."""
        return PLUS[: self.start] + self.new + PLUS[self.end :]


@dataclass(frozen=True)
class World:
    """The toy transcript on one strand."""

    strand: int = 1
    cds: Interval = CODING
    missing: int = 0
    flags: frozenset[str] = frozenset()
    biotype: str = "protein_coding"
    begin: int = 10
    """Where the first exon begins in ``PLUS``."""

    @property
    def model(self) -> Transcript:
        """The transcript."""
        exons: tuple[Interval, ...] = (Interval(self.begin, EXONS[0].end), *EXONS[1:])
        if self.strand < 0:
            exons = tuple(Interval(len(PLUS) - one.end, len(PLUS) - one.start) for one in reversed(exons))
        return Transcript(
            "ENST1.1",
            "TOY",
            "ENSG1",
            CHROM,
            self.strand,
            exons,
            self.cds,
            missing=self.missing,
            flags=self.flags,
            biotype=self.biotype,
        )

    def contig(self, name: str) -> str | None:
        """See ``Genome``."""
        return name

    def transcript(self, name: str) -> Transcript | None:
        """See ``Genome``."""
        return self.model if name == "ENST1.1" else None

    def transcripts_at(self, contig: str, interval: Interval) -> tuple[Transcript, ...]:
        """See ``Genome``; the transcript, wherever it is asked for."""
        assert contig == CHROM
        assert len(interval)
        return (self.model,)

    def bases(self, contig: str, interval: Interval) -> str:
        """See ``Genome``."""
        assert contig == CHROM
        genome = PLUS if self.strand > 0 else opposite(PLUS)
        return genome[interval.start : interval.end]

    def variant(self, edit: Edit) -> Variant:
        """Write an edit as a VCF does, with the base before it where an allele would be empty."""
        start, old, new = edit.start, PLUS[edit.start : edit.end], edit.new
        if self.strand < 0:
            start, old, new = len(PLUS) - edit.end, opposite(old), opposite(new)
        if not old or not new:
            start -= 1
            anchor = self.bases(CHROM, Interval(start, start + 1))
            old, new = anchor + old, anchor + new
        return Variant(CHROM, start, old, new)

    def label(self, edit: Edit) -> TranscriptConsequence:
        """Say what an edit does to the transcript."""
        call = Call(self.variant(edit), 1, (), AlleleCounts())
        (told,) = SequenceTranslator(self).annotate(call)
        return told


CASES = [
    # substitutions in one codon
    (Edit(17, 18, "G"), "c.5A>G", "p.Lys2Arg", "missense_variant"),  # AAA → AGA
    (Edit(57, 58, "C"), "c.15T>C", "p.Ala5=", "synonymous_variant"),  # GCT → GCC
    (Edit(16, 17, "T"), "c.4A>T", "p.Lys2Ter", "stop_gained"),  # AAA → TAA
    (Edit(58, 60, "CC"), "c.16_17delinsCC", "p.Glu6Pro", "missense_variant"),  # GAA → CCA
    (Edit(58, 60, "TC"), "c.16_17inv", "p.Glu6Ser", "missense_variant"),  # GA reads TC on the other strand
    (Edit(14, 15, "C"), "c.2T>C", "p.Met1?", "start_lost"),
    (Edit(103, 104, "C"), "c.31T>C", "p.Ter11GlnextTer2", "stop_lost"),  # CAA GAC TGA: Q D stop
    (Edit(105, 106, "G"), "c.33A>G", "p.Ter11=", "stop_retained_variant"),  # TAA → TAG
    # in codons 5 and 6
    (Edit(57, 59, "AC"), "c.15_16delinsAC", "p.Glu6Gln", "missense_variant"),  # GCT GAA → GCA CAA
    (Edit(57, 59, "AA"), "c.15_16delinsAA", "p.Glu6Lys", "missense_variant"),  # GCT GAA → GCA AAA
    (Edit(56, 59, "ATC"), "c.14_16delinsATC", "p.Ala5_Glu6delinsAspGln", "missense_variant"),  # GAT CAA
    # the three last and first bases of an exon
    (Edit(21, 22, "C"), "c.9G>C", "p.Leu3=", "splice_region_variant&synonymous_variant"),
    (Edit(20, 21, "C"), "c.8T>C", "p.Leu3Pro", "missense_variant&splice_region_variant"),
    (Edit(97, 98, "T"), "c.25C>T", "p.His9Tyr", "missense_variant&splice_region_variant"),
    (Edit(98, 99, "G"), "c.26A>G", "p.His9Arg", "missense_variant"),  # the fourth
    # frameshifts; ATG AAA ACT GGC TGC TGA
    (Edit(16, 16, "A"), "c.6dup", "p.Leu3ThrfsTer4", "frameshift_variant"),
    # ATG AAC TGG CTG CTG AAG TGG ATC ATT TGT AAG ACT GAT TC meets no stop
    (Edit(16, 17, ""), "c.6del", "p.Lys2AsnfsTer?", "frameshift_variant"),
    (Edit(58, 60, "C"), "c.16_17delinsC", "p.Glu6GlnfsTer?", "frameshift_variant"),
    (Edit(16, 16, "T"), "c.3_4insT", "p.Lys2Ter", "frameshift_variant"),  # ATG TAA, but the inserted T alone is no stop
    (Edit(16, 16, "TAAC"), "c.3_4insTAAC", "p.Lys2Ter", "stop_gained&frameshift_variant"),
    (Edit(103, 104, ""), "c.31del", "p.Ter11LysfsTer?", "frameshift_variant&stop_lost"),  # AAG ACT GAT TC
    (Edit(105, 106, ""), "c.33del", "p.Ter11=", "frameshift_variant&stop_retained_variant"),  # TA|G
    # in frame
    # GAA out of GCT GAA GTG: the same as AAG, one base further 3′
    (Edit(58, 61, ""), "c.17_19del", "p.Glu6del", "inframe_deletion"),
    (Edit(17, 20, ""), "c.5_7del", "p.Lys2_Leu3delinsMet", "inframe_deletion"),  # A|AAC|TG → ATG
    # GCT behind GCT, then G: CTG behind CTG, one base further 3′
    (Edit(58, 58, "GCT"), "c.14_16dup", "p.Ala5dup", "inframe_insertion"),
    (Edit(58, 58, "AAC"), "c.15_16insAAC", "p.Ala5_Glu6insAsn", "inframe_insertion"),
    (Edit(58, 58, "TAA"), "c.15_16insTAA", "p.Ala5_Glu6insTer", "stop_gained&inframe_insertion"),
    # TTG TAG TAA: the same as GTA two bases further 3′, behind GTA
    (Edit(103, 103, "TAG"), "c.30_32dup", "p.Ter11=", "inframe_insertion&stop_retained_variant"),
    (Edit(17, 18, "N"), "c.5A>N", "p.?", "coding_sequence_variant"),
    (Edit(60, 60, "CCC"), "c.17_18insCCC", "p.Glu6delinsAspPro", "protein_altering_variant"),  # GA|CCC|A → GAC CCA
    (Edit(103, 106, ""), "c.31_33del", "p.Ter11delextTer1", "stop_lost&inframe_deletion"),  # GAC TGA: D stop
    # the start codon: A|A|TG still holds ATG, and translation begins there
    (Edit(14, 14, "A"), "c.1dup", "p.Met1=", "frameshift_variant&start_retained_variant"),
    (Edit(13, 15, ""), "c.1_2del", "p.Met1?", "frameshift_variant&start_lost"),
    # over an end of the coding sequence
    (Edit(12, 15, ""), "c.-1_2del", "", "start_lost&5_prime_UTR_variant"),
    (Edit(103, 108, ""), "c.31_*2del", "", "stop_lost&3_prime_UTR_variant"),
    # TA|AG|AC → TAAC: AG out of AGA is GA out of it, one base further 3′
    (Edit(105, 107, ""), "c.*1_*2del", "", "stop_retained_variant&3_prime_UTR_variant"),
    (Edit(11, 12, "T"), "c.-2A>T", "", "5_prime_UTR_variant"),
    (Edit(13, 13, "G"), "c.-1_1insG", "", "5_prime_UTR_variant"),
    (Edit(109, 110, "G"), "c.*4T>G", "", "3_prime_UTR_variant"),
    (Edit(106, 106, "C"), "c.33_*1insC", "", "3_prime_UTR_variant"),
    # introns
    (Edit(23, 24, "A"), "c.10+1G>A", "", "splice_donor_variant"),
    (Edit(24, 24, "C"), "c.10+1_10+2insC", "", "splice_donor_variant"),
    (Edit(51, 52, "G"), "c.11-2A>G", "", "splice_acceptor_variant"),
    (Edit(27, 28, "A"), "c.10+5G>A", "", "splice_donor_5th_base_variant&intron_variant"),
    (Edit(25, 26, "C"), "c.10+3A>C", "", "splice_donor_region_variant&intron_variant"),
    (Edit(29, 30, "A"), "c.10+7C>A", "", "splice_region_variant&intron_variant"),
    (Edit(30, 31, "A"), "c.10+8C>A", "", "splice_region_variant&intron_variant"),
    (Edit(31, 32, "A"), "c.10+9C>A", "", "intron_variant"),
    (
        Edit(48, 49, "A"),
        "c.11-5T>A",
        "",
        "splice_region_variant&splice_polypyrimidine_tract_variant&intron_variant",
    ),
    (
        Edit(50, 51, "A"),
        "c.11-3C>A",
        "",
        "splice_region_variant&splice_polypyrimidine_tract_variant&intron_variant",
    ),
    (Edit(36, 37, "G"), "c.10+14C>G", "", "splice_polypyrimidine_tract_variant&intron_variant"),  # also 11-17
    (Edit(35, 36, "G"), "c.10+13A>G", "", "intron_variant"),  # also 11-18
    (Edit(37, 38, "G"), "c.10+15A>G", "", "splice_polypyrimidine_tract_variant&intron_variant"),
    (Edit(38, 39, "G"), "c.11-15T>G", "", "splice_polypyrimidine_tract_variant&intron_variant"),  # nearer exon 2
    # over an exon's edge: GG|GT out of GG|GTG is G|GTG, one base further 3′
    (Edit(63, 67, ""), "c.22_22+3del", "", "splice_donor_variant&coding_sequence_variant"),
    (Edit(52, 54, "TT"), "c.11-1_11delinsTT", "", "splice_acceptor_variant&coding_sequence_variant"),
    # between exon and intron: the bases count as the exon's
    (Edit(23, 23, "T"), "c.10_10+1insT", "", "frameshift_variant&splice_region_variant"),
    # all of it; beside it
    (Edit(10, 115, ""), "", "", "transcript_ablation"),
    (Edit(9, 10, "T"), "", "", "upstream_gene_variant"),
    (Edit(115, 116, "T"), "", "", "downstream_gene_variant"),
]
"""(edit, HGVS c., HGVS p., terms joined by ``&``)."""
