"""Text files, plain or gzipped, whose every defect becomes one clear error."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from typing import IO, TYPE_CHECKING, cast

from neosieve.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
OTHER_COMPRESSIONS = {b"\xfd7zXZ": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip"}
"""First bytes of compressed files that are not read."""
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every BGZF file (SAM specification, section 4.1.2)."""
_AT_A_TIME = 1 << 20  # bytes read: lines of a kilobyte come twice as fast as by Python's own 8 kB


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (1-based number, text without its line end) of each line.

    Raises
    ------
    InputError
        The file is missing, unreadable, truncated or not text.
    """
    number = 0
    with _open(path) as stream:
        try:
            for number, raw in enumerate(stream, start=1):
                # a byte order mark, as spreadsheets write it, is no part of the text
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(
                f"{path}: the compressed file breaks off or is damaged after line {number} ({error}); "
                "copy or download it again"
            ) from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}:{number} is not text (UTF-8); is it a binary file such as BCF?") from error
        except OSError as error:
            raise _unreadable(path, error) from error


def plain_lines(path: Path) -> Iterator[bytes]:
    """Yield the bytes of each line, with its line end, of a file that isn't compressed: a table of neosieve's own.

    Raises
    ------
    InputError
        The file is missing or unreadable.
    """
    try:
        with path.open("rb", buffering=_AT_A_TIME) as stream:
            yield from stream
    except OSError as error:
        raise _unreadable(path, error) from error


def blocks(path: Path, size: int = 1 << 22) -> Iterator[bytes]:
    """Yield a file's bytes, decompressed, in pieces of up to `size`.

    Raises
    ------
    InputError
        The file is missing, unreadable or truncated.
    """
    done = 0
    with _open(path) as stream:
        try:
            while block := stream.read(size):
                yield block
                done += len(block)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(
                f"{path}: the compressed file breaks off or is damaged after {done:,} bytes ({error}); "
                "copy or download it again"
            ) from error
        except OSError as error:
            raise _unreadable(path, error) from error


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes.

    Raises
    ------
    InputError
        The file is missing or unreadable.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _open(path: Path) -> IO[bytes]:
    try:
        if path.is_fifo() or path.is_char_device():
            raise InputError(f"{path} is a pipe, but it is read more than once; give a file")
        stream = path.open("rb")
        head = stream.read(18)
        kind = next((name for magic, name in OTHER_COMPRESSIONS.items() if head.startswith(magic)), None)
        if kind is not None:
            stream.close()
            raise InputError(f"{path} is compressed with {kind}; decompress it, or compress it with gzip or bgzip")
        if not head.startswith(GZIP_MAGIC):
            stream.seek(0)
            return stream
        # A BGZF file cut at a block's edge unzips without complaint: only its missing last block tells.
        is_bgzf = len(head) == 18 and head[3] & 4 and head[12:14] == b"BC"  # noqa: PLR2004
        if is_bgzf:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - len(BGZF_EOF)))
            if stream.read() != BGZF_EOF:
                stream.close()
                raise InputError(
                    f"{path}: the file breaks off (its BGZF end block is missing); copy or download it again"
                )
        stream.close()
        return cast("IO[bytes]", gzip.open(path, "rb"))
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: there is no such file; check the path")
    return InputError(f"{path}: can't be read ({error.strerror}); check that it is a file and its permissions")
