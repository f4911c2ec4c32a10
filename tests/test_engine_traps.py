"""Known ways to get peptides wrong, run from a VCF, gene models and a genome: one small gene a case, on both strands.

The plain gene's protein is the twenty residues in the order of their letters, so that every frame can be read by hand::

    CC ATG GCT TGC GAC GAA TTC GGA CAC ATC AAG CTG AAC CCA CAG CGA TCA ACG GTC TGG TAC TAA GCTGACC
       M   A   C   D   E   F   G   H   I   K   L   N   P   Q   R   S   T   V   W   Y   stop

Exons are spelled in upper case, introns in lower case, always 5′ to 3′ of the transcript.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from neosieve.building import build_reference
from neosieve.model.candidate import Tier
from neosieve.model.ledger import Outcome
from neosieve.pipeline import run
from neosieve.settings import RunSettings
from neosieve.timing import Stages
from tests.biology.fakes import FakePredictor
from tests.io.annotationtext import fasta, gtf, write
from tests.madeup import kmers

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.run import RunResult

PLAIN = "MACDEFGHIKLNPQRSTVWY"
CODONS = "ATG GCT TGC GAC GAA TTC GGA CAC ATC AAG CTG AAC CCA CAG CGA TCA ACG GTC TGG TAC TAA"
LEADER, TRAILER = "CC", "GCTGACC"
GENE = LEADER + CODONS.replace(" ", "") + TRAILER
FLANK = "GTACCTTGAACGGTTCA"
DONOR, ACCEPTOR = "gtaagttctctaaccttg", "cctttcttttctttccag"
INTRON = DONOR + "acctattgcagtccattggactaacctg" + ACCEPTOR
OTHER_STRAND = str.maketrans("ACGTRYKMBVDHacgt", "TGCAYRMKVBHDtgca")

Record = tuple[int, str, str, str]
"""(place in the gene's text from 0, old bases, new bases, genotype of the tumour)."""


def spelled(codons: str = CODONS, *, leader: str = LEADER, trailer: str = TRAILER) -> str:
    """Write a gene of one exon."""
    return leader + codons.replace(" ", "") + trailer


def codon(number: int, *, leader: str = LEADER) -> int:
    """Return where a codon of a gene without introns begins; codons count from 1."""
    return len(leader) + 3 * (number - 1)


@dataclass
class Gene:
    """One gene in a folder, on one strand of a contig of its own."""

    folder: Path
    strand: int
    text: str = GENE
    cds: tuple[int, int] | None = None
    """Offsets in the spliced transcript, without the stop codon; from the leader to the first stop if not given."""
    frame: int = 0
    contig: str = "1"
    biotype: str = "protein_coding"
    more: str = ""
    """Further GTF attributes."""
    selenocysteines: tuple[int, ...] = ()
    """Offsets in the spliced transcript."""
    masked: bool = False
    options: dict[str, object] = field(default_factory=dict)

    def run(self, *records: Record) -> RunResult:
        """Build the reference from files and run on a VCF without annotation."""
        return run(
            RunSettings.model_validate(
                {"vcf": self._vcf(records), "hla": "A*02:01", "out": self.folder, "reference": self._reference()}
                | self.options
            ),
            predictor=FakePredictor(),
        )

    def place(self, begin: int, end: int) -> tuple[int, int]:
        """Turn a stretch of the text into one of the contig, 0-based."""
        begin, end = begin + len(FLANK), end + len(FLANK)
        size = len(self.text) + 2 * len(FLANK)
        return (begin, end) if self.strand > 0 else (size - end, size - begin)

    def turned(self, bases: str) -> str:
        """Read bases of the text on the contig's plus strand."""
        return bases if self.strand > 0 else bases.translate(OTHER_STRAND)[::-1]

    @property
    def genome(self) -> str:
        """The contig's plus strand."""
        whole = FLANK + self.text + FLANK[::-1]
        return self.turned(whole.lower() if self.masked else whole.upper())

    def _vcf(self, records: tuple[Record, ...]) -> Path:
        lines = ["##fileformat=VCFv4.2", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR"]
        for start, old, new, genotype in records:
            assert self.text[start : start + len(old)].upper() == old, self.text[start : start + len(old)]
            begin, _ = self.place(start, start + len(old))
            ref, alt = self.turned(old), self.turned(new)
            if not ref or not alt:
                begin -= 1
                anchor = self.genome[begin].upper()
                ref, alt = anchor + ref, anchor + alt
            keys = "GT:PS" if "|" in genotype else "GT"
            normal, tumor = ("0|0:1", f"{genotype}:1") if "|" in genotype else ("0/0", genotype)
            lines.append(f"{self.contig}\t{begin + 1}\t.\t{ref}\t{alt}\t.\tPASS\t.\t{keys}\t{normal}\t{tumor}")
        return write(self.folder / "a.vcf", lines)

    def _reference(self) -> Path:
        places = [at for at, letter in enumerate(self.text) if letter.isupper()]
        begin, end = self.cds or (len(LEADER), len(LEADER) + 3 * self._codons())
        about = (
            'gene_id "ENSG1"; transcript_id "ENST1.1"; gene_name "GENE"; '
            f'gene_type "{self.biotype}"; transcript_type "{self.biotype}"; {self.more}'
        )
        strand = "+" if self.strand > 0 else "-"
        stretches = [("exon", one) for one in _stretches(places)]
        stretches += [("CDS", one) for one in _stretches(places[begin:end])]
        stretches += [("Selenocysteine", (places[at], places[at] + 3)) for at in self.selenocysteines]
        lines, done = [], 0
        for kind, (first, last) in stretches:
            low, high = self.place(first, last)
            frame = "."
            if kind == "CDS":
                frame = str((self.frame - done) % 3)
                done += last - first
            lines.append(gtf(kind, low + 1, high, about, strand=strand, frame=frame, contig=self.contig))
        whole = self.place(places[0], places[-1] + 1)
        lines.insert(0, gtf("transcript", whole[0] + 1, whole[1], about, strand=strand, contig=self.contig))
        genome = fasta(self.folder / "a.fa", {self.contig: self.genome})
        out = self.folder / "a.ref"
        build_reference(write(self.folder / "a.gtf", lines), genome, out, proteome=None, stages=Stages())
        return out

    def _codons(self) -> int:
        """Count the codons before the first stop in frame."""
        bases = "".join(letter for letter in self.text if letter.isupper())[len(LEADER) :]
        codons = [bases[at : at + 3] for at in range(0, len(bases), 3)]
        return next(index for index, one in enumerate(codons) if one in {"TAA", "TAG", "TGA"})


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in places:
        if found and found[-1][1] == at:
            found[-1] = found[-1][0], at + 1
        else:
            found.append((at, at + 1))
    return found


@pytest.fixture(params=[1, -1], ids=["plus", "minus"])
def gene(request: pytest.FixtureRequest, tmp_path: Path) -> Gene:
    """Return the plain gene on either strand."""
    return Gene(tmp_path, request.param)


def peptides(result: RunResult) -> set[str]:
    """List the candidates' peptides."""
    return {one.candidate.peptide.sequence for one in result.ranked}


def outcomes(result: RunResult) -> list[Outcome]:
    """List the ledger's outcomes, in the VCF's order."""
    return [row.outcome for row in result.ledger]


def new(mutant: str, normal: str = PLAIN) -> set[str]:
    """Spell out the k-mers of a mutant protein that the normal one lacks."""
    return kmers(mutant) - kmers(normal)


@pytest.mark.parametrize("shift", range(4))
def test_an_indel_in_a_repeat_is_the_same_wherever_it_is_written(gene: Gene, shift: int) -> None:
    """…ATC AAG AAG CTG…: three bases deleted at any of the repeat's places leave ATC AAG CTG, one K less.

    K10K11 less one K; the first three bases of AAG AAG, or three from A|AGA|AG, AA|GAA|G, or the last three.
    """
    gene.text = spelled(CODONS.replace("AAG CTG", "AAG AAG CTG"))
    start = codon(10) + shift
    result = gene.run((start, gene.text[start : start + 3], "", "0/1"))
    assert peptides(result) == new(PLAIN, "MACDEFGHIKKLNPQRSTVWY")


@pytest.mark.parametrize("before", [True, False])
def test_a_tandem_duplication_is_new_across_its_joint_only(gene: Gene, *, before: bool) -> None:
    """CAC ATC (HI) repeated, written before or behind the first copy: …GHIHIK…."""
    result = gene.run((codon(8 if before else 10), "", "CACATC", "0/1"))
    assert peptides(result) == new("MACDEFGHIHIKLNPQRSTVWY")
    assert all("IH" in peptide for peptide in peptides(result))


def test_a_frameshift_inserts_and_reads_on(gene: Gene) -> None:
    """T before CAC: …GGA TCA CAT CAA GCT GAA CCC ACA GCG ATC AAC GGT CTG GTA CTA AGC TGA: into the 3′ UTR."""
    result = gene.run((codon(8), "", "T", "0/1"))
    assert peptides(result) == new("MACDEFGSHQAEPTAINGLVLS")


def test_a_frameshift_that_stops_at_once_is_new_to_nobody(gene: Gene) -> None:
    """A base put before GAA makes TGA: …GAC|TGA: the protein is cut short, nothing new (E5 → stop)."""
    result = gene.run((codon(5), "", "T", "0/1"))
    assert not result.ranked
    assert outcomes(result) == [Outcome.NO_NOVEL_PEPTIDE]


def test_a_frameshift_beside_a_splice_site_is_read_on(gene: Gene) -> None:
    """Second base from the end of exon 1 (…GGA CAC|): CAC less its A is CCA TCA AGC TGA: P S S and a stop."""
    gene.text = GENE[: codon(9)] + INTRON + GENE[codon(9) :]
    result = gene.run((codon(9) - 2, "A", "", "0/1"))
    assert peptides(result) == new("MACDEFGPSS")
    assert "splice_region_variant" in (result.ledger[0].consequence or "")


@pytest.mark.parametrize(
    ("trailer", "tail", "known"),
    [
        ("", "Q", False),  # the transcript ends with its stop codon: what follows Q, if anything, is unknown
        ("TAGCC", "Q", True),  # a stop stands right behind the lost one
        ("GCTGACTGA", "QAD", True),  # GCT GAC TGA
        ("GCTGACC", "QAD", False),  # GCT GAC C
    ],
)
def test_a_lost_stop_is_read_into_whatever_utr_there_is(gene: Gene, trailer: str, tail: str, *, known: bool) -> None:
    """TAA → CAA is Q; the 3′ UTR may be empty, begin with a stop, hold one, or end before one."""
    gene.text = spelled(trailer=trailer)
    result = gene.run((codon(21), "T", "C", "0/1"))
    assert peptides(result) == new(PLAIN + tail)
    assert ("no stop codon before the transcript's end" in result.ledger[0].detail) is not known


def test_a_stop_gained_has_nothing_new(gene: Gene) -> None:
    """AAG → TAG: a shorter protein, all of which is normal."""
    result = gene.run((codon(10), "A", "T", "0/1"))
    assert not result.ranked
    assert outcomes(result) == [Outcome.NO_NOVEL_PEPTIDE]


def test_a_stop_gained_behind_an_indel_on_one_copy(gene: Gene) -> None:
    """GGC (G) put before TTC, and AAG → TAG, in cis: MACDEGFGHI and a stop; the indel's peptides end with I."""
    result = gene.run((codon(6), "", "GGC", "0|1"), (codon(10), "A", "T", "0|1"))
    assert peptides(result) == new("MACDEGFGHI")
    assert sorted(outcomes(result)) == [Outcome.CANDIDATES, Outcome.NO_NOVEL_PEPTIDE]


def test_a_stop_that_only_a_combination_makes(gene: Gene) -> None:
    """GAC: TAC (Y) and GAG (E) one by one, TAG together: in cis neither Y nor E is made; in trans both are."""
    cis = gene.run((codon(4), "G", "T", "0|1"), (codon(4) + 2, "C", "G", "0|1"))
    assert not cis.ranked
    trans = gene.run((codon(4), "G", "T", "0|1"), (codon(4) + 2, "C", "G", "1|0"))
    assert peptides(trans) == new("MACYEFGHIKLNPQRSTVWY") | new("MACEEFGHIKLNPQRSTVWY")


def test_an_mnv_is_what_its_snvs_are_in_cis(gene: Gene) -> None:
    """CTG AAC → CAA GAC: L11Q and N12D in one record over two codons, or as three SNVs of one phase set."""
    at = codon(11)
    mnv = gene.run((at + 1, "TGA", "AAG", "0/1"))
    snvs = gene.run((at + 1, "T", "A", "0|1"), (at + 2, "G", "A", "0|1"), (at + 3, "A", "G", "0|1"))
    assert peptides(mnv) == peptides(snvs) == new("MACDEFGHIKQDPQRSTVWY")


def test_two_frameshifts_in_cis_read_a_third_frame(gene: Gene) -> None:
    """GAC and CAC each less their first base: a third frame, neither of the two that they read alone.

    TGC ACG AAT TCG GAA CAT CAA GCT GAA CCC ACA GCG ATC AAC GGT CTG GTA CTA AGC TGA.
    """
    result = gene.run((codon(4), "G", "", "0|1"), (codon(8), "C", "", "0|1"))
    assert peptides(result) == new("MACTNSEHQAEPTAINGLVLS")


def test_two_frameshifts_in_cis_cancel(gene: Gene) -> None:
    """GAC less its first base, and T before CAC: TGC ACG AAT TCG GAT CAC: …C T N S D H…, and normal again."""
    result = gene.run((codon(4), "G", "", "0|1"), (codon(8), "", "T", "0|1"))
    assert peptides(result) == new("MACTNSDHIKLNPQRSTVWY")


def test_two_frameshifts_on_the_two_copies_are_read_one_by_one(gene: Gene) -> None:
    """GAC less G alone: ACG AAT TCG GAC ACA TCA AGC TGA; T before CAC alone as above."""
    result = gene.run((codon(4), "G", "", "0|1"), (codon(8), "", "T", "1|0"))
    assert peptides(result) == new("MACTNSDTSS") | new("MACDEFGSHQAEPTAINGLVLS")


@pytest.mark.parametrize("hypotheses", [[], ["start"]])
def test_a_lost_start_before_an_atg_in_frame_makes_nothing_new(gene: Gene, hypotheses: list[str]) -> None:
    """K10 is M10 here (ATG): from there on the protein is the normal one's own end; the lost M is never put back."""
    gene.text = spelled(CODONS.replace("AAG", "ATG"))
    gene.options["hypotheses"] = hypotheses
    result = gene.run((codon(1) + 1, "T", "C", "0/1"))
    assert not result.ranked
    assert outcomes(result) == [Outcome.START_LOST_UNMODELLED]


def test_an_annotated_start_other_than_atg_reads_m(gene: Gene) -> None:
    """CTG, as in EIF4G2's GTG: the protein begins with M; C3S (TGC → AGC) has the windows that begin with it."""
    gene.text = spelled(CODONS.replace("ATG", "CTG"))
    result = gene.run((codon(3), "T", "A", "0/1"))
    assert peptides(result) == new("MASDEFGHIKLNPQRSTVWY")
    assert any(peptide.startswith("MAS") for peptide in peptides(result))


def test_an_indel_before_the_start_moves_it(gene: Gene) -> None:
    """GG put into the leader, C|GG|C ATG: the protein is the same one, as it is with the C before the A of ATG gone."""
    for record in ((1, "", "GG", "0/1"), (1, "C", "", "0/1")):
        result = gene.run(record)
        assert not result.ranked
        assert outcomes(result) == [Outcome.NO_PROTEIN_CHANGE]


def test_an_indel_over_the_start_takes_it(gene: Gene) -> None:
    """CA of CC|ATG gone leaves C|TG: no start codon."""
    assert outcomes(gene.run((1, "CA", "", "0/1"))) == [Outcome.START_LOST_UNMODELLED]


def test_a_deletion_over_an_exons_edge_rests_on_an_assumption(gene: Gene) -> None:
    """The last three exon bases (CAC, H8) and four intron bases gone: …G|I…, if the rest is spliced as annotated."""
    gene.text = GENE[: codon(9)] + INTRON + GENE[codon(9) :]
    at = codon(8)
    result = gene.run((at, gene.text[at : at + 7].upper(), "", "0/1"))
    assert peptides(result) == new("MACDEFGIKLNPQRSTVWY")
    for one in result.ranked:
        assert any("over an exon's edge" in reason for reason in one.reasons)
        assert one.tier in {Tier.UNCERTAIN, Tier.POOR_BINDER}


def test_a_whole_intron_deleted_changes_nothing(gene: Gene) -> None:
    """What splicing would take out is gone already."""
    gene.text = GENE[: codon(9)] + INTRON + GENE[codon(9) :]
    result = gene.run((codon(9), INTRON.upper(), "", "0/1"))
    assert not result.ranked
    assert Outcome.CANDIDATES not in outcomes(result)


def test_a_whole_exon_deleted_joins_its_neighbours(gene: Gene) -> None:
    """Exon 2 (H8–K10) with twenty intron bases on both sides: …FG|LN…, as spliced otherwise."""
    middle = INTRON + GENE[codon(8) : codon(11)] + INTRON
    gene.text = GENE[: codon(8)] + middle + GENE[codon(11) :]
    begin = codon(8) + len(INTRON) - 20
    end = codon(8) + len(INTRON) + 9 + 20
    result = gene.run((begin, gene.text[begin:end].upper(), "", "0/1"))
    assert peptides(result) == new("MACDEFGLNPQRSTVWY")
    assert all(any("over an exon's edge" in reason for reason in one.reasons) for one in result.ranked)


def test_selenocysteine_is_read_where_it_is_annotated_and_never_scored(gene: Gene) -> None:
    """D4 is TGA, annotated as U: F6L (TTC → TTA) has windows with U, which can't be scored, and others."""
    gene.text = spelled(CODONS.replace("GAC", "TGA"))
    gene.cds, gene.selenocysteines = (len(LEADER), len(LEADER) + 60), (codon(4),)
    result = gene.run((codon(6) + 2, "C", "A", "0/1"))
    windows = new("MACUELGHIKLNPQRSTVWY", "MACUEFGHIKLNPQRSTVWY")
    with_u = {window for window in windows if "U" in window}
    assert len(with_u) > 0
    assert peptides(result) == windows - with_u
    (row,) = result.ledger
    assert (row.outcome, row.n_peptides) == (Outcome.CANDIDATES, len(windows - with_u))
    assert f"{len(with_u)} hold unknown or non-standard residues" in row.detail


def test_tga_elsewhere_is_a_stop(gene: Gene) -> None:
    """In the same gene, W19 TGG → TGA ends the protein."""
    gene.text = spelled(CODONS.replace("GAC", "TGA"))
    gene.cds, gene.selenocysteines = (len(LEADER), len(LEADER) + 60), (codon(4),)
    result = gene.run((codon(19) + 2, "G", "A", "0/1"))
    assert outcomes(result) == [Outcome.NO_NOVEL_PEPTIDE]


@pytest.mark.parametrize(
    ("record", "mutant"),
    [
        ((codon(19) + 2, "G", "A", "0/1"), PLAIN),  # TGG → TGA: W in mitochondria
        ((codon(9) + 2, "C", "A", "0/1"), "MACDEFGHMKLNPQRSTVWY"),  # ATC → ATA: M there
        ((codon(15), "C", "A", "0/1"), PLAIN[:14]),  # CGA → AGA: a stop there
    ],
)
def test_mitochondrial_genes_are_read_by_their_own_code(gene: Gene, record: Record, mutant: str) -> None:
    """NCBI's code 2, told by the contig: chrM."""
    gene.contig = "chrM"
    result = gene.run(record)
    assert peptides(result) == new(mutant)
    assert outcomes(result)[0] is (
        Outcome.CANDIDATES
        if new(mutant)
        else Outcome.NO_PROTEIN_CHANGE
        if mutant == PLAIN
        else Outcome.NO_NOVEL_PEPTIDE
    )


@pytest.mark.parametrize("admitted", [False, True])
def test_a_cds_without_its_start_begins_with_an_unknown_residue(gene: Gene, *, admitted: bool) -> None:
    """CT|TGC GAC …, frame 2: the first codon lacks its first base, so X; C2S has no window with X, no M is made up."""
    gene.text = GENE[codon(2) + 1 :]
    gene.cds, gene.frame, gene.more = (0, 2 + 18 * 3), 2, 'tag "cds_start_NF"; tag "mRNA_start_NF";'
    gene.options["incomplete_transcripts"] = admitted
    result = gene.run((2, "T", "A", "0/1"))
    assert peptides(result) == (new("SDEFGHIKLNPQRSTVWY") if admitted else set())
    assert outcomes(result) == [Outcome.CANDIDATES if admitted else Outcome.INCOMPLETE_TRANSCRIPT]


def test_a_cds_without_its_end_has_no_stop_to_lose(gene: Gene) -> None:
    """The transcript ends within Y20's codon: TGG → TGC is C19, the last residue that is known."""
    gene.text = GENE[: codon(20) + 2]
    gene.cds, gene.more = (len(LEADER), len(gene.text)), 'tag "cds_end_NF"; tag "mRNA_end_NF";'
    gene.options["incomplete_transcripts"] = True
    result = gene.run((codon(19) + 2, "G", "C", "0/1"))
    assert peptides(result) == new("MACDEFGHIKLNPQRSTVC")
    ends = [one.candidate.peptide for one in result.ranked if one.candidate.peptide.sequence.endswith("VC")]
    assert {peptide.c_flank for peptide in ends} == {None}


def test_a_stop_inside_a_normal_protein_is_no_protein_to_mutate(gene: Gene) -> None:
    """E5 is TAA within an annotated CDS of twenty codons: its mutant can't be told, the row says what is wrong."""
    gene.text = spelled(CODONS.replace("GAA", "TAA", 1))
    gene.cds = (len(LEADER), len(LEADER) + 60)
    result = gene.run((codon(3), "T", "A", "0/1"))
    assert outcomes(result) == [Outcome.UNTRANSLATABLE_TRANSCRIPT]
    assert "inner stop at residue 5" in result.ledger[0].detail


@pytest.mark.parametrize(
    ("biotype", "outcome"),
    [
        ("nonsense_mediated_decay", Outcome.NMD_TRANSCRIPT),
        ("IG_V_gene", Outcome.IMMUNE_RECEPTOR_SEGMENT),
        ("TR_J_gene", Outcome.IMMUNE_RECEPTOR_SEGMENT),
    ],
)
def test_transcripts_that_make_normal_proteins_only(gene: Gene, biotype: str, outcome: Outcome) -> None:
    """Decaying ones and V(D)J segments: a row, no peptides."""
    gene.biotype = biotype
    result = gene.run((codon(10), "A", "C", "0/1"))
    assert not result.ranked
    assert outcomes(result) == [outcome]


def test_ambiguous_and_masked_bases(gene: Gene) -> None:
    """Soft-masked, with GAR (E whatever R is, on either strand) for E5 and TCN (S) for S16, and NAG for K10: X.

    L11 CTG → CCG is P11: its windows over X10 aren't scored.
    """
    gene.text = spelled(CODONS.replace("GAA", "GAR").replace("TCA", "TCN").replace("AAG", "NAG"))
    gene.masked = True
    result = gene.run((codon(11) + 1, "T", "C", "0/1"))
    assert peptides(result) == new("PNPQRSTVWY", "LNPQRSTVWY")
