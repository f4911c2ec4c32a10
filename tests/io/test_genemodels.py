from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.genemodels import read_gene_models
from neosieve.model.genome import Interval
from tests.io.annotationtext import gtf, write

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.genome import Transcript

GENCODE = (
    'gene_id "ENSG01.2"; transcript_id "{name}"; gene_type "protein_coding"; gene_name "ABC"; transcript_type "{kind}";'
)


def gencode(name: str = "ENST01.3", extra: str = "", kind: str = "protein_coding") -> str:
    """Write the attributes of a line as GENCODE's GTF does."""
    return f"{GENCODE.format(name=name, kind=kind)} {extra}".strip()


def only(path: Path) -> Transcript:
    """Return the one transcript of a file."""
    models = read_gene_models(path)
    (model,) = models.models
    return model.transcript


def test_ensembl_gtf(tmp_path: Path) -> None:
    """Ensembl writes versions apart from ids; exons 101–110 and 201–230, CDS 105–110 + 201–209 → offsets 4–19."""
    about = (
        'gene_id "ENSG01"; gene_version "2"; transcript_id "ENST01"; transcript_version "3"; gene_name "ABC"; '
        'gene_biotype "protein_coding"; transcript_biotype "protein_coding"; '
    )
    tags = (
        'tag "basic"; tag "Ensembl_canonical"; tag "MANE_Select"; tag "appris_principal_1"; '
        'transcript_support_level "1 (assigned to previous version 2)";'
    )
    told = only(
        write(
            tmp_path / "e.gtf.gz",
            [
                "#!genome-build GRCh38.p14",
                gtf("gene", 101, 230, 'gene_id "ENSG01"; gene_version "2"; gene_name "ABC";'),
                gtf("transcript", 101, 230, about + tags),
                gtf("exon", 101, 110, about + 'exon_number "1";'),
                gtf("CDS", 105, 110, about + 'protein_id "ENSP01"; protein_version "4";', frame="0"),
                gtf("exon", 201, 230, about),
                gtf("CDS", 201, 209, about, frame="0"),
                gtf("stop_codon", 210, 212, about, frame="0"),
            ],
        )
    )
    assert (told.name, told.gene, told.gene_id, told.protein) == ("ENST01.3", "ABC", "ENSG01", "ENSP01.4")
    assert told.exons == (Interval(100, 110), Interval(200, 230))
    assert told.cds == Interval(4, 19)
    assert (told.canonical, told.mane_select, told.support_level, told.appris) == (True, True, 1, "principal_1")
    assert (told.biotype, told.flags, told.missing) == ("protein_coding", frozenset(), 0)


def test_the_header_names_the_assembly(tmp_path: Path) -> None:
    """GENCODE names it in a sentence, Ensembl and RefSeq in a directive."""
    body = [gtf("exon", 1, 9, gencode()), gtf("CDS", 1, 6, gencode(), frame="0")]
    sentence = "##description: evidence-based annotation of the human genome (GRCh38), version 44 (Ensembl 110)"
    assert read_gene_models(write(tmp_path / "a.gtf", [sentence, *body])).assembly == "GRCh38"
    assert read_gene_models(write(tmp_path / "b.gtf", ["#!genome-build  GRCh38.p14", *body])).assembly == "GRCh38.p14"
    assert read_gene_models(write(tmp_path / "c.gtf", body)).assembly == ""


def test_a_stop_codon_split_over_exons_of_the_minus_strand(tmp_path: Path) -> None:
    """Exons 1–20 and 31–50, minus: offset 0 is base 50. CDS 33–44 → offsets 6–18; the stop is 31–32 and 20 → 18–21."""
    lines = [
        gtf("exon", 31, 50, gencode(), strand="-"),
        gtf("CDS", 33, 44, gencode(), strand="-", frame="0"),
        gtf("stop_codon", 31, 32, gencode(), strand="-", frame="0"),
        gtf("exon", 1, 20, gencode(), strand="-"),
        gtf("stop_codon", 20, 20, gencode(), strand="-", frame="1"),
    ]
    models = read_gene_models(write(tmp_path / "a.gtf", lines))
    assert models.models[0].transcript.cds == Interval(6, 18)
    assert models.models[0].settled
    assert (models.stops_inside, models.stops_behind) == (0, 1)


def test_a_split_stop_codon_inside_the_cds_is_taken_off(tmp_path: Path) -> None:
    """GENCODE's GFF3: CDS 5–10 + 21–22, its stop 10 + 21–22; exons 1–10, 21–30: the CDS is 5–9, offsets 4–9."""
    lines = [
        gtf("mRNA", 1, 30, "ID=T1;Parent=G1;transcript_id=T1;gene_name=ABC;gene_id=G1"),
        gtf("exon", 1, 10, "ID=e1;Parent=T1"),
        gtf("exon", 21, 30, "ID=e2;Parent=T1"),
        gtf("CDS", 5, 10, "ID=c;Parent=T1", frame="0"),
        gtf("CDS", 21, 22, "ID=c;Parent=T1", frame="0"),
        gtf("stop_codon", 10, 10, "ID=s;Parent=T1", frame="0"),
        gtf("stop_codon", 21, 22, "ID=s;Parent=T1", frame="2"),
    ]
    models = read_gene_models(write(tmp_path / "a.gff3", lines))
    assert models.models[0].transcript.cds == Interval(4, 9)
    assert models.stops_inside == 1


@pytest.mark.parametrize(("frame", "missing"), [("0", 0), ("1", 2), ("2", 1), (".", 0)])
def test_the_frame_column_tells_how_many_bases_of_the_first_codon_are_missing(
    tmp_path: Path, frame: str, missing: int
) -> None:
    """Frame 1: one base to skip is its codon's third, so two are missing; frame 2: one. It implies cds_start_NF."""
    told = only(write(tmp_path / "a.gtf", [gtf("exon", 1, 9, gencode()), gtf("CDS", 1, 7, gencode(), frame=frame)]))
    assert told.missing == missing
    assert ("cds_start_NF" in told.flags) == (missing > 0)


def test_tags_of_incomplete_ends(tmp_path: Path) -> None:
    """GENCODE repeats its tags on each line; one that stands on the CDS line only counts too."""
    path = write(
        tmp_path / "a.gtf",
        [
            gtf("exon", 1, 9, gencode(extra='tag "mRNA_start_NF"; tag "cds_start_NF";')),
            gtf("CDS", 1, 9, gencode(extra='tag "cds_end_NF";'), frame="0"),
        ],
    )
    assert only(path).flags == {"cds_start_NF", "cds_end_NF"}


def test_selenocysteine_lines_also_of_a_codon_split_over_exons(tmp_path: Path) -> None:
    """Exons 1–11 and 21–40, CDS from offset 0: the codon 10–11 + 21 begins at 9, the one at 25–27 at 11 + 4 = 15.

    24–26, at offset 14, is out of frame and so no codon of this CDS.
    """
    lines = [
        gtf("exon", 1, 11, gencode()),
        gtf("exon", 21, 40, gencode()),
        gtf("CDS", 1, 11, gencode(), frame="0"),
        gtf("CDS", 21, 30, gencode(), frame="1"),
        *(gtf("Selenocysteine", *place, gencode()) for place in ((10, 11), (21, 21), (24, 26), (25, 27))),
    ]
    assert only(write(tmp_path / "a.gtf", lines)).selenocysteines == (9, 15)


def test_refseq_gtf(tmp_path: Path) -> None:
    """RefSeq: versions in the ids, ``MANE Select`` with a space, mRNA for protein_coding."""
    about = 'gene_id "ABC"; transcript_id "NM_01.4"; db_xref "GeneID:7"; gbkey "mRNA"; gene "ABC"; '
    lines = [
        gtf("gene", 1, 30, 'gene_id "ABC"; transcript_id ""; gene "ABC"; gene_biotype "protein_coding";'),
        gtf("transcript", 1, 30, about + 'tag "MANE Select"; transcript_biotype "mRNA";', contig="NC_000020.11"),
        gtf("exon", 1, 30, about, contig="NC_000020.11"),
        gtf("CDS", 4, 12, about + 'protein_id "NP_01.2";', frame="0", contig="NC_000020.11"),
        gtf("stop_codon", 13, 15, about, frame="0", contig="NC_000020.11"),
    ]
    told = only(write(tmp_path / "a.gtf", lines))
    assert (told.name, told.protein, told.gene, told.biotype) == ("NM_01.4", "NP_01.2", "ABC", "protein_coding")
    assert told.mane_select
    assert told.contig == "NC_000020.11"


def refseq_gff(*lines: str) -> list[str]:
    """Write a gene of one exon, 1–90 of the minus strand, as RefSeq's GFF3 does; CDS lines are the caller's."""
    return [
        "##gff-version 3",
        gtf("region", 1, 900, "ID=NC_1:1..900"),
        gtf(
            "gene",
            1,
            90,
            "ID=gene-ABC;Dbxref=GeneID:7;Name=ABC;gbkey=Gene;gene=ABC;gene_biotype=protein_coding",
            strand="-",
        ),
        gtf(
            "mRNA",
            1,
            90,
            "ID=rna-NM_01.4;Parent=gene-ABC;Name=NM_01.4;gbkey=mRNA;gene=ABC;tag=RefSeq Select,MANE Select;"
            "transcript_id=NM_01.4",
            strand="-",
        ),
        gtf("exon", 1, 90, "ID=exon-1;Parent=rna-NM_01.4;gbkey=mRNA", strand="-"),
        *lines,
    ]


def test_refseq_gff3_with_selenocysteine_and_incomplete_ends(tmp_path: Path) -> None:
    """Base 90 is offset 0. CDS 31–80 → 10–60; the Sec codon 69–71 begins with base 71, offset 19: in frame, 9 in.

    ``start_range`` is about the left end: on the minus strand, the CDS's end.
    """
    about = (
        "ID=cds-NP_01.2;Parent=rna-NM_01.4;gbkey=CDS;gene=ABC;protein_id=NP_01.2;partial=true;start_range=.,31;"
        "transl_except=(pos:complement(69..71)%2Caa:Sec),(pos:complement(31..32),aa:TERM)"
    )
    told = only(write(tmp_path / "a.gff3", refseq_gff(gtf("CDS", 31, 80, about, strand="-", frame="0"))))
    assert (told.name, told.gene, told.gene_id, told.protein) == ("NM_01.4", "ABC", "ABC", "NP_01.2")
    assert told.cds == Interval(10, 60)
    assert told.selenocysteines == (19,)
    assert told.flags == {"cds_end_NF"}
    assert told.mane_select
    assert told.canonical
    assert told.biotype == "protein_coding"


def test_a_programmed_frameshift_keeps_its_pieces(tmp_path: Path) -> None:
    """OAZ1 skips a base: CDS 61–80 and 31–59 of the minus strand → offsets 10–30 and 31–60."""
    about = "ID=cds-1;Parent=rna-NM_01.4;exception=ribosomal slippage"
    lines = refseq_gff(
        gtf("CDS", 61, 80, about, strand="-", frame="0"), gtf("CDS", 31, 59, about, strand="-", frame="0")
    )
    (model,) = read_gene_models(write(tmp_path / "a.gff3", lines)).models
    assert model.pieces == (Interval(10, 30), Interval(31, 60))
    assert model.transcript.cds == Interval(10, 60)


def test_refseq_mitochondrial_genes_have_no_exon_lines(tmp_path: Path) -> None:
    """The CDS hangs on its gene; it is all that is known of the transcript."""
    lines = [
        gtf(
            "gene", 11, 30, "ID=gene-ND1;Name=ND1;gbkey=Gene;gene=ND1;gene_biotype=protein_coding", contig="NC_012920.1"
        ),
        gtf(
            "CDS",
            11,
            30,
            "ID=cds-YP_1.1;Parent=gene-ND1;gbkey=CDS;gene=ND1;protein_id=YP_1.1",
            frame="0",
            contig="NC_012920.1",
        ),
    ]
    told = only(write(tmp_path / "a.gff3", lines))
    assert (told.name, told.gene, told.biotype, told.protein) == ("ND1", "ND1", "protein_coding", "YP_1.1")
    assert told.exons == (Interval(10, 30),)


def test_immune_receptor_segments_of_refseq_get_gencodes_biotype(tmp_path: Path) -> None:
    """V_gene_segment of IGHV1-2 is GENCODE's IG_V_gene, by which it is refused later."""
    lines = [
        gtf("gene", 1, 30, "ID=gene-IGHV1-2;Name=IGHV1-2;gbkey=Gene;gene=IGHV1-2;gene_biotype=V_segment"),
        gtf("V_gene_segment", 1, 30, "ID=id-IGHV1-2;Parent=gene-IGHV1-2;gbkey=V_segment;gene=IGHV1-2"),
        gtf("exon", 1, 30, "ID=e;Parent=id-IGHV1-2"),
        gtf("CDS", 1, 30, "ID=c;Parent=id-IGHV1-2", frame="0"),
    ]
    assert only(write(tmp_path / "a.gff3", lines)).biotype == "IG_V_gene"


def test_ensembl_gff3(tmp_path: Path) -> None:
    """Ensembl's GFF3: ids behind ``transcript:``, version and biotype on the transcript, symbol on the gene."""
    lines = [
        "#!genome-build  GRCh38.p14",
        gtf("gene", 1, 30, "ID=gene:ENSG01;Name=ABC;biotype=protein_coding;gene_id=ENSG01;version=5"),
        gtf(
            "mRNA",
            1,
            30,
            "ID=transcript:ENST01;Parent=gene:ENSG01;Name=ABC-201;biotype=nonsense_mediated_decay;tag=basic,"
            "Ensembl_canonical;transcript_id=ENST01;transcript_support_level=NA;version=3",
        ),
        gtf("five_prime_UTR", 1, 3, "Parent=transcript:ENST01"),
        gtf("exon", 1, 30, "Parent=transcript:ENST01;Name=ENSE1;version=1"),
        gtf("CDS", 4, 15, "ID=CDS:ENSP01;Parent=transcript:ENST01;protein_id=ENSP01;version=2", frame="0"),
    ]
    models = read_gene_models(write(tmp_path / "a.gff3", lines))
    told = models.models[0].transcript
    assert (told.name, told.gene, told.gene_id, told.protein) == ("ENST01.3", "ABC", "ENSG01", "ENSP01.2")
    assert (told.biotype, told.support_level, told.canonical) == ("nonsense_mediated_decay", None, True)
    assert told.cds == Interval(3, 15)  # with its stop codon, which only the sequence can tell
    assert not models.models[0].settled
    assert (models.format, models.assembly) == ("GFF3", "GRCh38.p14")


def test_par_copies_and_haplotype_contigs_are_transcripts_of_their_own(tmp_path: Path) -> None:
    """GENCODE marks the copy on Y in its id; Ensembl repeats the id, so the second one by place gets a number."""
    lines = [
        line
        for contig, name in (("X", "T1.2"), ("Y", "T1.2_PAR_Y"), ("X", "T2.1"), ("Y", "T2.1"), ("KI270857.1", "T3.1"))
        for line in (
            gtf("exon", 1, 9, gencode(name), contig=contig),
            gtf("CDS", 1, 6, gencode(name), frame="0", contig=contig),
        )
    ]
    models = read_gene_models(write(tmp_path / "a.gtf", lines)).models
    assert [(one.transcript.contig, one.transcript.name) for one in models] == [
        ("KI270857.1", "T3.1"),
        ("X", "T1.2"),
        ("X", "T2.1"),
        ("Y", "T1.2_PAR_Y"),
        ("Y", "T2.1_1"),
    ]


def test_what_cannot_be_used_is_counted_with_its_first_example(tmp_path: Path) -> None:
    """Each unusable line or transcript has a reason; the sound one beside them is read."""
    cds = {"frame": "0"}
    lines = [
        gtf("exon", 1, 9, gencode("good.1")),
        gtf("CDS", 1, 6, gencode("good.1"), **cds),
        "1\tmade_up\texon",
        gtf("exon", 1, 9, 'gene_id "G";'),
        gtf("exon", 9, 1, gencode("good.1")),
        gtf("exon", 1, 9, gencode("noncoding.1")),
        gtf("exon", 1, 9, gencode("trans.1")),
        gtf("CDS", 1, 6, gencode("trans.1"), strand="-", **cds),
        gtf("exon", 1, 9, gencode("overlap.1")),
        gtf("exon", 9, 20, gencode("overlap.1")),
        gtf("CDS", 1, 6, gencode("overlap.1"), **cds),
        gtf("exon", 1, 9, gencode("outside.1")),
        gtf("CDS", 1, 10, gencode("outside.1"), **cds),
        gtf("exon", 1, 90, gencode("gap.1")),
        gtf("CDS", 1, 10, gencode("gap.1"), **cds),
        gtf("CDS", 21, 30, gencode("gap.1"), **cds),
        gtf("exon", 1, 9, gencode("nostrand.1"), strand="."),
        gtf("CDS", 1, 9, gencode("nostrand.1"), strand=".", **cds),
    ]
    models = read_gene_models(write(tmp_path / "a.gtf", lines))
    assert [one.transcript.name for one in models.models] == ["good.1"]
    assert models.noncoding == 1
    assert models.skipped.reasons == {
        "malformed line": (3, "line 3: 3 columns instead of 9"),
        "trans-spliced: exons on several contigs or strands": (1, "trans.1"),
        "overlapping exons": (1, "overlap.1"),
        "exons and CDS don't fit: a coding stretch or stop codon lies outside the exons": (1, "outside.1"),
        "exons and CDS don't fit: the CDS leaves out bases of an exon": (1, "gap.1"),
        "no strand": (1, "nostrand.1"),
    }


def test_a_file_without_coding_transcripts(tmp_path: Path) -> None:
    """One clear error that says how many transcripts there were."""
    path = write(tmp_path / "a.gtf", [gtf("exon", 1, 9, gencode("T.1"))])
    with pytest.raises(InputError, match=r"a\.gtf holds no coding transcript: 1 transcripts have no CDS lines"):
        read_gene_models(path)


@pytest.mark.parametrize("text", ["", ">chr1\nACGT\n", "##fileformat=VCFv4.2\n#CHROM\tPOS\n1\t2\n", "a\tb\n" * 9])
def test_a_file_that_is_no_annotation(tmp_path: Path, text: str) -> None:
    """FASTA, VCF, any table or nothing: one clear error."""
    path = tmp_path / "a.gtf"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no GTF or GFF3 file"):
        read_gene_models(path)


def test_sequence_at_the_end_of_a_gff3_is_left_alone(tmp_path: Path) -> None:
    """GFF3 may end with ##FASTA; Windows line ends and blank lines don't matter either."""
    path = tmp_path / "a.gff3"
    text = "\r\n".join((*refseq_gff(gtf("CDS", 31, 60, "Parent=rna-NM_01.4", strand="-")), "", "##FASTA", ">x", "ACGT"))
    path.write_bytes(text.encode())
    assert not read_gene_models(path).skipped.reasons
