"""``report.html``: the run on one page that needs no network."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from neosieve.biology.presentation import GENES
from neosieve.model.ledger import Outcome
from neosieve.model.ledgerrows import tally_of
from neosieve.report import payload
from neosieve.report.atomic import prepare_folder, replacing, write_chunks
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.overview import Overview
from neosieve.report.pagecandidates import candidate_cells
from neosieve.report.tables import OutputFile
from neosieve.report.words import LIMITS, OUTCOME_MEANINGS, label, tier_meanings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.ledger import LedgerEntry
    from neosieve.model.run import FunnelStage, RunResult
    from neosieve.report.overview import Selection
    from neosieve.report.rowcells import CandidateCells

NAME = "report.html"
MAX_SHOWN = 10_000  # more than anyone reads, and the page still opens in half a second
MAX_DATA = 2_850_000  # characters of data: with styles, scripts and markup a file under 3 MB
STATIC_ROWS = 25  # shown where scripts are off
STYLES = ("page.css", "table.css", "card.css", "plots.css", "print.css")
SCRIPTS = ("base.js", "plots.js", "overview.js", "review.js", "card.js", "table.js", "start.js")
"""Files of ``templates/`` that become the page's one style and one script, in this order."""

HEADINGS = {
    "rank": "Rank",
    "tier": "Tier",
    "score": "Score",
    "gene": "Gene",
    "protein_change": "Protein change",
    "peptide": "Peptide",
    "allele": "HLA allele",
    "presentation_percentile": "Presen\u00adtation %ile",
    "affinity_nM": "Affinity nM",
    "agretopicity": "Agreto\u00adpicity",
    "tumor_dna_vaf": "DNA VAF",
    "tumor_rna_vaf": "RNA VAF",
    "gene_expression": "Gene expression",
}
"""Columns, out of the registry, that the report's table shows at first; the others can be chosen. A soft hyphen tells
where a narrow column may break its heading."""


@dataclass(frozen=True, slots=True)
class FunnelBar:
    """A funnel stage with the length of its bar."""

    stage: FunnelStage
    percent: float
    """Of the largest stage that counts the same things: bars of unlike units don't compare."""
    lost: int
    """How many of the stage before, if it counts the same things, didn't come as far."""


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How often the ledger holds an outcome."""

    name: str
    """As in ``ledger.tsv``."""
    meaning: str
    n_variants: int
    n_rows: int


def funnel_groups(funnel: Sequence[FunnelStage]) -> tuple[tuple[str, tuple[FunnelBar, ...]], ...]:
    """Group neighbouring stages that count the same things.

    Parameters
    ----------
    funnel
        In order.

    Returns
    -------
    tuple of (unit, bars)
        In order.
    """

    def bars(stages: tuple[FunnelStage, ...]) -> tuple[FunnelBar, ...]:
        largest = max(stage.count for stage in stages) or 1
        before = (stages[0], *stages)
        return tuple(
            FunnelBar(stage, round(100 * stage.count / largest, 2), earlier.count - stage.count)
            for stage, earlier in zip(stages, before, strict=False)
        )

    return tuple((unit, bars(tuple(stages))) for unit, stages in groupby(funnel, key=lambda stage: stage.unit))


def outcome_counts(ledger: Sequence[LedgerEntry]) -> tuple[OutcomeCount, ...]:
    """Count the ledger's rows and distinct variants by outcome, in the order of the closed list."""
    tally = tally_of(ledger)
    return tuple(
        OutcomeCount(outcome.value, OUTCOME_MEANINGS[outcome], tally.variants_with[outcome], tally.rows[outcome])
        for outcome in Outcome
        if outcome in tally.rows
    )


def key_numbers(result: RunResult, n_presented: int) -> tuple[tuple[int, str], ...]:
    """Count what a reader asks for first.

    Parameters
    ----------
    result
        The finished run.
    n_presented
        Its candidates at a percentile of 2 or below.

    Returns
    -------
    tuple of (count, what is counted)
        From all variants to the candidates worth a look.
    """
    with_candidates = tally_of(result.ledger).variants_with[Outcome.CANDIDATES]
    return (
        (result.funnel[0].count, "ALT alleles in the VCF"),
        (with_candidates, "of them with candidates"),
        (len({row.candidate.peptide.sequence for row in result.ranked}), "distinct neo-peptides"),
        (len(result.ranked), "candidates: variant × peptide × allele"),
        (n_presented, "candidates at 2 % or below"),
    )


@cache
def inline(names: tuple[str, ...]) -> Markup:
    """Join files of ``templates/`` into one style or script."""
    # the files are ours, so they enter the page as they are
    folder = files("neosieve.report") / "templates"
    return Markup("\n".join([(folder / name).read_text(encoding="utf-8") for name in names]))  # noqa: S704


@cache
def csp_hash(text: str) -> str:
    """Name a style or a script in a Content-Security-Policy."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _marked(row: Ranked) -> list[tuple[str, bool]]:
    peptide = row.candidate.peptide
    return [(residue, position in peptide.altered) for position, residue in enumerate(peptide.sequence)]


def _short(value: float | None, digits: int = 3) -> str:
    return "NA" if value is None else f"{value:.{digits}g}" if value < 10**digits else f"{value:.0f}"


@cache
def page_environment() -> Environment:
    """Make what renders a page: all that isn't declared to be markup is text."""
    environment = Environment(
        autoescape=True,  # whatever the template's file name ends in
        loader=PackageLoader("neosieve.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"marked": _marked, "short": _short, "label": label, "thousands": "{:,}".format}
    return environment


def _data(result: RunResult, overview: Overview, limit: int, cells: CandidateCells) -> tuple[Selection, Markup]:
    """Choose as many candidates as the page can hold, by number and by size, and write them."""
    while True:
        selection = overview.select(limit)
        data = payload.embed(payload.report_data(result, overview, selection.rows, HEADINGS, cells))
        if len(data) <= MAX_DATA or limit <= 1:
            return selection, data
        limit = int(len(selection.rows) * min(0.97, MAX_DATA / len(data)))


def render(
    result: RunResult,
    overview: Overview | None = None,
    cells: CandidateCells | None = None,
    *,
    max_shown: int = MAX_SHOWN,
) -> Iterator[str]:
    """Yield the report's text in pieces.

    Parameters
    ----------
    result
        The finished run.
    overview
        Of its candidates; None if there is none yet.
    cells
        What is kept of other samples.
    max_shown
        How many candidates the page holds at most.

    Yields
    ------
    str
        HTML, with styles, script and data inside.
    """
    style, script = inline(STYLES), inline(SCRIPTS)
    columns = {column.name: column for column in CANDIDATE_COLUMNS}
    overview = overview or Overview(result.ranked)
    selection, data = _data(result, overview, max_shown, cells or candidate_cells())
    return (
        page_environment()
        .get_template("report.html.j2")
        .generate(
            run=result,
            selection=selection,
            losses=overview.losses,
            key_numbers=key_numbers(result, selection.n_presented),
            funnel=funnel_groups(result.funnel),
            outcomes=outcome_counts(result.ledger),
            tiers=tuple(tier_meanings(result).items()),
            headings=tuple((columns[name], heading) for name, heading in HEADINGS.items()),
            columns=CANDIDATE_COLUMNS,
            static_rows=selection.rows[:STATIC_ROWS],
            presentation_genes=tuple(gene for gene in GENES if gene not in result.genes_without_models),
            limits=LIMITS,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {csp_hash(style)}; script-src {csp_hash(script)}; "
            "base-uri 'none'; form-action 'none'",
            data=data,
        )
    )


def write_report(
    result: RunResult, folder: Path, overview: Overview | None = None, cells: CandidateCells | None = None
) -> OutputFile:
    """Write ``report.html``.

    Parameters
    ----------
    result
        The finished run.
    folder
        Made if it isn't there.
    overview, cells
        As of :func:`render`.

    Returns
    -------
    OutputFile
        Name and checksum.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    prepare_folder(folder)
    with replacing(folder / NAME) as path:
        return OutputFile(NAME, write_chunks(path, render(result, overview, cells)), None)
