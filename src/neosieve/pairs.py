"""Peptides with alleles: scored, joined with the evidence, ranked; and what the next sample of a process can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.binding.anchors import AnchorScan, shipped
from neosieve.biology.candidates import Known, Questions, Representative, candidates
from neosieve.biology.caseranking import by_itself
from neosieve.biology.ranking import by_name, cases_of, judged, rank, rank_parts
from neosieve.biology.rankintervals import Draws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.anchors import Anchors
    from neosieve.biology.assembly import Assembly
    from neosieve.biology.casecolumns import Cases
    from neosieve.biology.ranking import Part
    from neosieve.biology.score import Coefficients
    from neosieve.evidence import Evidence, NearMatches
    from neosieve.model.candidate import Candidate, Ranked
    from neosieve.model.mhc import Allele
    from neosieve.model.rankpolicy import RankPolicy

MOST_KEPT = 250_000
"""Candidates that are kept for other samples: those of forty alleles with 6,000 peptides each."""


def supported(
    assembly: Assembly, found: Mapping[str, str], evidence: Evidence, near: NearMatches | None
) -> list[Known]:
    """Gather what is known of each new peptide."""
    known = []
    for (_, sequence), sources in assembly.sources.items():
        if sequence not in found:
            one = Representative.of(sources)
            known.append(Known.of(one, evidence.support(one, sources, near)))
    return known


class Pairs:
    """Candidates of peptides with one allele after another, for one predictor and one policy."""

    def __init__(
        self,
        peptides: Sequence[Known],
        predictor: BindingPredictor,
        policy: RankPolicy,
        coefficients: Coefficients,
    ) -> None:
        self.predictor, self.policy = predictor, policy
        self.spared = 0
        """Distinct predictions that weren't asked for again."""
        self.peptides, self._coefficients = peptides, coefficients
        self._ordered = sorted(peptides, key=lambda one: by_name(one.peptide))
        self.apart = by_itself(policy)
        """Whether what is said of an allele's candidates stays the same beside other alleles, so that it is kept."""
        self._questions = Questions([one.peptide for one in self._ordered])
        self._known: dict[Allele, Part] = {}  # the last used ones last
        self._like: Cases | None = None  # of the first allele
        self._scored: dict[Allele, list[Candidate]] = {}
        self._draws = Draws()

    def score(self, alleles: Sequence[Allele]) -> None:
        """Score what isn't known of these alleles, mutant and wild type in one batch."""
        self.spared += len(self._questions) * sum(allele in self._known for allele in alleles)
        self._scored = self._candidates([allele for allele in alleles if allele not in self._known])

    def ranked(self, alleles: Sequence[Allele]) -> tuple[Ranked, ...]:
        """Rank what the alleles give that were scored last."""
        scored, self._scored = self._scored, {}
        if not self.apart:
            return rank([one for some in scored.values() for one in some], self.policy, self._coefficients)
        parts = {allele: self._known.pop(allele) for allele in alleles if allele in self._known}
        for allele, some in scored.items():
            cases = cases_of(some, self._like)
            self._like = self._like or cases
            parts[allele] = judged(some, cases, self.policy, self._coefficients)
        self._known |= parts
        while len(self._known) > len(parts) and len(self._known) * len(self.peptides) > MOST_KEPT:
            del self._known[next(iter(self._known))]
        return rank_parts(list(parts.values()), self.policy, self._coefficients, self._draws)

    def _candidates(self, alleles: Sequence[Allele]) -> dict[Allele, list[Candidate]]:
        """Make every peptide's candidates, by allele."""
        queries = [query for allele in alleles for query in self._questions.about(allele)]
        answers, size = self.predictor.predict(queries), len(self._questions)
        anchors = self._anchors(alleles)
        made = {}
        for place, allele in enumerate(alleles):
            mutant, wildtype = self._questions.told(answers[place * size : (place + 1) * size])
            made[allele] = candidates(self._ordered, allele, mutant, wildtype, anchors[allele])
        return made

    def _anchors(self, alleles: Sequence[Allele]) -> dict[Allele, dict[int, Anchors]]:
        """Find the anchors of each allele and length; of all, lest a better percentile bring a rule of its own."""
        lengths = sorted({len(one.peptide.sequence) for one in self.peptides})
        scan = AnchorScan(self.predictor, table=shipped())
        scan.learn([(allele, length) for allele in sorted(alleles) for length in lengths])
        return {allele: {length: scan.of(allele, length) for length in lengths} for allele in alleles}
