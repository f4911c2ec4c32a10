"""Peptides with alleles: scored, joined with the evidence, ranked; and what the next sample of a process can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    from neosieve.model.candidate import Candidate, Origin, Ranked
    from neosieve.model.mhc import Allele
    from neosieve.model.rankpolicy import RankPolicy

MOST_KEPT = 250_000
"""Candidates that are kept for other samples: some 600 MB with their texts, for forty alleles of 6,000 peptides."""


class Known(NamedTuple):
    """A new peptide and what is known of it, whatever the alleles."""

    peptide: Representative
    support: Support
    origins: tuple[Origin, ...]


def supported(
    assembly: Assembly, found: Mapping[str, str], evidence: Evidence, near: NearMatches | None
) -> list[Known]:
    """Gather what is known of each new peptide."""
    known = []
    for (_, sequence), sources in assembly.sources.items():
        if sequence not in found:
            one = Representative.of(sources)
            support = evidence.support(one, sources, near)
            known.append(Known(one, support, one.origins(support)))
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
            (known, known.peptide.mutant_queries(alleles), known.peptide.wildtype_queries(alleles))
            for known in self.peptides
        ]
        distinct = list(dict.fromkeys(query for _, mutant, wildtype in asked for query in (*mutant, *wildtype)))
        answers = dict(zip(distinct, self.predictor.predict(distinct), strict=True))
        self._distinct |= {allele: sum(query.allele is allele for query in distinct) for allele in alleles}
        anchors = self._anchors(alleles)
        made: dict[Allele, list[Candidate]] = {allele: [] for allele in alleles}
        for (one, support, origins), mutant, wildtype in asked:
            answered = [answers[query] for query in mutant], [answers[query] for query in wildtype]
            for candidate in one.candidates(alleles, *answered, support, anchors, origins):
                made[candidate.allele].append(candidate)
        return made

    def _anchors(self, alleles: Sequence[Allele]) -> dict[tuple[Allele, int], Anchors]:
        """Find the anchors of each allele and length; of all, lest a better percentile bring a rule of its own."""
        lengths = {len(one.peptide.peptide.sequence) for one in self.peptides}
        wanted = sorted((allele, length) for allele in alleles for length in lengths)
        scan = AnchorScan(self.predictor, table=shipped())
        scan.learn(wanted)
        return {pair: scan.of(*pair) for pair in wanted}
