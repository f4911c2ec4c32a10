"""The candidates as the report's script reads them: compact JSON, each shared part once."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from markupsafe import Markup

from neosieve.model.candidate import Tier
from neosieve.report.words import label

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from neosieve.model.candidate import AnyTier, Candidate, Ranked
    from neosieve.model.variant import AlleleCounts

Json = dict[str, Any] | list[Any] | str | float | None
Value = TypeVar("Value")

# Inside <script>, "<" could begin </script> or <!--, and U+2028/9 end a line in older readers: all become \uXXXX
_SCRIPT_SAFE = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def embed(value: Json) -> Markup:
    """Write JSON that can stand in a ``<script>`` element whatever its texts hold."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_SCRIPT_SAFE))  # noqa: S704 - no character that HTML gives a meaning is left


class _Pool(Generic[Value]):
    """Values in the order of their first use, each once."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self._places: dict[Hashable, int] = {}

    def place(self, key: Hashable, make: Callable[[], Value]) -> int:
        """Return the index of the value known by `key`, making it if it is new."""
        if key not in self._places:
            self._places[key] = len(self.values)
            self.values.append(make())
        return self._places[key]

    def find(self, key: Hashable) -> Value | None:
        """Return the value known by `key`; None if there is none."""
        place = self._places.get(key)
        return None if place is None else self.values[place]


def _rounded(value: float | None) -> float | None:
    # four significant digits: more than the report shows
    return None if value is None or not isfinite(value) else float(f"{value:.4g}")


def _counts(counts: AlleleCounts | None) -> Json:
    return None if counts is None else [_rounded(counts.vaf), counts.depth, counts.alt_reads]


def haplotype(candidate: Candidate) -> str:
    """Name all variants that the peptide carries."""
    return "+".join(str(call.variant) for call in candidate.peptide.calls)


def _source_key(candidate: Candidate) -> Hashable:
    return haplotype(candidate), candidate.change.transcript.transcript


def _peptide_key(candidate: Candidate) -> Hashable:
    return _source_key(candidate), candidate.peptide.sequence, candidate.peptide.offset


def _source(candidate: Candidate) -> Json:
    """Describe the protein change and the evidence for it, shared by all peptides of one haplotype and transcript."""
    call, change = candidate.call, candidate.change
    return {
        "gene": change.transcript.gene,
        "gene_id": change.transcript.gene_id,
        "change": candidate.label,
        "consequence": candidate.consequence,
        "transcript": change.transcript.transcript,
        "variant": str(call.variant),
        "haplotype": haplotype(candidate),
        "filter": ";".join(sorted({name for other in candidate.peptide.calls for name in other.filters})) or "PASS",
        "phase": candidate.phase,
        "nmd": candidate.nmd,
        "calls": [
            [str(each.variant), _counts(each.tumor), _counts(each.normal), _counts(each.rna)]
            for each in (call, *(other for other in candidate.peptide.calls if other.variant != call.variant))
        ],
        "gene_expression": _rounded(candidate.gene_expression),
        "ccf": _rounded(candidate.ccf),
        "hotspot": candidate.hotspot,
    }


def _peptide(candidate: Candidate, source: int) -> dict[str, Any]:
    peptide = candidate.peptide
    return {
        "source": source,
        "mutant": peptide.sequence,
        "altered": sorted(peptide.altered),
        "flanks": [peptide.n_flank, peptide.c_flank],
        "wildtype": peptide.wildtype,
        "wildtype_flanks": [peptide.wildtype_n_flank, peptide.wildtype_c_flank],
        "transcripts": list(candidate.transcripts),
        "transcript_expression": _rounded(candidate.transcript_expression),
        "self_match": candidate.self_match,
        "bindings": [],
    }


def _binding(row: Ranked, allele: int) -> list[Json]:
    binding, wildtype = row.candidate.binding, row.candidate.wildtype_binding
    return [
        allele,
        row.rank,
        _rounded(binding.affinity_nM),
        _rounded(binding.affinity_low_nM),
        _rounded(binding.affinity_high_nM),
        _rounded(binding.affinity_percentile),
        _rounded(binding.presentation_score),
        _rounded(binding.presentation_percentile),
        None if wildtype is None else _rounded(wildtype.affinity_nM),
        None if wildtype is None else _rounded(wildtype.affinity_percentile),
        _rounded(row.candidate.agretopicity),
    ]


def candidates(ranked: Sequence[Ranked], shown: int, tiers: Iterable[AnyTier] = tuple(Tier)) -> dict[str, Any]:
    """Gather what the report shows of the best candidates.

    Parameters
    ----------
    ranked
        Every candidate, best first.
    shown
        How many to show. Their peptides are shown with all alleles, those of later candidates included.
    tiers
        The policy's, best first.

    Returns
    -------
    dict
        ``rows`` refer to ``peptides``, and those to ``sources``, ``alleles`` and ``texts``, by index.
    """
    sources: _Pool[Json] = _Pool()
    peptides: _Pool[dict[str, Any]] = _Pool()
    alleles: _Pool[str] = _Pool()
    texts: _Pool[str] = _Pool()

    def text(value: str) -> int:
        return texts.place(value, lambda: value)

    def row_json(row: Ranked) -> dict[str, Any]:
        candidate = row.candidate
        source = sources.place(_source_key(candidate), lambda: _source(candidate))
        return {
            "rank": row.rank,
            "tier": row.tier.value,
            "score": _rounded(row.score),
            "peptide": peptides.place(_peptide_key(candidate), lambda: _peptide(candidate, source)),
            "components": [[text(label(name)), _rounded(value)] for name, value in row.components],
            "reasons": [text(reason) for reason in row.reasons],
            "site": candidate.mutation_site,
            "near": None
            if candidate.near_self_peptide is None
            else f"{candidate.near_self_peptide} in {candidate.near_self_source}",
            "hla_loss": _rounded(candidate.hla_loss),
            "remarks": [text(remark) for remark in candidate.remarks],
        }

    rows = [row_json(row) for row in ranked[:shown]]
    for number, row in enumerate(ranked):
        peptide = peptides.find(_peptide_key(row.candidate))
        if peptide is None:
            continue
        if number < shown:
            rows[number]["binding"] = len(peptide["bindings"])
        name = row.candidate.allele.name
        peptide["bindings"].append(_binding(row, alleles.place(name, name.__str__)))
    return {
        "tiers": {tier.value: label(tier.value) for tier in tiers},
        "alleles": alleles.values,
        "texts": texts.values,
        "sources": sources.values,
        "peptides": peptides.values,
        "rows": rows,
    }
