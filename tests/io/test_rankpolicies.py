from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.rankpolicies import BASELINES, SHIPPED, read_coefficients, read_policy
from neosieve.model.candidate import Tier
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = (REFERENCE / "policies" / "default.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*SHIPPED, *BASELINES])
def test_shipped_policies_are_read_and_name_themselves(name: str) -> None:
    """Each by its own name."""
    assert read_policy(name).name == name


def test_the_default_policys_tiers_are_a_runs() -> None:
    """In the same order, so that a run's table and report know them all."""
    assert read_policy().tiers == tuple(tier.value for tier in Tier)


def test_coefficients_are_shares() -> None:
    """The fitted share lies among its bootstrap's, all between 0 and 1."""
    fitted = read_coefficients()
    assert 0 <= min(fitted.draws) <= fitted.presentation_share <= max(fitted.draws) <= 1


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('order = "score"', 'oder = "score"', "oder"),
        ('order = "score"', 'order = "best"', "order"),
        ("at_most = 2.0", 'at_most = "two"', "at_most"),
        ('tier = "poor_binder"', 'tier = "bad"', "tier bad isn't in the list"),
        ('value = "hla_loss"', 'value = "hla_los"', "no value is named hla_los"),
        ("[priors]", "[prior]", "prior"),
        ('name = "default"', "name = default", "is not TOML"),
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused_with_the_key(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    """A misspelt key is an error, never ignored."""
    path = tmp_path / "mine.toml"
    path.write_text(DEFAULT.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_policy(str(path))


def test_an_unknown_policy_is_refused_with_those_there_are() -> None:
    """The names that ship are listed."""
    with pytest.raises(InputError, match="default, pvacseq, vaxrank, mupexi"):
        read_policy("nosuch")


def test_a_users_threshold_counts(tmp_path: Path) -> None:
    """A copy of the default with another limit."""
    path = tmp_path / "mine.toml"
    path.write_text(DEFAULT.replace("at_most = 2.0", "at_most = 1.0", 1), encoding="utf-8")
    assert [check.at_most for check in read_policy(str(path)).checks if check.tier == "poor_binder"] == [1.0]
