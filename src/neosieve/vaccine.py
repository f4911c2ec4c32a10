"""Vaccine constructs of a finished run: what may enter, where it is cut, which of it is ordered, how it is joined."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - dataclass fields
from typing import TYPE_CHECKING

from neosieve.biology.constructplacement import (
    SEGMENT_LENGTH,
    SLP_LENGTHS,
    Demand,
    no_difficulty,
    place,
    slp_difficulty,
)
from neosieve.biology.constructportfolio import choose
from neosieve.biology.constructselection import admit, by_protein, minimal_items, options, without_repeats
from neosieve.cassette import CassetteSettings, build_cassette, usable_segments, within_length
from neosieve.errors import InputError
from neosieve.io.finishedrun import read_run
from neosieve.io.rankpolicies import read_policy
from neosieve.io.review import read_review
from neosieve.model.construct import LeftOut, Vaccine
from neosieve.model.variant import variants_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.biology.constructselection import Admission
    from neosieve.io.finishedrun import FinishedRun
    from neosieve.model.construct import Epitope, Item, Mark, Portfolio
    from neosieve.timing import Stages

PREFIXES = {"slp": "SLP", "mrna": "SEG", "minimal": "PEP"}
DEFAULT_COUNT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class VaccineSettings:
    """What to design."""

    run: Path
    """Folder of the finished run."""
    format: str
    """``slp``, ``mrna`` or ``minimal``."""
    count: int = DEFAULT_COUNT
    """How many items at most, accepted ones aside."""
    tiers: tuple[str, ...] = ()
    """Tiers that may enter; none to take what the run's policy holds worth ordering."""
    doubtful: bool = False
    """Whether candidates in doubt may enter."""
    review: Path | None = None
    """A reviewer's marks."""
    lengths: tuple[int, int] = SLP_LENGTHS
    """Shortest and longest synthetic long peptide."""
    cassette: CassetteSettings = field(default_factory=CassetteSettings)

    def told(self) -> tuple[tuple[str, str], ...]:
        """List (option, value) as effective."""
        own = [
            ("format", self.format),
            ("count", str(self.count)),
            ("tiers", ",".join(self.tiers)),
            ("doubtful", "yes" if self.doubtful else "no"),
            ("review", "" if self.review is None else self.review.name),
        ]
        if self.format == "slp":
            own.append(("lengths", "-".join(map(str, self.lengths))))
        return (*own, *(self.cassette.told() if self.format == "mrna" else ()))


def design(settings: VaccineSettings, stages: Stages) -> Vaccine:
    """Design a construct; nothing is written.

    Raises
    ------
    NeosieveError
        The run, the review or another input can't be used, or nothing may enter.
    """
    with stages.stage("reading the run"):
        run = read_run(settings.run)
        marks = () if settings.review is None else read_review(settings.review, run)
    if not run.epitopes:
        raise InputError(
            f"{settings.run} has no candidates, so there is nothing to order; its ledger.tsv says what became of each "
            "variant"
        )
    _check_tiers(run, settings.tiers)
    tiers, source = (settings.tiers, "as asked") if settings.tiers else _worth_ordering(run)
    admission = admit(run.epitopes, tiers, doubtful=settings.doubtful, marks=marks)
    rule = f"tiers {', '.join(tiers)} ({source}); candidates in doubt {'enter' if settings.doubtful else 'stay out'}"
    if not admission.admitted:
        raise InputError(
            f"{settings.run}: none of its {len(run.epitopes):,} candidates may enter a construct: {rule}; they are of "
            f"the tiers {_present(run)}; name tiers with --tiers, let doubtful ones in with --doubtful, or accept some "
            "with --review"
        )
    with stages.stage("placing"):
        items, left_out = _items(run, admission, settings)
        items, repeated = without_repeats(items, admission.accepted)
        left_out += repeated
        if settings.format == "mrna":
            items, short = usable_segments(items, run.lengths)
            left_out += short
        _check_accepted(admission, items, left_out)
        if not items:
            raise InputError(f"{settings.run}: no {settings.format} can be cut: {left_out[0].reason}")
    shorter = ""
    with stages.stage("choosing"):
        portfolio, told = _portfolio(items, admission, settings)
        left_out += told
        chosen = [items[number] for number in portfolio.chosen]
        wanted = min(settings.count, len(items))
        if told:
            shorter = f"{len(chosen)} segments fit --max-length rather than {wanted}: the best choice of as many"
    cut = {one.epitope for one in left_out}
    left_out += [
        LeftOut(one, f"not among the {len(chosen)} that together cover alleles, clones and genes best")
        for item in items
        for one in item.epitopes
        if item not in chosen and one not in cut
    ]
    names = [f"{PREFIXES[settings.format]}-{number:02}" for number in range(1, len(chosen) + 1)]
    cassette, warnings = None, tuple[str, ...]()
    if settings.format == "mrna":
        cassette, order, warnings = build_cassette(chosen, names, run, settings.cassette, stages)
        chosen, names = [chosen[number] for number in order], [names[number] for number in order]
    return Vaccine(
        format=settings.format,
        items=tuple(chosen),
        names=tuple(names),
        left_out=_told(chosen, (*left_out, *admission.left_out), marks),
        marks=marks,
        rule=rule,
        portfolio=portfolio,
        warnings=(*([shorter] if shorter else []), *warnings),
        settings=settings.told(),
        run=_facts(run),
        cassette=cassette,
    )


def _portfolio(
    items: Sequence[Item], admission: Admission, settings: VaccineSettings
) -> tuple[Portfolio, list[LeftOut]]:
    """Choose; of what a cassette has room for, anew, so that the choice is the best of its size."""
    choices = options(items, admission.accepted)
    portfolio, left_out = choose(choices, settings.count), list[LeftOut]()
    while settings.format == "mrna":
        chosen = [items[number] for number in portfolio.chosen]
        kept, told = within_length(chosen, admission.accepted, settings.cassette)
        if not told:
            break
        left_out += told
        portfolio = choose(choices, len(kept))
    return portfolio, left_out


def _facts(run: FinishedRun) -> tuple[tuple[str, str], ...]:
    return (
        ("sample", run.tumor),
        ("alleles", ",".join(map(str, run.alleles))),
        ("lengths", ",".join(map(str, run.lengths))),
        ("policy", run.policy),
        ("predictor", run.predictor),
        ("vcf_sha256", run.checksums.get("vcf", ("", ""))[1]),
        ("candidates_sha256", run.checksums["candidates.tsv"][1]),
    )


def _worth_ordering(run: FinishedRun) -> tuple[tuple[str, ...], str]:
    try:
        policy = read_policy(run.policy)
    except InputError as error:
        raise InputError(
            f"{run.folder} was ranked by the policy {run.policy}, which can't be read now ({error}); "
            "name the tiers that may enter with --tiers"
        ) from error
    if not policy.worth_ordering and not policy.checks:
        raise InputError(
            f"{run.folder} was ranked by {policy.title}, which puts every candidate in the tier {policy.otherwise}, "
            "poor binders too: nothing says what is worth ordering; use another policy, or name that tier with --tiers"
        )
    return policy.worth_ordering or (policy.otherwise,), f"what the policy {policy.name} holds worth ordering"


def _check_tiers(run: FinishedRun, tiers: Sequence[str]) -> None:
    """Refuse a tier that neither the run's policy nor any candidate has."""
    known = dict.fromkeys(one.tier for one in run.epitopes)
    if not known.keys() >= set(tiers):
        with suppress(InputError):  # a policy of one's own may lie elsewhere now
            known |= dict.fromkeys(read_policy(run.policy).tiers)
    if unknown := [tier for tier in tiers if tier not in known]:
        raise InputError(f"--tiers: {unknown[0]} is no tier of {run.folder}; name some of {', '.join(known)}")


def _present(run: FinishedRun) -> str:
    return ", ".join(dict.fromkeys(one.tier for one in run.epitopes))


def _items(run: FinishedRun, admission: Admission, settings: VaccineSettings) -> tuple[list[Item], list[LeftOut]]:
    """Cut what may be ordered; and say what can't be cut."""
    if settings.format == "minimal":
        return minimal_items(admission.admitted, run.proteins), []
    longest = max(run.lengths)
    shortest, most = settings.lengths
    if settings.format == "slp" and most < longest:
        raise InputError(f"--length {shortest}-{most}: the run scored peptides of {longest} residues; allow as many")
    demand = (
        Demand(shortest, most, longest, slp_difficulty)
        if settings.format == "slp"
        else Demand(SEGMENT_LENGTH, max(SEGMENT_LENGTH, 2 * longest - 1), longest, no_difficulty)
    )
    items: list[Item] = []
    left_out: list[LeftOut] = []
    for protein, epitopes in by_protein(admission.admitted, run.proteins):
        placed, failed = place(protein, epitopes, demand, rejected=admission.rejected, accepted=admission.accepted)
        items += placed
        left_out += failed
    return items, left_out


def _check_accepted(admission: Admission, items: Sequence[Item], left_out: Iterable[LeftOut]) -> None:
    reasons = {one.epitope: one.reason for one in left_out}
    for one in sorted(admission.accepted, key=lambda one: (one.rank, one.peptide, one.allele)):
        if not any(one.peptide in item.sequence for item in items):
            raise InputError(
                f"{one.peptide} by {one.allele} from {one.variant} is accepted by the review but can't enter: "
                f"{reasons.get(one, 'no stretch holds it')}; choose another --format, or mark it as review"
            )


def _told(items: Sequence[Item], left_out: Iterable[LeftOut], marks: Sequence[Mark]) -> tuple[LeftOut, ...]:
    """List what was left out: of a variant in no item at least its best candidate, and all that nearly entered."""
    ordered = {one for item in items for one in item.epitopes}
    served = {name for one in ordered for name in variants_named(one.haplotype)}
    marked = {(mark.variant, mark.peptide, mark.allele) for mark in marks}
    listed: dict[Epitope, LeftOut] = {}
    for one in sorted(left_out, key=lambda one: (one.epitope.rank, one.epitope.peptide, one.epitope.allele)):
        epitope = one.epitope
        new = not served.issuperset(variants_named(epitope.haplotype))
        if epitope not in ordered and (new or epitope.key in marked or not one.reason.startswith("tier ")):
            listed.setdefault(epitope, one)
            served.update(variants_named(epitope.haplotype))
    return tuple(listed.values())
