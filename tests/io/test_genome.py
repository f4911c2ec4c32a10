from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.errors import InputError
from neosieve.io import genome
from neosieve.io.contigs import ContigNames, plain
from neosieve.io.genome import read_sequences, records
from neosieve.io.stretches import regions
from neosieve.model.genome import Interval, Transcript
from tests.io.annotationtext import fasta, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLUS = Transcript("T1.1", "G", "G", "chr20", 1, (Interval(2, 8), Interval(10, 14)), Interval(0, 6))
MINUS = replace(PLUS, name="T2.1", strand=-1)
BASES = "ttACGRACnnGTCAgg"
# exons 2–8 ACGRAC and 10–14 GTCA; minus: TGAC + GTYCGT (R is A or G, its complement Y)
SPLICED = {"T1.1": "ACGRACGTCA", "T2.1": "TGACGTYCGT"}


def spliced(path: Path, *transcripts: Transcript) -> dict[str, str | None]:
    """Splice each transcript from a file."""
    stretches = read_sequences(path, transcripts).stretches
    return {one.name: stretches.spliced(one) for one in transcripts}


def two_bit(path: Path, contigs: Mapping[str, str], order: str) -> Path:
    """Write 2bit with N blocks and masks, straight from the format's description."""
    parts: list[bytes] = []
    for bases in contigs.values():
        upper = bases.upper()
        runs = {"N": list[tuple[int, int]](), "mask": list[tuple[int, int]]()}
        for kind, flags in (("N", [base == "N" for base in upper]), ("mask", [base.islower() for base in bases])):
            start = None
            for position, flag in enumerate([*flags, False]):
                if flag and start is None:
                    start = position
                if not flag and start is not None:
                    runs[kind].append((start, position - start))
                    start = None
        record = struct.pack(f"{order}I", len(bases))
        for kind in ("N", "mask"):
            numbers = [start for start, _ in runs[kind]] + [size for _, size in runs[kind]]
            record += struct.pack(f"{order}{1 + len(numbers)}I", len(runs[kind]), *numbers)
        codes = ["TCAG".index(base) if base != "N" else 0 for base in upper] + [0, 0, 0]
        packed = bytes(
            codes[i] << 6 | codes[i + 1] << 4 | codes[i + 2] << 2 | codes[i + 3] for i in range(0, len(bases), 4)
        )
        parts.append(record + struct.pack(f"{order}I", 0) + packed)
    index_size = sum(1 + len(name) + 4 for name in contigs)
    data = struct.pack(f"{order}4I", 0x1A412743, 0, len(contigs), 0)
    position = 16 + index_size
    for name, part in zip(contigs, parts, strict=True):
        data += bytes([len(name)]) + name.encode() + struct.pack(f"{order}I", position)
        position += len(part)
    path.write_bytes(data + b"".join(parts))
    return path


def test_soft_masked_fasta_under_another_contig_name(tmp_path: Path) -> None:
    """Lower case reads as upper case, IUPAC letters are complemented, 20 is chr20."""
    path = fasta(tmp_path / "a.fa", {"19 other": "ACGT", "20 dna:chromosome": BASES, "21": "TTTT"}, width=5)
    assert spliced(path, PLUS, MINUS) == SPLICED
    assert read_sequences(path, [PLUS]).names == {"chr20": "20"}


def test_gzip_and_bgzip_read_alike(tmp_path: Path) -> None:
    """Either compression; a bgzipped file that lost its end block is told to be incomplete."""
    assert spliced(fasta(tmp_path / "a.fa.gz", {"20": BASES}), PLUS) == {"T1.1": SPLICED["T1.1"]}
    path = tmp_path / "b.fa.gz"
    with pysam.BGZFile(str(path), "wb", None) as stream:
        stream.write(f">20\n{BASES}\n".encode())
    assert spliced(path, PLUS) == {"T1.1": SPLICED["T1.1"]}
    path.write_bytes(path.read_bytes()[:-28])
    with pytest.raises(InputError, match="breaks off"):
        spliced(path, PLUS)


@pytest.mark.parametrize("order", ["<", ">"])
def test_two_bit_of_either_byte_order(tmp_path: Path, order: str) -> None:
    """2bit knows no R, so A stands there; N blocks and masks are read or passed over."""
    bases = BASES.replace("R", "A")
    path = two_bit(tmp_path / "a.2bit", {"chr1": "NNacgtNNA", "chr20": bases}, order)
    assert spliced(path, PLUS, MINUS) == {"T1.1": "ACGAACGTCA", "T2.1": "TGACGTTCGT"}
    over_n = replace(PLUS, exons=(Interval(6, 12),))
    assert spliced(path, over_n) == {"T1.1": "ACNNGT"}


@settings(deadline=None)
@given(st.text("ACGTN", min_size=1, max_size=60), st.data())
def test_any_interval_of_a_two_bit_contig(
    tmp_path_factory: pytest.TempPathFactory, bases: str, data: st.DataObject
) -> None:
    """An exon anywhere reads what the text says there, whatever its place in a byte."""
    start = data.draw(st.integers(0, len(bases) - 1))
    end = data.draw(st.integers(start + 1, len(bases)))
    path = two_bit(tmp_path_factory.mktemp("x") / "a.2bit", {"20": bases}, "<")
    assert spliced(path, replace(PLUS, exons=(Interval(start, end),))) == {"T1.1": bases[start:end]}


def test_a_two_bit_file_that_breaks_off(tmp_path: Path) -> None:
    """It is said so, not read as short."""
    path = two_bit(tmp_path / "a.2bit", {"chr20": "ACGT" * 9}, "<")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(InputError, match="breaks off"):
        spliced(path, PLUS)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_records_do_not_depend_on_block_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Headers, sequences and line ends may fall across blocks of the file."""
    path = tmp_path / "a.fa"
    path.write_bytes(b">one first > record\r\nac\r\ngu\r\n\r\n>two\nNN\n>three\nRYK")
    monkeypatch.setattr(genome, "blocks", lambda name: _in_blocks(name.read_bytes(), size))
    got = list(records(path, lambda header: not header.startswith("two")))
    assert got == [("one first > record", b"ACGT"), ("three", b"RYK")]


def _in_blocks(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def test_a_contig_of_the_same_name_beats_an_alias(tmp_path: Path) -> None:
    """hg19 holds an old chrM beside chrMT, the one that GRCh37 means by MT; either order of records."""
    transcript = replace(PLUS, contig="MT", exons=(Interval(0, 3),))
    for names in (("chrM", "MT"), ("MT", "chrM")):
        path = fasta(tmp_path / "a.fa", {name: "AAA" if name == "MT" else "CCC" for name in names})
        assert spliced(path, transcript) == {"T1.1": "AAA"}


def test_exons_beyond_the_contig_have_no_sequence(tmp_path: Path) -> None:
    """A model of another build reaches beyond the contig: None, not a short sequence."""
    path = fasta(tmp_path / "a.fa", {"20": BASES[:13]})
    assert spliced(path, PLUS) == {"T1.1": None}


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (">20\nACGTZ\n", "20 holds 'Z', which is no nucleotide"),
        (">5\nACGT\n", "holds none of the contigs or transcripts of the gene models .it has 5; they have chr20"),
        ("", "it has no record"),
        ("chr20\t1\t2\n", "doesn't begin with '>'"),
    ],
)
def test_files_that_are_no_genome_for_these_models(tmp_path: Path, text: str, match: str) -> None:
    """One clear error each."""
    path = tmp_path / "a.fa"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=match):
        spliced(path, PLUS)


@pytest.mark.parametrize("header", ["T1.1 cdna chromosome:GRCh38:20:3:14:1", "T1.1|ENSG1.1|OTT|", "T1", "T1|ENSG1|"])
def test_transcripts_instead_of_a_genome(tmp_path: Path, header: str) -> None:
    """Laid back onto exons 2–8 and 10–14, of either strand; the bases between them are unknown."""
    sequences = read_sequences(fasta(tmp_path / "a.fa", {header: "ACGTACGTCA"}), [PLUS])
    assert sequences.kind == "transcript FASTA"
    assert sequences.stretches.spliced(PLUS) == "ACGTACGTCA"
    assert sequences.stretches.bases("chr20", Interval(1, 12)) == b"NACGTACNNGT"


def test_a_transcript_of_the_minus_strand_is_laid_back_reversed(tmp_path: Path) -> None:
    """TGACGTTCGT is the reverse complement of ACGAAC + GTCA; a poly-A tail is cut off."""
    sequences = read_sequences(fasta(tmp_path / "a.fa", {"T2.1": "TGACGTTCGTAAAA"}), [MINUS])
    assert sequences.stretches.bases("chr20", Interval(2, 14)) == b"ACGAACNNGTCA"


def test_transcript_sequences_that_cannot_be_used(tmp_path: Path) -> None:
    """Each has its reason: length, another version, none at all, a disagreement on a shared exon."""
    models = [replace(PLUS, name=name) for name in ("good.1", "long.1", "other.2", "short.1", "wrong.1", "zero.1")]
    path = fasta(
        tmp_path / "a.fa",
        {
            "good.1": "ACGTACGTCA",
            "long.1": "ACGTACGTCAAC",
            "other.1": "ACGTACGTCA",
            "short.1": "ACGTACGTC",
            "wrong.1": "ACGTACGTCC",
        },
    )
    told = read_sequences(path, models)
    assert told.skipped.reasons == {
        "its sequence is not as long as its exons": (2, "long.1"),
        "no sequence of it (or only another version's) in the transcript FASTA": (2, "other.2"),
        "its sequence disagrees with another transcript's on a shared exon": (1, "wrong.1"),
    }
    assert told.unusable == {"long.1", "other.2", "short.1", "wrong.1", "zero.1"}


def test_padded_exons_are_merged() -> None:
    """300 bases on both sides: exons 1000–1100 and 1700–1800 touch at 1400, 2500–2600 begins at 2200 behind 2100."""
    transcript = replace(PLUS, exons=(Interval(1000, 1100), Interval(1700, 1800), Interval(2500, 2600)))
    assert regions([transcript, replace(PLUS, exons=(Interval(100, 110),))]) == {
        "chr20": [Interval(0, 410), Interval(700, 2100), Interval(2200, 2900)]
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("chr20", "20"),
        ("20", "20"),
        ("NC_000020.10", "20"),
        ("NC_000020.11", "20"),
        ("NC_000023.11", "X"),
        ("NC_000024.9", "Y"),
        ("chrM", "MT"),
        ("M", "MT"),
        ("NC_012920.1", "MT"),
        ("chr1_KI270706v1_random", "KI270706.1"),
        ("chr1_gl000191_random", "GL000191.1"),
        ("chr6_GL000256v2_alt", "GL000256.2"),
        ("KI270706.1", "KI270706.1"),
        ("HSCHR1_CTG1", "HSCHR1_CTG1"),
    ],
)
def test_names_of_contigs(name: str, told: str) -> None:
    """What UCSC, Ensembl and RefSeq call one contig."""
    assert plain(name) == told


def test_accessions_of_two_builds_are_two_contigs() -> None:
    """NC_000020.10 is GRCh37's chromosome 20 and never GRCh38's; without an accession on one side nobody can tell."""
    assert ContigNames(["NC_000020.11"]).find("NC_000020.10") is None
    assert ContigNames(["NC_000020.11"]).find("chr20") == "NC_000020.11"
    assert ContigNames(["chr20"]).find("NC_000020.10") == "chr20"
    assert ContigNames(["chr2"]).find("chr20") is None


def test_an_empty_line_before_the_first_record(tmp_path: Path) -> None:
    """White space before the first '>' doesn't matter."""
    assert spliced(write(tmp_path / "a.fa", ["", ">20", BASES]), PLUS) == {"T1.1": SPLICED["T1.1"]}
