"""Peptides with alleles: scored, joined with the evidence, ranked; and what the next sample of a process can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.binding.anchors import AnchorScan, shipped
from neosieve.biology.candidates import Representative
from neosieve.biology.caseranking import by_itself
from neosieve.biology.ranking import judged, rank, rank_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.anchors import Anchors
    from neosieve.biology.assembly import Assembly
    from neosieve.biology.candidates import Support
    from neosieve.biology.ranking import Part
    from neosieve.biology.score import Coefficients
    from neosieve.evidence import Evidence, NearMatches
    from neosieve.model.candidate import Candidate, Ranked
    from neosieve.model.mhc import Allele
    from neosieve.model.rankpolicy import RankPolicy

MOST_KEPT = 150_000
"""Candidates that are kept for other samples: some 350 MB with their texts."""


def supported(
    assembly: Assembly, found: Mapping[str, str], evidence: Evidence, near: NearMatches | None
) -> list[tuple[Representative, Support]]:
    """Gather what is known of each new peptide, whatever the alleles."""
    kept = [sources for (_, peptide), sources in assembly.sources.items() if peptide not in found]
    return [(one := Representative.of(sources), evidence.support(one, sources, near)) for sources in kept]


class Pairs:
    """Candidates of peptides with one allele after another, for one predictor and one policy."""

    def __init__(
        self,
        peptides: Sequence[tuple[Representative, Support]],
        predictor: BindingPredictor,
        policy: RankPolicy,
        coefficients: Coefficients,
    ) -> None:
        self.predictor, self.policy = predictor, policy
        self.spared = 0
        """Distinct predictions that weren't asked for again."""
        self.peptides, self._coefficients = peptides, coefficients
        self._apart = by_itself(policy)
        self._known: dict[Allele, Part] = {}  # the last used ones last
        self._distinct: dict[Allele, int] = {}
        self._scored: dict[Allele, list[Candidate]] = {}

    def score(self, alleles: Sequence[Allele]) -> None:
        """Score what isn't known of these alleles, mutant and wild type in one batch."""
        self.spared += sum(self._distinct[allele] for allele in alleles if allele in self._known)
        self._scored = self._candidates([allele for allele in alleles if allele not in self._known])

    def ranked(self, alleles: Sequence[Allele]) -> tuple[Ranked, ...]:
        """Rank what the alleles give that were scored last."""
        scored, self._scored = self._scored, {}
        if not self._apart:
            return rank([one for some in scored.values() for one in some], self.policy, self._coefficients)
        parts = {allele: self._known.pop(allele) for allele in alleles if allele in self._known}
        for allele, candidates in scored.items():
            parts[allele] = judged(candidates, self.policy, self._coefficients)
        self._known |= parts
        while len(self._known) > len(parts) and len(self._known) * len(self.peptides) > MOST_KEPT:
            del self._known[next(iter(self._known))]
        return rank_parts(list(parts.values()), self.policy, self._coefficients)

    def _candidates(self, alleles: Sequence[Allele]) -> dict[Allele, list[Candidate]]:
        """Make every peptide's candidates, by allele."""
        asked = [
            (one, support, one.mutant_queries(alleles), one.wildtype_queries(alleles)) for one, support in self.peptides
        ]
        distinct = list(dict.fromkeys(query for *_, mutant, wildtype in asked for query in (*mutant, *wildtype)))
        answers = dict(zip(distinct, self.predictor.predict(distinct), strict=True))
        self._distinct |= {allele: sum(query.allele is allele for query in distinct) for allele in alleles}
        anchors = self._anchors(alleles)
        made: dict[Allele, list[Candidate]] = {allele: [] for allele in alleles}
        for one, support, mutant, wildtype in asked:
            bound = [answers[query] for query in mutant]
            for candidate in one.candidates(alleles, bound, [answers[query] for query in wildtype], support, anchors):
                made[candidate.allele].append(candidate)
        return made

    def _anchors(self, alleles: Sequence[Allele]) -> dict[tuple[Allele, int], Anchors]:
        """Find the anchors of each allele and length; of all, lest a better percentile bring a rule of its own."""
        lengths = {len(one.peptide.sequence) for one, _ in self.peptides}
        wanted = sorted((allele, length) for allele in alleles for length in lengths)
        scan = AnchorScan(self.predictor, table=shipped())
        scan.learn(wanted)
        return {pair: scan.of(*pair) for pair in wanted}
