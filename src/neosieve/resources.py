"""What ships with the tool: the one door to ``reference/``, installed or editable."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

REFERENCE: Traversable = files("neosieve") / "_reference"
"""``reference/`` of the checkout, or its packaged copy in an installed wheel."""
