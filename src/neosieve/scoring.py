"""Scoring peptides by themselves: a list against an HLA type, or a table of peptide–allele pairs."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.windows import STANDARD
from neosieve.errors import HlaError
from neosieve.io.hla import parse_allele
from neosieve.model.mhc import Allele, Query, Scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.io.peptides import PeptideTable
    from neosieve.model.patient import HlaType


class _Pair(NamedTuple):
    """One row to score."""

    peptide: str
    n_flank: str | None
    c_flank: str | None
    allele: Allele | str
    """An allele; or a name that can't be used, as given."""


def score_peptides(
    table: PeptideTable, hla: HlaType, predictor: BindingPredictor
) -> tuple[list[Scored], tuple[str, ...]]:
    """Score each distinct peptide with each allele.

    Returns
    -------
    tuple
        One row per peptide × allele, in the table's order; and in words what could not be scored, with counts.
    """
    distinct = dict.fromkeys(zip(table.peptides, table.n_flanks, table.c_flanks, strict=True))
    pairs = [_Pair(peptide, n, c, allele) for (peptide, n, c), allele in product(distinct, hla.alleles)]
    rows, remarks = _score(pairs, {}, predictor)
    return rows, (*hla.remarks, *remarks)


def score_pairs(table: PeptideTable, predictor: BindingPredictor) -> tuple[list[Scored], tuple[str, ...]]:
    """Score each row of a table that names an allele for each peptide.

    Returns
    -------
    tuple
        One row per row of the table, in its order; and in words what could not be scored, with counts.
    """
    names = table.alleles or ()
    alleles: dict[str, Allele | str] = {}
    trouble: dict[str, str] = {}
    for name in dict.fromkeys(names):
        try:
            read = parse_allele(name)
        except HlaError as error:  # one bad row doesn't end the run
            read = str(error)
        alleles[name] = read if isinstance(read, Allele) else name
        if not isinstance(read, Allele):
            trouble[name] = f"{name}: {read}" if name not in read else read
    pairs = list(map(_Pair, table.peptides, table.n_flanks, table.c_flanks, map(alleles.__getitem__, names)))
    return _score(pairs, trouble, predictor)


def _score(
    pairs: Sequence[_Pair], trouble: Mapping[str, str], predictor: BindingPredictor
) -> tuple[list[Scored], tuple[str, ...]]:
    supported = predictor.supported()
    of_allele = {
        allele: trouble.get(str(allele)) if allele in supported or isinstance(allele, str) else _unsupported(allele)
        for allele in {pair.allele for pair in pairs}
    }
    of_peptide = {pair.peptide: _unscorable(pair.peptide, predictor.lengths) for pair in pairs}
    reasons = [of_peptide[pair.peptide] or of_allele[pair.allele] for pair in pairs]
    queries = [
        Query(pair.peptide, pair.allele, pair.n_flank, pair.c_flank)
        for pair, reason in zip(pairs, reasons, strict=True)
        if reason is None and isinstance(pair.allele, Allele)
    ]
    answers = iter(predictor.predict(queries))
    support = {allele: _support(predictor, allele) for allele in {query.allele for query in queries}}
    rows = [
        Scored(pair.peptide, str(pair.allele), None, None)
        if reason is not None or isinstance(pair.allele, str)
        else Scored(pair.peptide, pair.allele.name, next(answers), support[pair.allele])
        for pair, reason in zip(pairs, reasons, strict=True)
    ]
    return rows, _counted(reasons)


def _support(predictor: BindingPredictor, allele: Allele) -> str | None:
    told = predictor.support(allele)
    return None if told is None else str(told)


def _unsupported(allele: Allele) -> str:
    return f"{allele} is not supported by the models"


def _unscorable(peptide: str, lengths: range) -> str | None:
    if len(peptide) not in lengths:
        return f"peptides shorter than {lengths[0]} or longer than {lengths[-1]} residues"
    return None if STANDARD.issuperset(peptide) else "peptides with a residue outside the standard twenty"


def _counted(reasons: Iterable[str | None]) -> tuple[str, ...]:
    counts = Counter(reason for reason in reasons if reason is not None)
    return tuple(f"{count:,} rows not scored: {reason}" for reason, count in counts.most_common())
