"""Ranking policies and the fitted coefficients, read and checked."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from neosieve.biology.score import Coefficients
from neosieve.biology.tiering import VALUES
from neosieve.errors import InputError
from neosieve.model.rankpolicy import RankPolicy
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SHIPPED = ("default", "pvacseq", "vaxrank", "mupexi")
BASELINES = {
    name: RankPolicy(
        name=name,
        title=f"{name} alone",
        source="the predictor",
        formula=name,
        order="score",
        combine="first",
        otherwise="ranked",
        tiers=("ranked",),
    )
    for name in ("affinity", "presentation")
}
"""Binding alone, to compare with."""


def read_policy(policy: str = "default") -> RankPolicy:
    """Read a policy.

    Parameters
    ----------
    policy
        The name of a shipped one, ``affinity`` or ``presentation`` for binding alone, or a TOML file.

    Raises
    ------
    InputError
        There is no such policy, or the file breaks a rule of the schema.
    """
    if policy in BASELINES:
        return BASELINES[policy]
    return _shipped(policy) if policy in SHIPPED else _read(policy, Path(policy))


@cache
def _shipped(policy: str) -> RankPolicy:
    return _read(policy, REFERENCE / "policies" / f"{policy}.toml")


def _read(policy: str, source: Traversable) -> RankPolicy:
    try:
        return _checked(tomllib.loads(source.read_text(encoding="utf-8")))
    except OSError as error:
        names = ", ".join((*SHIPPED, *BASELINES))
        raise InputError(f"{policy}: no such policy; give a TOML file or one of {names}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{policy} is not TOML: {error}") from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise InputError(f"{policy}: {told}; reference/policies/default.toml shows every key") from error
    except ValueError as error:
        raise InputError(f"{policy}: {error}; reference/policies/default.toml shows every key") from error


def policy_file(policy: str) -> Path | None:
    """Return the file that a policy is read from; None for one that ships."""
    return None if policy in SHIPPED or policy in BASELINES else Path(policy)


@cache
def _adapter() -> TypeAdapter[RankPolicy]:
    return TypeAdapter(RankPolicy)


def _checked(content: object) -> RankPolicy:
    policy: RankPolicy = _adapter().validate_python(content)
    named = {check.tier for check in policy.checks} | {policy.otherwise, policy.several or policy.otherwise}
    named |= set(policy.worth_ordering)
    if unknown := sorted(named - set(policy.tiers)):
        raise ValueError(f"tier {unknown[0]} isn't in the list `tiers`")
    if wrong := sorted({check.value for check in policy.checks} - VALUES):
        raise ValueError(f"no value is named {wrong[0]}; there are {', '.join(sorted(VALUES))}")
    if policy.formula == "additive" and policy.priors is None:
        raise ValueError("the additive formula needs [priors]")
    return policy


@cache
def read_coefficients() -> Coefficients:
    """Read the fitted coefficients that ship with the tool."""
    content = json.loads((REFERENCE / "models" / "immunogenicity" / "coefficients.json").read_text(encoding="utf-8"))
    return Coefficients(
        float(content["presentation_share"]), tuple(map(float, content["draws"])), str(content["identity"])
    )
