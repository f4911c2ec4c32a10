from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError, OutputError
from neosieve.io.fetch import Sum, bsd_sum, fetch_ensembl
from tests.io.ensemblserver import DNA, GTF, PEP, Ensembl, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DNA_PATH = f"/pub/release-110/fasta/homo_sapiens/dna/{DNA}"
GENOME = b"genome" * 1000


@pytest.fixture
def ensembl() -> Iterator[Ensembl]:
    """Return a server of its own for each test."""
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Sum(0, 0)),
        (b"a", Sum(97, 1)),
        (b"ab", Sum(32914, 1)),  # 97 rotated right is 48 + 32768; + 98
        (b"\xff" * 1025, Sum(49916, 2)),  # GNU coreutils: "49916     2"
    ],
)
def test_the_bsd_checksum(tmp_path: Path, data: bytes, expected: Sum) -> None:
    """By hand, and as `sum` of GNU coreutils prints it."""
    path = tmp_path / "x"
    path.write_bytes(data)
    assert bsd_sum(path) == expected


def test_it_fetches_gene_models_genome_and_proteins(ensembl: Ensembl, tmp_path: Path) -> None:
    """The full set, the unmasked primary assembly, all proteins; not the files beside them. Nothing partial is left."""
    got = fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert [path.name for path in got] == [GTF, DNA, PEP]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([GTF, DNA, PEP])
    assert got[1].read_bytes() == GENOME


def test_intact_files_are_not_fetched_again(ensembl: Ensembl, tmp_path: Path) -> None:
    """A second run asks for the checksums only; a file that isn't what it should be is replaced."""
    fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    ensembl.asked.clear()
    fetch_ensembl("Homo sapiens", 110, tmp_path, mirror=f"{ensembl.url}/")
    assert {path.rpartition("/")[2] for path, _ in ensembl.asked} == {"CHECKSUMS"}
    (tmp_path / DNA).write_bytes(b"something else")
    fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert (tmp_path / DNA).read_bytes() == GENOME


def test_a_transfer_that_broke_off_is_resumed(ensembl: Ensembl, tmp_path: Path) -> None:
    """The error says how far it came; the next run asks for the rest only."""
    ensembl.cut[DNA_PATH] = 2500
    with pytest.raises(InputError, match=r"broke off after 2,500 of 6,000 bytes; run the same command again"):
        fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert not (tmp_path / DNA).exists()
    assert (tmp_path / f"{DNA}.part").read_bytes() == GENOME[:2500]
    ensembl.asked.clear()
    fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert (DNA_PATH, "bytes=2500-") in ensembl.asked
    assert (tmp_path / DNA).read_bytes() == GENOME
    assert not (tmp_path / f"{DNA}.part").exists()


def test_a_server_without_ranges(ensembl: Ensembl, tmp_path: Path) -> None:
    """It sends the whole file again, which replaces the part."""
    ensembl.ranges = False
    (tmp_path / f"{DNA}.part").write_bytes(GENOME[:2500])
    fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert (tmp_path / DNA).read_bytes() == GENOME


def test_a_part_that_is_complete_already(ensembl: Ensembl, tmp_path: Path) -> None:
    """The server answers 416, range not satisfiable; the checksum says that all is there."""
    (tmp_path / f"{DNA}.part").write_bytes(GENOME)
    fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert (tmp_path / DNA).read_bytes() == GENOME


@pytest.mark.parametrize("left", [b"another file's begin", b"longer than the file " * 1000])
def test_a_part_of_another_file(ensembl: Ensembl, tmp_path: Path, left: bytes) -> None:
    """The checksum finds out, and the file is fetched once more from its start."""
    (tmp_path / f"{DNA}.part").write_bytes(left)
    fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert (tmp_path / DNA).read_bytes() == GENOME


def test_a_damaged_file_is_deleted(ensembl: Ensembl, tmp_path: Path) -> None:
    """One letter differs from what CHECKSUMS promises."""
    ensembl.files[DNA_PATH] = GENOME[:-1] + b"X"
    with pytest.raises(InputError, match=r"primary_assembly.*doesn't match its checksum.*run the same command again"):
        fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(DNA)]


@pytest.mark.parametrize(("species", "release"), [("human", 999), ("martian", 110)])
def test_an_unknown_species_or_release(ensembl: Ensembl, tmp_path: Path, species: str, release: int) -> None:
    """404: says which address and which options to check."""
    with pytest.raises(
        InputError, match=rf"release-{release}/gtf/.*CHECKSUMS: not found .404.*--species and --release"
    ):
        fetch_ensembl(species, release, tmp_path, mirror=ensembl.url)


def test_a_species_without_a_primary_assembly(ensembl: Ensembl, tmp_path: Path) -> None:
    """Its toplevel sequence is taken."""
    folder = "/pub/release-110/fasta/homo_sapiens/dna"
    ensembl.files[f"{folder}/CHECKSUMS"] = b"00116     1 Homo_sapiens.GRCh38.dna.toplevel.fa.gz\n"
    got = fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)
    assert got[1].read_bytes() == b"t"  # whose sum is its code, 116


def test_a_folder_of_something_else(ensembl: Ensembl, tmp_path: Path) -> None:
    """CHECKSUMS that list none of the files."""
    ensembl.files["/pub/release-110/gtf/homo_sapiens/CHECKSUMS"] = b"<html>hello</html>"
    with pytest.raises(InputError, match="lists no file"):
        fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)


@pytest.mark.parametrize("name", ["CHECKSUMS", DNA])
def test_a_server_in_trouble(ensembl: Ensembl, tmp_path: Path, name: str) -> None:
    """Any other answer is passed on with the address."""
    ensembl.failing[f"/pub/release-110/fasta/homo_sapiens/dna/{name}"] = 503
    with pytest.raises(InputError, match=rf"{name}: the server answers 503"):
        fetch_ensembl("human", 110, tmp_path, mirror=ensembl.url)


def test_no_server(tmp_path: Path) -> None:
    """Port 9 (discard) answers nowhere; a mirror without http is a slip."""
    with pytest.raises(InputError, match=r"the transfer failed .*check the connection"):
        fetch_ensembl("human", 110, tmp_path, mirror="http://127.0.0.1:9/pub")
    with pytest.raises(InputError, match="no HTTP address"):
        fetch_ensembl("human", 110, tmp_path, mirror="/pub")


def test_a_folder_that_cannot_be_written(ensembl: Ensembl, tmp_path: Path) -> None:
    """The folder's fault, not the server's."""
    with pytest.raises(OutputError, match="can't be written"):
        fetch_ensembl("human", 110, tmp_path / "missing", mirror=ensembl.url)
