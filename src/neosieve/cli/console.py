"""What the command line says while it works: errors and progress, on stderr, progress only on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from neosieve.errors import NeosieveError
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator

BAD_INPUT = 1
STRICT_VIOLATION = 3


@contextmanager
def reported_errors() -> Iterator[None]:
    """Turn an error that is the input's doing into one line on stderr and exit code 1."""
    try:
        yield
    except NeosieveError as error:
        say(f"neosieve: {error}")
        sys.exit(BAD_INPUT)


@contextmanager
def progress() -> Iterator[Stages]:
    """Yield stages that show a spinner with the stage's name on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield Stages()
        return
    from rich.console import Console  # noqa: PLC0415  only a terminal needs it

    with Console(stderr=True).status("starting …") as status:
        yield Stages(lambda name: status.update(f"{name} …"))


def say(text: str) -> None:
    """Write a line to stderr."""
    print(text, file=sys.stderr)  # noqa: T201  the command line is where printing belongs
