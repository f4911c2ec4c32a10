"""Cards and plots of the report in a browser, held against the tables that lie beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.model.candidate import PolicyTier
from neosieve.report.html import write_report

from .browsing import DEMO_ALLELES, opened, table
from .builders import bare, ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from .browsing import Table, Watched


# ---- the card


def test_a_card_tells_the_whole_case(watched: Watched, candidates: Table) -> None:
    """What the table says of the best candidate is on its card, in words and pictures."""
    row = candidates[0]
    opener = watched.page.locator("#candidate-1 .opener")
    assert opener.get_attribute("aria-expanded") == "false"
    card = watched.open_card(1)
    assert watched.page.locator("#candidate-1 .opener").get_attribute("aria-expanded") == "true"
    text = card.inner_text()
    assert f"Rank 1 ({row['rank_interval']}) of {len(candidates):,}" in text
    for reason in row["reasons"].split("; "):
        assert reason in text
    parts = dict(
        part.rsplit(" ", 1) if "assessed" not in part else part.split(" ", 1)
        for part in row["contributions"].split("; ")
    )
    shown = dict(
        zip(card.locator(".parts th").all_inner_texts(), card.locator(".parts .number").all_inner_texts(), strict=True)
    )
    assert list(shown) == list(parts)
    for name, value in parts.items():
        if value == "not assessed":
            assert shown[name] == value
        else:
            assert float(shown[name].replace("−", "-")) == float(value)


def test_a_contribution_goes_to_the_side_of_its_sign_and_a_missing_one_has_no_bar(
    watched: Watched, candidates: Table
) -> None:
    """The line of zero stands in the middle, at 100 of 200."""
    row = next(
        one
        for one in candidates
        if "affinity -" in one["contributions"] and "self not assessed" in one["contributions"]
    )
    watched.page.get_by_label("Search", exact=True).fill(f"{row['peptide']} {row['allele']}")
    card = watched.open_card(int(row["rank"]))

    def bar(name: str) -> list[float]:
        found = card.locator(f'.parts tr:has(th:text-is("{name}")) rect')
        return [float(found.get_attribute(side) or "nan") for side in ("x", "width")] if found.count() else []

    x, width = bar("affinity")
    assert x + width == pytest.approx(100)
    assert width > 0
    if "presentation +" in row["contributions"]:
        assert bar("presentation")[0] == pytest.approx(100)
    assert bar("self") == []


def test_the_peptide_is_aligned_with_anchors_marked(card: Locator, candidates: Table) -> None:
    """One column for each residue; the wild type stands under the mutant; anchors have a triangle."""
    row = candidates[0]

    def line(name: str) -> list[str]:
        texts: list[str] = card.locator(f'.alignment tr:has(th:text-is("{name}")) td').all_inner_texts()
        return texts

    assert "".join(line("mutant")) == row["peptide"]
    assert "".join(line("wild type")) == row["wildtype_peptide"]
    marked = [str(at + 1) for at, sign in enumerate(line("anchors")) if sign == "▲"]
    assert ",".join(marked) == row["anchor_positions"]
    changed = card.locator(".alignment mark").all_inner_texts()
    assert changed == [row["peptide"][int(at) - 1] for at in row["mutant_positions"].split(",")]


def test_binding_is_shown_on_every_allele_of_the_patient(card: Locator, candidates: Table) -> None:
    """The heat map's cells are the percentiles of the peptide's candidates, one for each allele."""
    row = candidates[0]
    heads = card.locator(".heatmap thead th").all_inner_texts()
    assert heads == [allele.removeprefix("HLA-") for allele in DEMO_ALLELES]
    for name, column in (("presentation %ile, mutant", "presentation_percentile"), ("rank of the candidate", "rank")):
        cells = card.locator(f'.heatmap tr:has(th:text-is("{name}")) td').all_inner_texts()
        for allele, cell in zip(DEMO_ALLELES, cells, strict=True):
            other = next(
                one
                for one in candidates
                if (one["haplotype"], one["peptide"], one["allele"]) == (row["haplotype"], row["peptide"], allele)
            )
            assert float(cell.replace(",", "")) == pytest.approx(float(other[column]), rel=0.005)


def test_the_protein_window_holds_the_peptide_in_its_flanks(card: Locator, candidates: Table) -> None:
    """The mutant line reads flank, peptide, flank, ten residues of each; the peptide's residues are set off."""
    row = candidates[0]
    mutant = "".join(card.locator(".window tr.mutant td:last-child").all_inner_texts())
    assert row["n_flank"][-10:] + row["peptide"] + row["c_flank"][:10] in mutant
    assert "".join(card.locator(".window .inside").all_inner_texts()) == row["peptide"]


def test_what_is_not_known_is_said_to_be_so(chromium: Browser, tmp_path: Path) -> None:
    """A candidate with nearly no evidence: no zero in its place."""
    write_report(run_result(ranked(1), bare(2)), tmp_path)
    with opened(chromium, tmp_path / "report.html") as one:
        card = one.open_card(2)
        facts = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
        for name in ("Tumour DNA", "Tumour RNA", "Expression of these transcripts", "Share that lost the HLA allele"):
            assert facts[name] == "not assessed"
        strips = card.locator(".strip-head").all_inner_texts()
        assert strips == ["DNA VAF not assessed", "Cancer cell fraction not assessed", "Gene expression not assessed"]
        assert card.locator(".parts .number").all_inner_texts() == ["not assessed"]
        assert "No aligned wild-type peptide" in card.inner_text()
        assert one.column("presentation_percentile")[1] == "NA"


def test_another_policys_tiers_and_scores_are_shown_as_they_are(chromium: Browser, tmp_path: Path) -> None:
    """A score that isn't a sum says so; one that isn't a number is not assessed; the tier keeps the policy's word."""
    first = ranked(1)._replace(tier=PolicyTier("too weak"), score=-math.inf, parts=(), contributions=())
    first = first._replace(reasons=("presented at 1 %", "a longer call"), doubts=("a longer call",))
    result = replace(run_result(first), tiers=(("Pass", "No other rule applies."), ("too weak", "Else.")))
    write_report(result, tmp_path)
    with opened(chromium, tmp_path / "report.html") as one:
        assert one.column("tier") == ["too weak"]
        assert one.column("score") == ["NA"]
        text = one.open_card(1).inner_text()
        assert "score not assessed" in text
        assert "This policy's score isn't a sum of parts." in text
        assert text.count("a longer call") == 1


def test_the_keyboard_opens_and_closes_a_card(watched: Watched) -> None:
    """Enter opens; Escape inside closes and gives the focus back to the row."""
    page = watched.page
    page.locator("#candidate-2 .opener").focus()
    page.keyboard.press("Enter")
    page.locator("#candidate-2 + tr.detail textarea").focus()
    page.keyboard.press("Escape")
    assert page.locator("tr.detail").count() == 0
    assert page.evaluate("document.activeElement.closest('tr').id") == "candidate-2"


def test_an_address_leads_to_a_card(chromium: Browser, demo: Path) -> None:
    """report.html#candidate-60 opens the second page of the table with that card."""
    with opened(chromium, demo / "report.html", at="#candidate-60") as one:
        assert one.page.locator("tr.detail article").get_attribute("aria-label") == "Candidate 60"


# ---- the plots


def test_every_variant_is_in_the_plot_and_the_keyboard_walks_along(watched: Watched, demo: Path) -> None:
    """One mark is in the tab order; arrows go from mark to mark; Enter opens the variant's best candidate."""
    page = watched.page
    marks = page.locator("figure:has(h3:text-is('VAF × expression')) .mark")
    assert marks.count() == len(table(demo / "variants.tsv"))
    assert marks.evaluate_all("all => all.filter(one => one.tabIndex === 0).length") == 1
    marks.first.focus()
    page.keyboard.press("ArrowRight")
    told = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert told == marks.nth(1).get_attribute("aria-label")
    assert page.locator(".readout").first.inner_text() == told
    page.keyboard.press("Enter")
    rank = int(told.split("best rank ")[1].split(", best percentile")[0].replace(",", ""))
    assert page.locator("tr.detail article").get_attribute("aria-label") == f"Candidate {rank}"


def test_percentiles_are_counted_by_allele(shown: Watched, candidates: Table) -> None:
    """The words above each histogram are the table's."""
    told = shown.page.locator(".facet > p").all_inner_texts()
    for allele, text in zip(DEMO_ALLELES, told, strict=True):
        own = [row for row in candidates if row["allele"] == allele]
        good = sum(float(row["presentation_percentile"]) <= 2 for row in own)
        assert text == f"{allele} {good:,} of {len(own):,} at 2 % or below"
