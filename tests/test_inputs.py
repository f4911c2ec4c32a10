"""What a run reads with a reference: annotation and sequence, genome builds, contigs, the patient's germline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError, SampleError
from neosieve.inputs import input_files, read_inputs
from neosieve.io.fasta import read_proteins
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import Call
from tests.madeup import CHROMOSOMES, TOY, Change, World, change

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.inputs import Inputs

FIELDS = (
    "Allele|Consequence|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSp|Protein_position|Amino_acids|WildtypeProtein"
)
VEP = f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {FIELDS}">'
G12D = change(12, 2, "A")  # GGT → GAT
S17R = change(17, 3, "A")  # AGT → AGA
A18V = change(18, 2, "T")  # GCC → GTC


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return the made-up genome, in this test's folder."""
    return World(tmp_path)


def refused(inputs: Inputs) -> list[LedgerEntry]:
    """List the records that gave no call."""
    return [record for record in inputs.records if isinstance(record, LedgerEntry)]


def annotated(terms: str = "missense_variant", hgvs: str = "", protein: str = TOY, transcript: str = "ENST1.1") -> str:
    """Write INFO for G12D, whose ALT is A, on the plus strand."""
    return f"CSQ=A|{terms}|TOY|ENSG1|Transcript|{transcript}|protein_coding|{hgvs}|12|G/D|{protein}"


def test_without_an_annotation_the_sequence_tells_the_consequence(world: World) -> None:
    """GGT, codon 12, read GAT: c.35G>A of TOY; the transcript's own protein is the normal one; nothing to compare."""
    inputs = read_inputs(world.settings(world.vcf([G12D])))
    (call,) = inputs.calls
    (told,) = call.consequences
    assert (told.transcript, told.gene, told.hgvs_c, told.hgvs_p) == ("ENST1.1", "TOY", "c.35G>A", "p.Gly12Asp")
    assert told.terms == ("missense_variant", "splice_region_variant")  # the exon's second base from its end
    assert told.normal_protein == TOY
    assert inputs.differences == ()
    assert inputs.warnings == ()


@pytest.mark.parametrize("transcript", ["ENST1.1", "ENST1", "ENST1.7"])
@pytest.mark.parametrize("hgvs", ["", "ENSP1.1:p.Gly12Asp"])
def test_an_annotation_that_agrees_leaves_no_row(world: World, transcript: str, hgvs: str) -> None:
    """Residues, terms and protein are the sequence's; transcripts join whatever their versions (TRAPS)."""
    record = replace(G12D, info=annotated(hgvs=hgvs, transcript=transcript))
    inputs = read_inputs(world.settings(world.vcf([record], meta=VEP)))
    assert inputs.differences == ()
    assert inputs.warnings == ()
    assert [one.transcript for call in inputs.calls for one in call.consequences] == ["ENST1.1"]


@pytest.mark.parametrize(
    ("info", "detail"),
    [
        (annotated(hgvs="ENSP1.1:p.Gly12Val"), "p.Gly12Val where the sequence gives p.Gly12Asp"),
        (annotated("synonymous_variant"), "synonymous_variant where the sequence gives missense_variant"),
        (annotated("intron_variant"), "no change of the protein where the sequence gives missense_variant"),
        (annotated(protein=TOY[:-1] + "F"), "another normal protein"),
        (
            annotated("stop_gained", protein=TOY[1:]),
            "stop_gained where the sequence gives missense_variant and another normal protein",
        ),
    ],
)
def test_an_annotation_that_differs_is_told_and_the_sequence_decides(world: World, info: str, detail: str) -> None:
    """One ``annotation_differs`` row that says what both say, and one warning; the call keeps the sequence's word."""
    record = replace(G12D, info=info)
    inputs = read_inputs(world.settings(world.vcf([record], meta=VEP)))
    (row,) = inputs.differences
    assert (row.variant, row.gene, row.transcript) == (world.name(G12D), "TOY", "ENST1.1")
    assert row.outcome is Outcome.ANNOTATION_DIFFERS
    assert row.detail == f"the VCF's annotation of ENST1.1 says {detail}; the sequence was used"
    (warning,) = inputs.warnings
    assert "differs from the sequence in 1 of 1 places" in warning
    assert "annotation_differs" in warning
    (call,) = inputs.calls
    assert [one.hgvs_p for one in call.consequences] == ["p.Gly12Asp"]


def test_an_annotated_transcript_that_the_reference_lacks_is_warned_about(world: World) -> None:
    """Nobody can compare it; its protein stays among the normal ones."""
    info = annotated() + "," + annotated(protein="MWWWWWWWWW", transcript="ENST99.1").removeprefix("CSQ=")
    record = replace(G12D, info=info)
    inputs = read_inputs(world.settings(world.vcf([record], meta=VEP)))
    assert inputs.differences == ()
    assert inputs.warnings == ("1 annotated transcripts of calls are not in the reference and were not used",)
    assert "MWWWWWWWWW" in {protein for proteins in inputs.normal_proteins for protein in proteins.values()}


def wrong(residue: int) -> str:
    """Write a record whose REF is another base than the reference's."""
    one = change(residue, 1, "N")
    ref = {"A": "C", "C": "G", "G": "T", "T": "A"}[one.old]
    alt = {"A": "G", "C": "T", "G": "A", "T": "C"}[one.old]
    return f"chr20\t{one.start + 1}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT\t0/0\t0/1"


def test_calls_of_another_genome_build_are_refused_as_a_whole(world: World) -> None:
    """Three of five REF differ: one error with the counts, the first place, the likely cause and the remedy."""
    vcf = world.vcf([G12D, wrong(20), S17R, wrong(22), wrong(30)])
    with pytest.raises(InputError) as caught:
        read_inputs(world.settings(vcf))
    message = str(caught.value)
    assert message.startswith(f"{vcf}: REF differs from toy1.ref, format 1, sha256 ")
    assert "in 3 of 5 calls (first chr20:" in message
    # T20 is ACG
    assert "line 4: REF is C but the reference has A" in message
    assert "GRCh37 against GRCh38" in message
    assert "--reference that was built from the genome that the reads were aligned to" in message


def test_two_mismatches_are_two_bad_records(world: World) -> None:
    """Fewer than three are no genome build, whatever their share: each has its row, with its line."""
    inputs = read_inputs(world.settings(world.vcf([wrong(20), wrong(22), S17R])))
    assert [(row.outcome, row.detail) for row in refused(inputs)] == [
        (Outcome.REFERENCE_MISMATCH, "line 3: REF is C but the reference has A"),  # ACG
        (Outcome.REFERENCE_MISMATCH, "line 4: REF is G but the reference has C"),  # CAG
    ]
    assert inputs.warnings == ("2 of 3 REF alleles differ from the reference; those calls are not used",)
    assert [str(call.variant) for call in inputs.calls] == [world.name(S17R)]


def test_three_mismatches_among_many_calls_are_bad_records_too(world: World) -> None:
    """3 of 60 is 5 %, no more than is let pass; 57 SNVs stand in the codons of TOY's third exon and its UTR."""
    begin = change(27, 1, "N").start
    good = [Change(begin + at, CHROMOSOMES["chr20"][begin + at], _other(begin + at)) for at in range(57)]
    inputs = read_inputs(world.settings(world.vcf([wrong(20), wrong(22), wrong(24), *good])))
    assert len(refused(inputs)) == 3
    assert len(inputs.calls) == 57


def _other(place: int) -> str:
    return {"A": "C", "C": "A", "G": "T", "T": "G"}[CHROMOSOMES["chr20"][place]]


def test_a_germline_vcf_of_another_build_is_refused_too(world: World) -> None:
    """Else the patient's own proteins would be the reference's, and inherited residues would pass for new ones."""
    lines = [wrong(residue).replace("\t0/0\t0/1", "\t0/1") for residue in (20, 22, 30)]
    germline = world.vcf(lines, name="germline.vcf", samples="PATIENT")
    with pytest.raises(InputError, match=r"germline\.vcf: REF differs from .* in 3 of 3 calls"):
        read_inputs(world.settings(world.vcf([S17R]), germline=germline))


@pytest.mark.parametrize("spelled", ["chr20", "20", "NC_000020.11", "NC_000020.10", "CHR20"])
def test_contigs_go_by_any_of_their_names(tmp_path: Path, spelled: str) -> None:
    """The reference says chr20; variants keep the VCF's own spelling."""
    world = World(tmp_path, names={"chr20": spelled})
    inputs = read_inputs(world.settings(world.vcf([G12D])))
    (call,) = inputs.calls
    assert call.variant.chrom == spelled
    assert [one.hgvs_p for one in call.consequences] == ["p.Gly12Asp"]


def test_a_contig_that_the_reference_lacks(world: World) -> None:
    """A row for each call on it, and one warning with the counts; the others go on."""
    decoy = "chrUn_1\t7\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1"
    inputs = read_inputs(world.settings(world.vcf([decoy, G12D])))
    (row,) = refused(inputs)
    assert (row.variant, row.outcome) == ("chrUn_1:7:A>C", Outcome.NOT_IN_REFERENCE)
    assert row.detail == "line 3: the reference holds no contig chrUn_1 with coding transcripts"
    assert inputs.warnings == ("1 calls lie on contigs that the reference lacks: chrUn_1 (1)",)
    assert len(inputs.calls) == 1


def test_no_contig_in_common_is_an_error(world: World) -> None:
    """A mouse's or a virus's calls, say: the line names the first contigs and the remedy."""
    lines = [f"{name}\t7\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1" for name in ("one", "two", "three", "four")]
    with pytest.raises(InputError, match=r"holds none of its contigs \(one, two, three …\); give a --reference that"):
        read_inputs(world.settings(world.vcf(lines)))


def test_a_vcf_without_records_has_no_wrong_contigs(world: World) -> None:
    """No calls is a result."""
    assert len(read_inputs(world.settings(world.vcf([]))).records) == 0


def test_a_record_whose_bases_the_reference_does_not_hold_matches_anything(world: World) -> None:
    """Far outside of the genes' surroundings everything reads N: no mismatch, no consequence, one row later on."""
    far = "chr20\t5000000\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1"
    (row,) = refused(read_inputs(world.settings(world.vcf([far]))))
    assert (row.outcome, row.detail) == (Outcome.NO_PROTEIN_CHANGE, "no transcript overlaps it")


def test_a_germline_vcf_gives_germline_calls(world: World) -> None:
    """Its calls are germline, whatever the tumour VCF says of the normal; the number used is told."""
    absent = change(30, 1, "C", tumor="0/0")
    germline = world.germline([A18V, absent])
    inputs = read_inputs(world.settings(world.vcf([S17R]), germline=germline))
    assert [(str(one.variant), one.germline) for one in inputs.calls] == [
        (world.name(S17R), False), (world.name(A18V), True),
    ]  # fmt: skip
    assert inputs.warnings == ("germline.vcf: 2 germline ALTs, of which 1 can be used and 1 touch exons",)
    assert [file.role for file in input_files(world.settings(world.vcf([S17R]), germline=germline))] == [
        "vcf", "germline", "reference",
    ]  # fmt: skip


@pytest.mark.parametrize("names", ["chr20", "20", "NC_000020.11"])
def test_a_call_that_the_germline_vcf_holds_is_germline(tmp_path: Path, names: str) -> None:
    """Found whatever the germline VCF calls the contig, and counted once: in the tumour's own spelling."""
    world, other = World(tmp_path, names={"chr20": "20"}), World(tmp_path, names={"chr20": names})
    inputs = read_inputs(world.settings(world.vcf([S17R, A18V]), germline=other.germline([A18V])))
    assert [(str(call.variant), call.germline) for call in inputs.calls] == [
        (world.name(S17R), False), (world.name(A18V), True),
    ]  # fmt: skip
    assert inputs.warnings == (
        "germline.vcf: 1 germline ALTs, of which 1 can be used and 1 touch exons, 1 of them also in tumour.vcf",
    )


def test_germline_calls_are_spelled_as_the_tumours(tmp_path: Path) -> None:
    """So that the two meet on one haplotype, and tables name one contig one way."""
    world, other = World(tmp_path, names={"chr20": "20"}), World(tmp_path)
    inputs = read_inputs(world.settings(world.vcf([S17R]), germline=other.germline([A18V])))
    assert {call.variant.chrom for call in inputs.calls} == {"20"}


def test_contigs_are_matched_without_a_reference_too(tmp_path: Path) -> None:
    """Two annotated VCFs, one of which says 20 and the other chr20."""
    world, other = World(tmp_path, names={"chr20": "20"}), World(tmp_path)
    record = replace(G12D, info=annotated())
    germline = other.vcf([other.line(record, "0/1")], name="germline.vcf", meta=VEP, samples="PATIENT")
    inputs = read_inputs(world.settings(world.vcf([record], meta=VEP), reference=None, germline=germline))
    assert [(str(call.variant), call.germline) for call in inputs.calls] == [(world.name(G12D), True)]


def test_phase_sets_of_two_files_are_not_one(world: World) -> None:
    """Both call a set 7, but 7 of one file says nothing of 7 of the other."""
    somatic = change(17, 3, "A", tumor="0|1:7", normal="0|0:7", keys="GT:PS")
    inherited = change(18, 2, "T", tumor="0|1:7", keys="GT:PS")
    inputs = read_inputs(world.settings(world.vcf([somatic]), germline=world.germline([inherited])))
    one, other = (call.phase for call in inputs.calls)
    assert one is not None
    assert other is not None
    assert (one.source, other.source) == ("PS", "germline PS")


def test_the_sample_of_a_germline_vcf(world: World) -> None:
    """The only one; else the one asked for; else the one that is called as the tumour VCF's normal."""
    vcf = world.vcf([S17R])
    lines = [world.line(A18V, "0/0", "0/1", "./.")]
    germline = world.vcf(lines, name="germline.vcf", samples="MOTHER CHILD NORMAL")
    assert len(read_inputs(world.settings(vcf, germline=germline, germline_sample="CHILD")).germline) == 1
    assert read_inputs(world.settings(vcf, germline=germline)).germline == ()  # NORMAL isn't called there
    with pytest.raises(
        SampleError, match=r"germline\.vcf has no sample 'X' \(--germline-sample\); its samples are: MOTHER, CHILD, NO"
    ):
        read_inputs(world.settings(vcf, germline=germline, germline_sample="X"))


def test_a_germline_sample_that_cannot_be_told(world: World) -> None:
    """Two strangers: the line lists them and names the option."""
    germline = world.germline([A18V], samples="S1 S2")
    message = (
        r"^germline\.vcf: can't tell which sample is the patient's; name it with --germline-sample; "
        r"its samples are: S1, S2$"
    )
    with pytest.raises(SampleError, match=message):
        read_inputs(world.settings(world.vcf([S17R]), germline=germline))


def test_a_germline_vcf_of_sites_only(world: World) -> None:
    """Without a genotype nothing says that this patient carries anything."""
    germline = world.folder / "germline.vcf"
    germline.write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr20\t30\t.\tA\tC\t.\t.\t.\n",
        encoding="utf-8",
    )
    with pytest.raises(SampleError, match=r"germline\.vcf has no sample columns.*give a VCF with"):
        read_inputs(world.settings(world.vcf([S17R]), germline=germline))


def test_the_normal_set(world: World) -> None:
    """The reference's three proteins, the HLA proteins that ship, and the FASTA's, whose names name the file."""
    proteome = world.folder / "own.fa"
    proteome.write_text(">P1\nMKWYMKWYMKWY\n", encoding="utf-8")
    inputs = read_inputs(world.settings(world.vcf([S17R]), proteome=proteome))
    names = [name for proteins in inputs.normal_proteins for name in proteins]
    assert {"ENST1.1 (TOY)", "ENST2.1 (TWIN)", "ENST3.1 (BYSTANDER)", "P1 in own.fa"} <= set(names)
    assert any("A*02:01" in name for name in names)
    assert read_proteins(proteome).keys() == {"P1"}


def test_the_reference_is_named_by_what_it_was_built_from(world: World) -> None:
    """File, format, digest, gene models, sequence, transcripts; nothing without a reference."""
    told = read_inputs(world.settings(world.vcf([S17R]))).reference
    assert told.startswith("toy1.ref, format 1, sha256 ")
    assert told.endswith("; gene models toy.gtf; sequence toy.fa; 3 transcripts")
    vcf = world.vcf([replace(G12D, info=annotated())], meta=VEP)
    inputs = read_inputs(world.settings(vcf, reference=None))
    assert inputs.reference == ""
    assert all(isinstance(record, Call) for record in inputs.records)
