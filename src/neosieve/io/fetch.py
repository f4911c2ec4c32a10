"""Ensembl's gene models, genome and proteins over HTTPS: resumed where a transfer broke off, and verified.

Ensembl's ``CHECKSUMS`` files hold ``sum`` values: BSD checksum, number of 1,024-byte blocks, name of the file.
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from neosieve.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ENSEMBL = "https://ftp.ensembl.org/pub"
SPECIES = {"human": "homo_sapiens", "mouse": "mus_musculus"}
CHECKSUMS = "CHECKSUMS"
BLOCK = 1024
"""Bytes of a block in the count of ``sum`` (GNU coreutils, default algorithm)."""
TIMEOUT_S = 60
"""Seconds without a byte before a transfer counts as broken off; 60 outlasts a busy mirror's pauses."""
_PIECE = 1 << 20
_NOT_FOUND, _NOT_SATISFIABLE, _PARTIAL = 404, 416, 206  # RFC 9110, section 15
_ROTATED = tuple(value >> 1 | (value & 1) << 15 for value in range(1 << 16))

_WANTED = (
    ("gtf/{species}", (r"\.{release}\.gtf\.gz",)),
    ("fasta/{species}/dna", (r"\.dna\.primary_assembly\.fa\.gz", r"\.dna\.toplevel\.fa\.gz")),
    ("fasta/{species}/pep", (r"\.pep\.all\.fa\.gz",)),
)
"""Folder → endings of the file to take, the best one first (only some species have a primary assembly)."""


class Sum(NamedTuple):
    """A ``sum`` value."""

    value: int
    blocks: int


def fetch_ensembl(
    species: str, release: int, folder: Path, *, mirror: str = ENSEMBL, tell: Callable[[str], None] = lambda _: None
) -> tuple[Path, Path, Path]:
    """Download what a reference is built from; files that are there and intact are not fetched again.

    Parameters
    ----------
    species
        ``human``, ``mouse``, or Ensembl's folder name, e.g. ``danio_rerio``.
    release
        Ensembl release.
    folder
        Where to put the files; must exist.
    mirror
        URL of the folder that holds ``release-N``.
    tell
        Called with what is done next.

    Returns
    -------
    tuple
        Paths of the gene models, the genome and the proteins.

    Raises
    ------
    InputError
        The server has no such release or species, can't be reached, or sent something damaged or incomplete.
    OutputError
        A file can't be written.
    """
    name = SPECIES.get(species.lower(), species.lower().replace(" ", "_"))
    got: list[Path] = []
    for place, endings in _WANTED:
        url = f"{mirror.rstrip('/')}/release-{release}/{place.format(species=name)}"
        tell(f"asking for {url}")
        sums = _checksums(url, f"{species}, release {release}")
        file = _choose(sums, [ending.format(release=release) for ending in endings], url)
        tell(f"fetching {file}")
        got.append(_fetch(f"{url}/{file}", folder / file, sums[file]))
    return got[0], got[1], got[2]


def bsd_sum(path: Path) -> Sum:
    """Compute what ``sum`` prints: rotate the 16-bit value right by one, then add the byte."""
    value = size = 0
    rotated = _ROTATED
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            for byte in piece:
                value = rotated[value] + byte & 0xFFFF
    return Sum(value, -(-size // BLOCK))


def _checksums(url: str, what: str) -> dict[str, Sum]:
    text = b""
    try:
        with _open(f"{url}/{CHECKSUMS}", 0) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            if error.code == _NOT_FOUND:
                raise InputError(
                    f"{url}/{CHECKSUMS}: not found (404); does Ensembl have {what}? Check --species and --release"
                ) from error
            raise _refused(f"{url}/{CHECKSUMS}", error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(f"{url}/{CHECKSUMS}", error) from error
    found = re.findall(
        r"^\s*(\d+)\s+(\d+)\s+(?:\S*/)?([^/\s]+)\s*$", text.decode("utf-8", errors="replace"), re.MULTILINE
    )
    return {name: Sum(int(value), int(blocks)) for value, blocks, name in found}


def _choose(sums: Mapping[str, Sum], endings: list[str], url: str) -> str:
    for ending in endings:
        for name in sorted(sums):
            if re.fullmatch(rf"\w+\.[^/]+?{ending}", name) and not re.search(r"abinitio|\.chr", name):
                return name
    raise InputError(
        f"{url}/{CHECKSUMS} lists no file for {' or '.join(endings)}; is this Ensembl's folder? Check --mirror"
    )


def _fetch(url: str, path: Path, expected: Sum) -> Path:
    """Fetch one file, unless it is there; a ``.part`` file of an earlier try is continued."""
    part = path.with_name(f"{path.name}.part")
    try:
        if path.exists() and bsd_sum(path) == expected:
            return path
        for attempt in count():
            resumed = part.exists() and part.stat().st_size > 0
            _transfer(url, part)
            if bsd_sum(part) == expected:
                part.replace(path)
                return path
            part.unlink()
            if not resumed or attempt:  # what an earlier try left may be of another file: once more from the start
                break
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(url, error) from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise _unreachable(url, error) from error
    except OSError as error:
        raise OutputError(f"{path} can't be written: {(error.strerror or str(error)).lower()}") from error
    raise InputError(f"{url} doesn't match its checksum; the damaged file was deleted, so run the same command again")


def _transfer(url: str, part: Path) -> None:
    """Append what is missing of a file."""
    held = part.stat().st_size if part.exists() else 0
    try:
        answer = _open(url, held)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_SATISFIABLE and held:
            error.close()
            return  # nothing is missing; the checksum tells whether it is the file
        raise
    with answer:
        continued = answer.status == _PARTIAL
        length = answer.headers.get("Content-Length")
        received = 0
        with part.open("ab" if continued else "wb") as stream:
            while piece := answer.read(_PIECE):
                stream.write(piece)
                received += len(piece)
    if length is not None and received < int(length):
        raise InputError(
            f"{url}: the transfer broke off after {received:,} of {int(length):,} bytes; "
            "run the same command again to go on"
        )


def _open(url: str, held: int) -> http.client.HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise InputError(f"{url} is no HTTP address; check --mirror")
    request = urllib.request.Request(url, headers={"Range": f"bytes={held}-"} if held else {})  # noqa: S310  checked above
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    return answer


def _refused(url: str, error: urllib.error.HTTPError) -> InputError:
    return InputError(f"{url}: the server answers {error.code} {error.reason}; try again later, or another --mirror")


def _unreachable(url: str, error: Exception) -> InputError:
    reason = getattr(error, "reason", None) or error
    return InputError(
        f"{url}: the transfer failed ({reason}); check the connection and run the same command again to go on, or name "
        "another --mirror"
    )
