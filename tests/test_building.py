from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from neosieve.building import build_reference
from neosieve.errors import InputError, OutputError
from neosieve.model.genome import Interval
from neosieve.timing import Stages
from tests.io.annotationtext import fasta, gtf, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neosieve.io.reference import Reference

# Each gene: 2 bases, ATG GCT AAA, stop TAA, 3 bases: 17 bases, CDS at offsets 2–11
GENE = "CCATGGCTAAATAAGGG"


def genes(count: int, *, stop_inside: bool) -> list[str]:
    """Annotate genes that follow each other on chr1, as a GFF3 file does without stop_codon lines."""
    lines: list[str] = []
    for index in range(count):
        begin = index * len(GENE) + 1
        end = begin + (13 if stop_inside else 10)
        lines += [
            gtf("mRNA", begin, begin + 16, f"ID=T{index};Parent=G{index};gene_name=ABC{index}", contig="chr1"),
            gtf("exon", begin, begin + 16, f"ID=e{index};Parent=T{index}", contig="chr1"),
            gtf("CDS", begin + 2, end, f"ID=c{index};Parent=T{index}", frame="0", contig="chr1"),
        ]
    return lines


def build(folder: Path, lines: Sequence[str], bases: str, *, proteome: Path | None = None) -> Reference:
    """Build from lines of GFF3 and the sequence of chromosome 1."""
    models = write(folder / "a.gff3", lines)
    genome = fasta(folder / "a.fa", {"1": bases})
    return build_reference(models, genome, folder / "a.ref", proteome=proteome, stages=Stages())


@pytest.mark.parametrize("stop_inside", [True, False])
def test_whether_the_cds_holds_its_stop_codon_is_told_from_the_sequence(tmp_path: Path, *, stop_inside: bool) -> None:
    """Either way the CDS is ATG GCT AAA. The gene with two stops in a row, TAA TAA, goes with the others."""
    bases = GENE * 3 + GENE.replace("TAAGGG", "TAATAA")
    reference = build(tmp_path, genes(4, stop_inside=stop_inside), bases)
    told = [reference.transcript(f"T{index}") for index in range(4)]
    assert [one and one.cds for one in told] == [Interval(2, 11)] * 4
    assert reference.normal_proteins() == {"T0 (ABC0)": "MAK"}
    assert str(reference.info["gene models"]).startswith(f"GFF3, CDS {'with' if stop_inside else 'without'} the stop")


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    """A contig that the genome hasn't, an exon beyond the contig's end; the third gene is kept."""
    lines = [
        *genes(2, stop_inside=True),
        *(line.replace("chr1", "chrX").replace("T0", "TX") for line in genes(1, stop_inside=True)),
    ]
    reference = build(tmp_path, lines, GENE + GENE[:-1])
    assert reference.transcript_count == 1
    assert reference.info["skipped"] == {
        "exons beyond the contig's end": {"count": 1, "first": "T1 on chr1"},
        "contig not in the FASTA": {"count": 1, "first": "TX on chrX"},
    }
    assert reference.info["warnings"] == ["2 of 3 coding transcripts were left out"]


def test_problems_are_counted_by_kind(tmp_path: Path) -> None:
    """Two genes with an inner stop, at different residues: one kind. Their proteins up to the stop are normal ones."""
    first, second = GENE.replace("GCT", "TAA"), GENE.replace("AAATAA", "TGATAA")
    reference = build(tmp_path, genes(3, stop_inside=True), first + second + GENE)
    assert reference.info["problems"] == {
        "inner stop at residue …": {"count": 2, "first": "T0: inner stop at residue 2"}
    }
    assert reference.normal_proteins() == {"T0 (ABC0)": "M", "T1 (ABC1)": "MA", "T2 (ABC2)": "MAK"}


def test_gene_models_of_another_genome_build_are_refused(tmp_path: Path) -> None:
    """Long reading frames laid on random sequence meet a stop: (61/64)^99 = 0.9 % would not."""
    generator = random.Random(7)  # noqa: S311  reproducible, nothing secret
    bases = "".join(generator.choices("ACGT", k=30 * 300))
    lines = [
        line
        for index in range(30)
        for line in (
            gtf("exon", index * 300 + 1, index * 300 + 300, f"Parent=T{index}"),
            gtf("CDS", index * 300 + 1, index * 300 + 300, f"Parent=T{index}", frame="0"),
        )
    ]
    with pytest.raises(InputError, match=r"a\.gff3 and .*a\.fa don't belong together: of 30 .* of one build"):
        build(tmp_path, lines, bases)
    assert not (tmp_path / "a.ref").exists()


def test_no_usable_transcript_at_all(tmp_path: Path) -> None:
    """The commonest reason is named."""
    with pytest.raises(InputError, match=r"no transcript of .* can be used; 2 because: exons beyond the contig's end"):
        build(tmp_path, genes(2, stop_inside=True), "ACGT")


def test_a_proteome_adds_proteins(tmp_path: Path) -> None:
    """Its names are kept, and its checksum is noted."""
    proteome = fasta(tmp_path / "p.fa", {"sp|P1|ABC_HUMAN": "MKWVTF"})
    reference = build(tmp_path, genes(1, stop_inside=True), GENE, proteome=proteome)
    assert reference.normal_proteins() == {"T0 (ABC0)": "MAK", "sp|P1|ABC_HUMAN": "MKWVTF"}
    inputs = reference.info["inputs"]
    assert isinstance(inputs, dict)
    assert list(inputs) == ["gene models", "sequence", "proteome"]


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    """The inputs don't even exist."""
    with pytest.raises(OutputError, match="it is a folder"):
        build_reference(tmp_path / "no", tmp_path / "no", tmp_path, proteome=None, stages=Stages())


def test_the_reverse_complement_of_the_world_has_the_same_proteins(tmp_path: Path) -> None:
    """Three genes, one with a split stop codon, and their mirror image: only the coordinates differ."""
    split = "CCATGGGTAAATGTAAGTCCAGAAGGG"  # exons 0–12 and 22–27: … AAA T|GA, whose intron is GTAAGTCCAG
    bases = GENE + split + GENE.replace("AAA", "RCC")
    lines = [
        *genes(1, stop_inside=True),
        gtf("exon", 18, 29, "Parent=S"),
        gtf("exon", 40, 44, "Parent=S"),
        gtf("CDS", 20, 29, "Parent=S", frame="0"),
        gtf("CDS", 40, 41, "Parent=S", frame="2"),
        gtf("exon", 45, 61, "Parent=R"),
        gtf("CDS", 47, 58, "Parent=R", frame="0"),
    ]
    lines = [line.replace("chr1", "1") for line in lines]
    here = build(tmp_path, lines, bases)
    turned: list[str] = []
    for line in lines:
        fields = line.split("\t")
        fields[3:5] = [str(len(bases) + 1 - int(fields[4])), str(len(bases) + 1 - int(fields[3]))]
        turned.append("\t".join([*fields[:6], "-", *fields[7:]]))
    other = tmp_path / "other"
    other.mkdir()
    there = build(other, turned, bases.translate(str.maketrans("ACGTR", "TGCAY"))[::-1])
    assert here.normal_proteins() == {"T0 (ABC0)": "MAK", "S (S)": "MGK", "R (R)": "MAX"}  # RCC: threonine or alanine
    assert dict(sorted(there.normal_proteins().items())) == dict(sorted(here.normal_proteins().items()))
