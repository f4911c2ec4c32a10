"""A small server that has Ensembl's folders, answers ranges, and fails on demand."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

GTF = "Homo_sapiens.GRCh38.110.gtf.gz"
DNA = "Homo_sapiens.GRCh38.dna.primary_assembly.fa.gz"
PEP = "Homo_sapiens.GRCh38.pep.all.fa.gz"


@dataclass
class Ensembl:
    """What the server has and how it behaves."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    """Path → content."""
    ranges: bool = True
    """Whether it answers Range requests."""
    cut: dict[str, int] = field(default_factory=dict)
    """Path → bytes after which the connection breaks, once."""
    failing: dict[str, int] = field(default_factory=dict)
    """Path → status that it answers."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(path, Range header) of each request, in order."""


def bsd_sum(data: bytes) -> int:
    """Rotate right by one bit, add, keep 16 bits: as the manual of ``sum`` says, one step a line."""
    total = 0
    for byte in data:
        total = (total >> 1) + ((total & 1) << 15)
        total = (total + byte) & 0xFFFF
    return total


def checksums(files: dict[str, bytes]) -> bytes:
    """Write a CHECKSUMS file: value, blocks of 1,024 bytes, name."""
    return "".join(f"{bsd_sum(data):05} {-(-len(data) // 1024):5} {name}\n" for name, data in files.items()).encode()


@contextmanager
def serving() -> Iterator[Ensembl]:
    """Serve release 110 of a made-up human until the block ends."""
    ensembl = Ensembl()
    folders = {
        "gtf/homo_sapiens": {
            "Homo_sapiens.GRCh38.110.abinitio.gtf.gz": b"a",
            "Homo_sapiens.GRCh38.110.chr.gtf.gz": b"c",
            GTF: bytes(range(256)) * 20,
        },
        "fasta/homo_sapiens/dna": {
            "Homo_sapiens.GRCh38.dna.chromosome.1.fa.gz": b"1",
            "Homo_sapiens.GRCh38.dna.toplevel.fa.gz": b"t",
            "Homo_sapiens.GRCh38.dna_rm.primary_assembly.fa.gz": b"r",
            "Homo_sapiens.GRCh38.dna_sm.primary_assembly.fa.gz": b"s",
            DNA: b"genome" * 1000,
        },
        "fasta/homo_sapiens/pep": {"Homo_sapiens.GRCh38.pep.abinitio.fa.gz": b"p", PEP: b"MKV" * 100},
    }
    for folder, files in folders.items():
        for name, data in (*files.items(), ("CHECKSUMS", checksums(files))):
            ensembl.files[f"/pub/release-110/{folder}/{name}"] = data

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ensembl.asked.append((self.path, self.headers.get("Range", "")))
            data = ensembl.files.get(self.path)
            status = ensembl.failing.get(self.path, 404 if data is None else 200)
            if data is None or status != 200:
                self.send_error(status)
                return
            begin = 0
            if ensembl.ranges and "Range" in self.headers:
                begin = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
                if begin >= len(data):
                    self.send_error(416)
                    return
                status = 206
            self.send_response(status)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin : ensembl.cut.pop(self.path, len(data))])

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the base class's signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ensembl.url = f"http://127.0.0.1:{server.server_port}/pub"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield ensembl
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
