"""Tiers: a policy's checks applied to a case, with the reason of each in words."""

from __future__ import annotations

from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from neosieve.biology.formulas import allele_expression
from neosieve.model.case import INFORMATIVE_RNA_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from neosieve.model.case import Case
    from neosieve.model.rankpolicy import Check, RankPolicy

Value = float | bool | None
Said = TypeVar("Said")

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


def _reader(name: str, clonal: float | None) -> Callable[[Case], Value]:
    """Return what reads a value off a case."""
    match name:
        case "allele_expression":
            return allele_expression
        case "doubted":
            return lambda case: bool(case.doubts)
        case "anchor_ok":
            return anchor_ok
        case "transcript_ok":
            return _transcript_ok
        case "vaf_of_clonal":
            return lambda case: None if case.tumor_dna_vaf is None or not clonal else case.tumor_dna_vaf / clonal
        case _:
            return attrgetter(name)


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


def _label(case: Case, name: str) -> str:
    match name:
        case "percentile":
            return case.percentile_name
        case "abundance":
            return case.abundance_name
        case _:
            return _LABELS.get(name) or name.replace("_", " ")


def _passes(check: Check, value: Value) -> bool:
    if value is None:
        return not (check.known or check.missing_fails)
    return (
        (check.at_most is None or value <= check.at_most)
        and (check.below is None or value < check.below)
        and (check.at_least is None or value >= check.at_least)
        and (check.above is None or value > check.above)
        and (check.is_true is None or bool(value) is check.is_true)
    )


def _words(check: Check, case: Case, value: Value, *, passed: bool) -> str | None:
    if passed and value is not None and check.value in _MOSTLY_ONE:
        return None  # in which regions it is found is told anyway
    if value is None:
        silent = check.value in _MOSTLY_ONE or (check.value == "seen_in_rna" and _has_reads(case))
        return None if silent else _not_assessed(check.value)
    if check.known:
        return None
    if check.is_true is not None:
        return None if passed else (check.words or f"{_label(case, check.value)}: {'no' if check.is_true else 'yes'}")
    if check.at_most is not None:
        sign, limit = "≤" if passed else ">", check.at_most
    elif check.below is not None:
        sign, limit = "<" if passed else "≥", check.below
    elif check.at_least is not None:
        sign, limit = "≥" if passed else "<", check.at_least
    elif check.above is not None:
        sign, limit = ">" if passed else "≤", check.above
    else:
        return None
    return f"{_label(case, check.value)} {value:.3g} {sign} {limit:g}"


def _not_assessed(name: str) -> str:
    return f"{_LABELS.get(name) or name.replace('_', ' ')} not assessed"


def _has_reads(case: Case) -> bool:
    return bool(case.tumor_rna_depth) and (case.tumor_rna_alt_reads is not None or case.tumor_rna_vaf is not None)


def _of_reads(case: Case) -> str | None:
    """Say what RNA reads tell, in words."""
    if not case.tumor_rna_depth or case.tumor_rna_alt_reads is None:
        return None if case.tumor_rna_vaf is None else f"RNA VAF {case.tumor_rna_vaf:.3g}"
    text = f"{case.tumor_rna_alt_reads:g} of {case.tumor_rna_depth:g} RNA reads carry the variant"
    if case.seen_in_rna is not None:
        return text if case.seen_in_rna else f"{text}: not seen beyond error"
    if case.tumor_rna_depth < INFORMATIVE_RNA_DEPTH:
        return f"{text}: too few to tell"
    return f"{text}: aligners miss reads with indels, so this is no evidence against"


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


class _Verdict(NamedTuple):
    """What one check says of a value."""

    kind: tuple[bool, bool]
    """Whether the value is known, and whether it passes."""
    words: str | None


class _Outcome(NamedTuple):
    """What several checks' verdicts come to, whatever the values."""

    tier: str
    told: tuple[int, ...]
    """Places of the checks whose words are told: of a value's thresholds the last that it meets, else the first that it
    doesn't."""


def judge(cases: Sequence[Case], policy: RankPolicy, clonal: float | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """Return each case's tier and the reasons in words.

    Each check goes over all cases, and what it says of a value it says once: cases share most of their values.

    Parameters
    ----------
    clonal
        The clonal VAF, where the policy compares with it; see :func:`clonal_vaf`.
    """
    by_check = [_verdicts(check, cases, clonal) for check in policy.checks]
    by_case: Iterable[tuple[_Verdict, ...]] = zip(*by_check, strict=True) if by_check else repeat((), len(cases))
    outcomes: dict[tuple[tuple[bool, bool], ...], _Outcome] = {}
    judged = []
    for verdicts, reads in zip(by_case, _for_each(cases, _READS, _of_reads), strict=True):
        kinds = tuple([verdict.kind for verdict in verdicts])
        outcome = outcomes.get(kinds)
        if outcome is None:
            outcome = outcomes[kinds] = _outcome(policy, kinds)
        words = [verdicts[place].words for place in outcome.told]
        judged.append((outcome.tier, tuple(dict.fromkeys([one for one in (*words, reads) if one is not None]))))
    return judged


def _verdicts(check: Check, cases: Sequence[Case], clonal: float | None) -> list[_Verdict]:
    read, also = _reader(check.value, clonal), _NAMED_BY.get(check.value)

    def verdict(case: Case) -> _Verdict:
        value = read(case)
        passed = _passes(check, value)
        return _Verdict((value is not None, passed), _words(check, case, value, passed=passed))

    return _for_each(cases, read if also is None else lambda case: (read(case), also(case)), verdict)


def _for_each(cases: Sequence[Case], key: Callable[[Case], Hashable], say: Callable[[Case], Said]) -> list[Said]:
    """Say of each case what is the same for all cases of its key."""
    keys = list(map(key, cases))
    said = {one: say(case) for one, case in dict(zip(keys, cases, strict=True)).items()}
    return [said[one] for one in keys]


def _outcome(policy: RankPolicy, kinds: Sequence[tuple[bool, bool]]) -> _Outcome:
    failed = [check for check, (_, passed) in zip(policy.checks, kinds, strict=True) if not passed]
    decisive = [check.tier for check in failed if check.decides]
    if decisive:
        tier = decisive[0]
    elif not failed:
        tier = policy.otherwise
    elif policy.combine == "first" or policy.several is None or len({check.tier for check in failed}) == 1:
        tier = failed[0].tier
    else:
        tier = policy.several
    told: dict[str, int] = {}
    for place, (check, (known, passed)) in enumerate(zip(policy.checks, kinds, strict=True)):
        first = told.get(check.value)
        if first is None or (known and (passed or policy.checks[first].known)):
            told[check.value] = place
    return _Outcome(tier, tuple(told.values()))


_NAMED_BY: dict[str, Callable[[Case], object]] = {
    "percentile": attrgetter("percentile_name"),
    "abundance": attrgetter("abundance_name"),
    "seen_in_rna": _has_reads,
}
"""What the words of a check go by besides its value."""
_READS = attrgetter("tumor_rna_depth", "tumor_rna_alt_reads", "tumor_rna_vaf", "indel")
"""What :func:`_of_reads` goes by."""
