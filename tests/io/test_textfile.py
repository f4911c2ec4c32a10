from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pysam
import pytest

from neosieve.errors import InputError
from neosieve.io.textfile import lines, sha256

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "".join(f"line {number}\n" for number in range(1, 20_001))  # 218,894 bytes: four BGZF blocks of at most 65,280


def bgzf(path: Path, text: str = TEXT) -> bytes:
    """Compress as bgzip does, by htslib; return the bytes."""
    with pysam.BGZFile(str(path), "wb", None) as stream:
        stream.write(text.encode())
    return path.read_bytes()


def first_block(data: bytes) -> int:
    """Length of a BGZF file's first block: BSIZE, the block's length less one, is at bytes 16–17 (SAM 4.1)."""
    return int.from_bytes(data[16:18], "little") + 1


def test_a_plain_file_gives_its_lines_with_their_numbers(tmp_path: Path) -> None:
    """Numbers begin with 1, as editors count; an empty line counts; the last line needs no line end."""
    path = tmp_path / "plain.txt"
    path.write_bytes(b"one\n\nthree")

    assert list(lines(path)) == [(1, "one"), (2, ""), (3, "three")]


def test_windows_line_ends_and_the_byte_order_mark_are_no_part_of_the_text(tmp_path: Path) -> None:
    """Spreadsheets write CRLF and begin UTF-8 files with EF BB BF; inside a line both characters stay."""
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbfA*02:01\r\nB*07:02\r\n")

    assert list(lines(path)) == [(1, "A*02:01"), (2, "B*07:02")]


def test_trailing_tabs_and_spaces_stay(tmp_path: Path) -> None:
    """An empty last column of a VCF is a column: only the line end is cut off."""
    path = tmp_path / "tabs.txt"
    path.write_bytes(b"a\tb\t\n c \n")

    assert list(lines(path)) == [(1, "a\tb\t"), (2, " c ")]


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    """Nothing to read is not an error of the file."""
    path = tmp_path / "empty.txt"
    path.touch()

    assert list(lines(path)) == []


@pytest.mark.parametrize("ending", [".vcf.gz", ".vcf"])
def test_gzip_is_told_by_its_first_bytes_not_by_its_name(tmp_path: Path, ending: str) -> None:
    """People rename files: 1F 8B says gzip, the ending says nothing."""
    path = tmp_path / f"file{ending}"
    path.write_bytes(gzip.compress(b"one\ntwo\n"))

    assert list(lines(path)) == [(1, "one"), (2, "two")]


def test_gzip_members_one_after_another_are_one_file(tmp_path: Path) -> None:
    """`cat a.gz b.gz` is a valid gzip file (RFC 1952, section 2.2)."""
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))

    assert list(lines(path)) == [(1, "one"), (2, "two")]


def test_a_bgzf_file_of_several_blocks_gives_every_line(tmp_path: Path) -> None:
    """What bgzip writes is read to its end, over the edges of blocks."""
    path = tmp_path / "file.gz"
    assert first_block(bgzf(path)) < path.stat().st_size - 28  # more than one block and the empty last one

    assert [text for _, text in lines(path)] == TEXT.splitlines()


def test_a_bgzf_file_cut_at_a_block_edge_is_told(tmp_path: Path) -> None:
    """Such a file unzips without complaint: only the missing empty last block says that lines are missing."""
    path = tmp_path / "cut.gz"
    data = bgzf(path)
    cut = data[: first_block(data)]
    assert TEXT.encode().startswith(gzip.decompress(cut))  # any other reader would be content
    path.write_bytes(cut)

    with pytest.raises(InputError, match=r"cut\.gz: the file breaks off \(its BGZF end block is missing\); copy or"):
        list(lines(path))


@pytest.mark.parametrize("kept", [2, 3, 12, 17, 18, 100, 20_000])
def test_a_gzip_file_cut_anywhere_is_told(tmp_path: Path, kept: int) -> None:
    """Be it within its ten-byte header or its data: one error that names the file, never another exception."""
    whole = gzip.compress(TEXT.encode())
    assert len(whole) > 20_000
    path = tmp_path / "cut.gz"
    path.write_bytes(whole[:kept])

    with pytest.raises(InputError, match=r"cut\.gz: the compressed file breaks off or is damaged after line \d+ "):
        list(lines(path))


def test_a_bgzf_file_cut_within_a_block_is_told(tmp_path: Path) -> None:
    """A download that broke off leaves no end block either."""
    path = tmp_path / "cut.gz"
    path.write_bytes(bgzf(path)[:-1])

    with pytest.raises(InputError, match="breaks off"):
        list(lines(path))


def test_a_damaged_gzip_file_is_told(tmp_path: Path) -> None:
    """The checksum in a gzip file's last eight bytes doesn't fit any more."""
    data = bytearray(gzip.compress(b"one\ntwo\n"))
    data[-8] ^= 0xFF  # CRC32, little endian, begins eight bytes before the end
    path = tmp_path / "damaged.gz"
    path.write_bytes(data)

    with pytest.raises(InputError, match="breaks off or is damaged after line 2 "):
        list(lines(path))


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"\xff\xfe\n", 1), (b"one\ntwo\n\xff\xfe\n", 3), (b"BCF\x02\x02\x10\x00\x00\x00\xd5\xff", 1)],
    ids=["first line", "third line", "BCF"],
)
def test_what_is_not_text_is_told_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    """FF never occurs in UTF-8, so a BCF, a BAM or a picture is known at the first such byte."""
    path = tmp_path / "binary"
    path.write_bytes(content)

    with pytest.raises(InputError, match=rf"binary:{line} is not text"):
        list(lines(path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The message holds the path as given."""
    with pytest.raises(InputError, match=r"nowhere\.vcf: there is no such file; check the path"):
        list(lines(tmp_path / "nowhere.vcf"))


def test_a_folder_is_told(tmp_path: Path) -> None:
    """A folder where a file is wanted is no traceback."""
    with pytest.raises(InputError, match="can't be read"):
        list(lines(tmp_path))


def test_sha256_is_that_of_the_bytes(tmp_path: Path) -> None:
    """FIPS 180-2, appendix B.1: the digest of 'abc'."""
    path = tmp_path / "abc"
    path.write_bytes(b"abc")

    assert sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sha256_of_a_missing_file_is_told(tmp_path: Path) -> None:
    """As reading it would be."""
    with pytest.raises(InputError, match="there is no such file"):
        sha256(tmp_path / "nowhere")
