"""GRCh37's chromosome 20 with GENCODE 19: normal proteins against Swiss-Prot, as an independent translation found."""

from __future__ import annotations

import gzip
import lzma
import re
from typing import TYPE_CHECKING

import pytest

from neosieve.building import build_reference
from neosieve.model.genome import Interval
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from neosieve.io.reference import Reference

WHOLE = Interval(0, 1 << 30)


@pytest.fixture(scope="module")
def reference(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Build it once."""
    genome = shared / "genome" / "grch37"
    out = tmp_path_factory.mktemp("grch37") / "chr20.ref"
    models = genome / "gencode_v19_basic.chr20.gtf.gz"
    return build_reference(models, genome / "20.fa.gz", out, proteome=None, stages=Stages())


def test_clean_reading_frames(reference: Reference) -> None:
    """1,421 of 1,441 coding transcripts are complete and read from start to stop; the others are tagged incomplete."""
    transcripts = reference.transcripts_at("chr20", WHOLE)
    assert len(transcripts) == 1441
    assert sum(not one.problem and not one.flags for one in transcripts) == 1421


def test_proteins_of_473_genes_are_in_swiss_prot(reference: Reference, shared: Path) -> None:
    """Letter by letter, for at least 473 of 558 genes."""
    with lzma.open(shared / "proteome" / "human_swissprot_2014_01.fasta.xz", "rt", encoding="ascii") as lines:
        records = lines.read().split(">")[1:]
    swiss_prot = {"".join(record.splitlines()[1:]) for record in records}
    transcripts = reference.transcripts_at("chr20", WHOLE)
    assert len({one.gene for one in transcripts}) == 558
    stored = reference.normal_proteins()
    matched = {name.rpartition(" (")[2].removesuffix(")") for name, one in stored.items() if one in swiss_prot}
    assert len(matched) >= 473


def test_the_file_has_another_name_for_the_contig(reference: Reference) -> None:
    """Gene models say chr20, the FASTA says 20: the reference answers to both, and to GRCh37's accession."""
    assert {reference.contig(name) for name in ("chr20", "20", "NC_000020.10")} == {"chr20"}
    assert reference.bases("chr20", Interval(68350, 68353)) == "ATG"  # DEFB125, ENST00000382410.2, begins there


def test_gff3_with_stop_codons_inside_gives_the_same(reference: Reference, shared: Path, tmp_path: Path) -> None:
    """The same models as Ensembl's GFF3 has them: the stop codon inside the CDS, and no stop_codon lines."""
    source = shared / "genome" / "grch37" / "gencode_v19_basic.chr20.gtf.gz"
    models = tmp_path / "chr20.gff3"
    models.write_text("\n".join(_as_gff3(gzip.decompress(source.read_bytes()).decode())), encoding="utf-8")
    fasta = shared / "genome" / "grch37" / "20.fa.gz"
    other = build_reference(models, fasta, tmp_path / "a.ref", proteome=None, stages=Stages())
    assert other.info["gene models"] == "GFF3, CDS with the stop codon"
    assert other.transcripts_at("chr20", WHOLE) == reference.transcripts_at("chr20", WHOLE)
    assert other.normal_proteins() == reference.normal_proteins()


def _as_gff3(text: str) -> Iterator[str]:
    """Rewrite GTF: the CDS and stop_codon lines that touch become one, as do split stop codons."""
    coding: dict[str, list[tuple[int, int, list[str]]]] = {}
    for line in text.splitlines():
        fields = line.split("\t")
        told = dict(re.findall(r'(\w+) "([^"]*)"', fields[8]))
        name = told["transcript_id"]
        if fields[2] == "transcript":
            tags = ",".join(re.findall(r'tag "([^"]*)"', fields[8]))
            fields[2] = "mRNA"
            fields[8] = f"ID=transcript:{name};Parent=gene:{told['gene_id']};gene_id={told['gene_id']};"
            fields[8] += (
                f"gene_name={told['gene_name']};biotype={told['transcript_type']};transcript_id={name};tag={tags}"
            )
            yield "\t".join(fields)
        elif fields[2] == "exon":
            yield "\t".join([*fields[:8], f"Parent=transcript:{name}"])
        elif fields[2] in {"CDS", "stop_codon"}:
            coding.setdefault(name, []).append((int(fields[3]), int(fields[4]), fields))
    for name, pieces in coding.items():
        joined: list[tuple[int, int, list[str]]] = []
        for begin, end, fields in sorted(pieces, key=lambda piece: piece[:2]):
            if joined and joined[-1][1] + 1 == begin:
                kept = joined[-1][2] if fields[6] == "+" else fields  # the frame is that of the 5′ end
                joined[-1] = (joined[-1][0], end, kept)
            else:
                joined.append((begin, end, fields))
        for begin, end, fields in joined:
            about = f"ID=CDS:{name};Parent=transcript:{name}"
            yield "\t".join([*fields[:2], "CDS", str(begin), str(end), *fields[5:8], about])


def test_transcript_sequences_give_the_same_proteins(reference: Reference, shared: Path, tmp_path: Path) -> None:
    """Built from the transcripts' own sequences, with poly-A tails, instead of the chromosome."""
    fasta = tmp_path / "cdna.fa"
    with fasta.open("w", encoding="ascii") as out:
        for one in reference.transcripts_at("chr20", WHOLE):
            plus = "".join(reference.bases("chr20", exon) for exon in one.exons)
            turned = plus.translate(str.maketrans("ACGT", "TGCA"))[::-1]
            out.write(f">{one.name} cdna\n{plus if one.strand > 0 else turned}AAAA\n")
    models = shared / "genome" / "grch37" / "gencode_v19_basic.chr20.gtf.gz"
    other = build_reference(models, fasta, tmp_path / "a.ref", proteome=None, stages=Stages())
    assert other.info["skipped"] == {}
    assert other.normal_proteins() == reference.normal_proteins()
    assert other.transcripts_at("chr20", WHOLE) == reference.transcripts_at("chr20", WHOLE)
