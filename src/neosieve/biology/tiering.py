"""Tiers: a policy's checks applied to a case, with the reason of each in words."""

from __future__ import annotations

from functools import reduce
from itertools import chain, groupby, repeat
from operator import attrgetter, or_
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neosieve.biology.formulas import allele_expression
from neosieve.model.case import INFORMATIVE_RNA_DEPTH, OF_ALLELE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from neosieve.biology.casecolumns import Array, Cases
    from neosieve.model.case import Case
    from neosieve.model.rankpolicy import Check, RankPolicy

PVACSEQ_CLONAL_LIMIT = 0.6  # pVACseq: the largest VAF under this one is the clonal VAF …
PVACSEQ_CLONAL_CAP = 0.5  # … capped here
PVACSEQ_ANCHOR_NM = 500.0  # wild types that bind so well make an anchor mutation's peptide a self peptide to T cells
PVACSEQ_FEW_MUTATIONS = 2

VALUES = frozenset(
    {
        *("allele_expression", "doubted", "anchor_ok", "transcript_ok", "vaf_of_clonal", "percentile", "agretopicity"),
        *("abundance", "allele_abundance", "rna_vaf", "seen_in_rna", "expressed", "clonal_share", "near_self"),
        *("affinity_nM", "affinity_percentile", "wildtype_affinity_nM", "wildtype_affinity_percentile", "ccf"),
        *("presentation_score", "presentation_percentile", "immunogenicity_percentile", "combined_percentile"),
        *("gene_expression", "transcript_expression", "tumor_dna_vaf", "tumor_dna_depth", "tumor_rna_vaf"),
        *("tumor_rna_depth", "tumor_rna_alt_reads", "ccf_low", "ccf_high", "hla_loss", "transcript_support_level"),
        *("canonical", "mane_select", "problematic_positions", "reference_match", "only_anchors_mutated"),
        *("regions_with", "regions_assessed", "region_share", "near_self_expression"),
    }
)
"""What a check can ask for."""


def clonal_vaf(cases: Sequence[Case], purity: float | None) -> float | None:
    """Return pVACseq's clonal VAF: half the purity, else the largest VAF under 0.6, at most 0.5."""
    if purity is not None:
        return purity * 0.5
    found = [case.tumor_dna_vaf for case in cases if case.tumor_dna_vaf is not None]
    under = [vaf for vaf in found if vaf < PVACSEQ_CLONAL_LIMIT]
    return min(PVACSEQ_CLONAL_CAP, max(under)) if under else (PVACSEQ_CLONAL_CAP if found else None)


def anchor_ok(case: Case) -> bool | None:
    """Apply pVACseq's check: at most two mutations that all lie in {1, 2, L−1, L} fail if the wild type binds.

    So do they where its IC50 is missing.
    """
    if case.peptide is None or case.mutant_positions is None:
        return None
    length, mutated = len(case.peptide), case.mutant_positions
    if not mutated or len(mutated) > PVACSEQ_FEW_MUTATIONS:
        return True
    if not set(mutated) <= {0, 1, length - 2, length - 1}:
        return True
    return case.wildtype_affinity_nM is not None and case.wildtype_affinity_nM >= PVACSEQ_ANCHOR_NM


def _transcript_ok(case: Case) -> bool | None:
    level = case.transcript_support_level
    if case.canonical is None and case.mane_select is None and level is None:
        return None
    return bool(case.canonical or case.mane_select or (level is not None and level <= 1))


def _numbers(value: str, cases: Cases, clonal: float | None) -> Array:
    """Return a value of each case; not a number where it isn't known."""
    match value:
        case "allele_expression":
            return cases.numbers(value, allele_expression)
        case "anchor_ok":
            return cases.numbers(value, anchor_ok)
        case "transcript_ok":
            return cases.numbers(value, _transcript_ok)
        case "vaf_of_clonal":
            return cases.numbers("tumor_dna_vaf") / (clonal or np.nan)
        case _:
            return cases.numbers(value)


_LABELS = {
    "seen_in_rna": "RNA reads",
    "hla_loss": "loss of the HLA allele",
    "clonal_share": "cancer cell fraction",
    "near_self": "likeness to normal peptides",
    "expressed": "expression",
    "abundance": "expression",
    "percentile": "binding",
    "affinity_nM": "affinity (nM)",
    "near_self_expression": "expression of a like peptide's gene in normal tissues",
    "region_share": "share of the tumour's regions that have it",
    "vaf_of_clonal": "DNA VAF as a share of the clonal one",
}


_MOSTLY_ONE = frozenset({"region_share", "regions_with", "regions_assessed", "near_self_expression"})
"""Values of a tumour with several regions, of a near-self peptide: without them, there is nothing to miss."""


_LABELLED = {"percentile": attrgetter("percentile_name"), "abundance": attrgetter("abundance_name")}
"""What names a value in words, where cases differ in that."""


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ")


def _passes(check: Check, values: Array) -> NDArray[np.bool_]:
    passed = np.full(len(values), not (check.known or check.missing_fails))
    known = ~np.isnan(values)
    told = values[known]
    meets = np.ones(len(told), dtype=np.bool_)
    if check.at_most is not None:
        meets &= told <= check.at_most
    if check.below is not None:
        meets &= told < check.below
    if check.at_least is not None:
        meets &= told >= check.at_least
    if check.above is not None:
        meets &= told > check.above
    if check.is_true is not None:
        meets &= (told != 0) == check.is_true
    passed[known] = meets
    return passed


def _words(check: Check, *, known: bool, met: bool) -> Callable[[str, float], tuple[str, ...]]:
    """Return what says how a check came out, given a name for its value, and the value."""
    silent: tuple[str, ...] = ()
    if not known:
        words = silent if check.value in _MOSTLY_ONE else (_not_assessed(check.value),)
        return lambda *_: words
    if check.known or (met and check.value in _MOSTLY_ONE):  # in which regions it is found is told anyway
        return lambda *_: silent
    if check.is_true is not None:
        answer = "no" if check.is_true else "yes"
        return lambda label, _: silent if met else (check.words or f"{label}: {answer}",)
    signs = (("≤", ">", check.at_most), ("<", "≥", check.below), ("≥", "<", check.at_least), (">", "≤", check.above))
    found = [f"{fine if met else wrong} {limit:g}" for fine, wrong, limit in signs if limit is not None]
    return lambda label, value: (f"{label} {value:.3g} {found[0]}",) if found else silent


def _not_assessed(name: str) -> str:
    return f"{_label(name)} not assessed"


def _has_reads(case: Case) -> bool:
    return bool(case.tumor_rna_depth) and (case.tumor_rna_alt_reads is not None or case.tumor_rna_vaf is not None)


def _of_reads(case: Case) -> tuple[str, ...]:
    """Say what RNA reads tell, in words."""
    if not case.tumor_rna_depth or case.tumor_rna_alt_reads is None:
        return () if case.tumor_rna_vaf is None else (f"RNA VAF {case.tumor_rna_vaf:.3g}",)
    text = f"{case.tumor_rna_alt_reads:g} of {case.tumor_rna_depth:g} RNA reads carry the variant"
    if case.seen_in_rna is not None:
        return (text if case.seen_in_rna else f"{text}: not seen beyond error",)
    if case.tumor_rna_depth < INFORMATIVE_RNA_DEPTH:
        return (f"{text}: too few to tell",)
    return (f"{text}: aligners miss reads with indels, so this is no evidence against",)


def tier_rules(policy: RankPolicy) -> dict[str, str]:
    """Say in words what puts a candidate into each tier of a policy, best first."""
    rules: dict[str, list[str]] = {tier: [] for tier in policy.tiers}
    for check in policy.checks:
        rules[check.tier].append(_rule(check))
    if policy.several is not None:
        rules[policy.several].append("the rules of several tiers apply")
    rules[policy.otherwise].append("no other rule applies" if policy.checks else "every candidate")
    told = {tier: "; or ".join(some) or "no rule leads here" for tier, some in rules.items()}
    return {tier: f"{words[0].upper()}{words[1:]}." for tier, words in told.items()}


def _rule(check: Check) -> str:
    """Say when a check fails."""
    name = _RULE_LABELS.get(check.value) or _LABELS.get(check.value) or check.value.replace("_", " ")
    limits = ((">", check.at_most), ("≥", check.below), ("<", check.at_least), ("≤", check.above))
    found = [f"{name} {sign} {limit:g}" for sign, limit in limits if limit is not None]
    if check.is_true is not None:
        found.append(check.words or f"{name}: {'no' if check.is_true else 'yes'}")
    if check.known or check.missing_fails:
        found.append(f"{name} not assessed")
    return " or ".join(found)


_RULE_LABELS = {"percentile": "percentile (presentation, else affinity)", "hla_loss": "share that lost the HLA allele"}


class _Said(NamedTuple):
    """What some of a policy's checks say of cases: one of each for each case."""

    failed: Sequence[int]
    """The places of the checks that it fails, as a sum of powers of two."""
    words: Sequence[tuple[str, ...]]


class _Outcome(NamedTuple):
    """What a value's checks come to, for whatever meets the same ones."""

    failed: int
    say: Callable[[str, float], tuple[str, ...]]
    """Says so, given a name for the value, and the value."""


def judge(cases: Cases, policy: RankPolicy, clonal: float | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """Return each case's tier and the reasons in words.

    Parameters
    ----------
    clonal
        The clonal VAF, where the policy compares with it; see :func:`clonal_vaf`.
    """
    said: list[_Said] = []
    values = (*dict.fromkeys(check.value for check in policy.checks), _READS)
    for own, some in groupby(values, key=OF_ALLELE.__contains__):
        if own:
            said += [_of_value(value, cases, policy, clonal) for value in some]
        else:
            said.append(_of_peptides(tuple(some), cases, policy, clonal))
    failed = _failed(said)
    tiers = {checks: _tier(policy, checks) for checks in set(failed)}
    words = zip(*[one.words for one in said], strict=True)
    return [
        (tiers[checks], tuple(dict.fromkeys(chain.from_iterable(some))))
        for checks, some in zip(failed, words, strict=True)
    ]


def _failed(said: Sequence[_Said]) -> Sequence[int]:
    return reduce(lambda some, others: list(map(or_, some, others)), [one.failed for one in said])


def _of_peptides(values: Sequence[str], cases: Cases, policy: RankPolicy, clonal: float | None) -> _Said:
    """Say what the checks of values say that depend on the peptide alone: once for all alleles."""

    def say(cases: Cases) -> _Said:
        said = [_of_value(value, cases, policy, clonal) for value in values]
        words = zip(*[one.words for one in said], strict=True)
        return _Said(_failed(said), [tuple(chain.from_iterable(some)) for some in words])

    return cases.once((policy.checks, clonal, values), say, of_allele=False)


def _of_value(value: str, cases: Cases, policy: RankPolicy, clonal: float | None) -> _Said:
    """Say what the checks of one value, or RNA reads, say of each case."""
    if value == _READS:
        return _Said([0] * len(cases.rows), [_of_reads(case) for case in cases.rows])
    checks = {place: check for place, check in enumerate(policy.checks) if check.value == value}
    numbers = _numbers(value, cases, clonal)
    known = (~np.isnan(numbers)).tolist()
    passed = [_passes(check, numbers).tolist() for check in checks.values()]
    kinds = list(zip(known, *passed, strict=True))
    outcomes = {kind: _outcome(checks, kind) for kind in set(kinds)}
    told = [outcomes[kind] for kind in kinds]
    labels = map(_LABELLED[value], cases.rows) if value in _LABELLED else repeat(_label(value))
    words = [one.say(label, number) for one, label, number in zip(told, labels, numbers.tolist(), strict=False)]
    if value == "seen_in_rna":
        words = [
            () if not here and _has_reads(case) else one
            for one, here, case in zip(words, known, cases.rows, strict=True)
        ]
    return _Said([one.failed for one in told], words)


def _outcome(checks: Mapping[int, Check], kind: tuple[bool, ...]) -> _Outcome:
    """Say what a value's checks come to: whether it's known, and whether it passes each of them.

    Of a value's thresholds the last is told that it meets, else the first that it doesn't.
    """
    known, *passed = kind
    failed = sum(1 << place for place, fine in zip(checks, passed, strict=True) if not fine)
    told, met = next(iter(checks.values())), passed[0]
    for check, fine in zip(checks.values(), passed, strict=True):
        if known and (fine or told.known):
            told, met = check, fine
    return _Outcome(failed, _words(told, known=known, met=met))


def _tier(policy: RankPolicy, failed: int) -> str:
    """Name the tier of what fails the checks at these places, given as a sum of powers of two."""
    checks = [check for place, check in enumerate(policy.checks) if failed >> place & 1]
    decisive = [check.tier for check in checks if check.decides]
    if decisive:
        return decisive[0]
    if not checks:
        return policy.otherwise
    if policy.combine == "first" or policy.several is None or len({check.tier for check in checks}) == 1:
        return checks[0].tier
    return policy.several


_READS = "RNA reads"
"""Stands for what reads tell beside the values of checks."""
