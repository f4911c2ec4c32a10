"""What was left out of a file and why: each reason with a count and its first example."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Account:
    """Reasons for leaving something out, in the order in which they first came up."""

    reasons: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Reason → how often, and its first example."""

    def add(self, reason: str, example: str) -> None:
        """Count one more."""
        count, first = self.reasons.get(reason, (0, example))
        self.reasons[reason] = (count + 1, first)

    def merge(self, other: Account) -> None:
        """Add another account's counts."""
        for reason, (count, example) in other.reasons.items():
            before, first = self.reasons.get(reason, (0, example))
            self.reasons[reason] = (before + count, first)

    @property
    def total(self) -> int:
        """How many were left out for whatever reason."""
        return sum(count for count, _ in self.reasons.values())
