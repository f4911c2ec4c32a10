from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from neosieve.biology.presentation import GENES
from neosieve.model.candidate import Tier
from neosieve.model.evidence import Finding, Verdict
from neosieve.model.ledger import Outcome
from neosieve.model.mhc import Allele
from neosieve.model.patient import Samples
from neosieve.model.run import FunnelStage
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report import html
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.html import MAX_SHOWN, funnel_groups, outcome_counts, render, write_report
from neosieve.report.pagecandidates import COMPOSED
from neosieve.report.words import OUTCOME_MEANINGS, TIER_MEANINGS

from .builders import B0702, bare, ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.run import RunResult

HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>\u2028'\"&amp;"


class Page(HTMLParser):
    """What a browser would make of a report: its elements, its texts, and the content of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self._raw = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count the element and keep its attributes."""
        self.elements[tag] += 1
        self.attributes += attrs
        self._raw = tag if tag in {"script", "style"} else ""
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or a style."""
        if tag == self._raw:
            self._raw = ""

    def handle_data(self, data: str) -> None:
        """Keep a text where it belongs."""
        if self._raw == "script":
            self.scripts[-1] += data
        elif not self._raw:
            self.texts.append(data)

    @property
    def data(self) -> dict[str, Any]:
        """The embedded data."""
        data: dict[str, Any] = json.loads(self.scripts[0])
        return data

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """The embedded columns, by name."""
        return {column["name"]: column for column in self.data["columns"]}


def page(result: RunResult, max_shown: int = MAX_SHOWN) -> Page:
    """Render and parse a report."""
    return Page("".join(render(result, max_shown=max_shown)))


def hostile(result: RunResult) -> RunResult:
    """Put markup into every text that comes from outside."""
    row = result.ranked[0]
    candidate = row.candidate._replace(transcripts=(HOSTILE,), phase=HOSTILE, remarks=(HOSTILE,))
    change = replace(candidate.change, label=HOSTILE, consequence=HOSTILE)
    change = replace(change, transcript=replace(change.transcript, gene=HOSTILE, transcript=HOSTILE))
    row = row._replace(reasons=(HOSTILE,), candidate=candidate._replace(change=change))
    return replace(
        result,
        ranked=(row, *result.ranked[1:]),
        samples=Samples(HOSTILE, HOSTILE, (HOSTILE,)),
        warnings=(HOSTILE,),
        settings=((HOSTILE, HOSTILE),),
        inputs=tuple(replace(file, name=HOSTILE) for file in result.inputs),
        funnel=(FunnelStage(HOSTILE, 1, HOSTILE),),
        predictor=HOSTILE,
        reference=HOSTILE,
        findings=(Finding(HOSTILE, (HOSTILE,), Verdict.MONOALLELIC, HOSTILE),),
    )


def test_markup_in_names_shows_as_text(result: RunResult) -> None:
    """The page's elements and attributes are the same ones whatever the texts hold, and the texts arrive unharmed."""
    plain = replace(hostile(result), warnings=("w",))
    text = "".join(render(hostile(result)))
    parsed = Page(text)
    assert parsed.elements["img"] == 0
    assert parsed.elements["script"] == 2
    assert parsed.elements == page(plain).elements
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    assert HOSTILE in parsed.texts
    assert HOSTILE in parsed.columns["gene"]["values"]
    assert "<img" not in text


def test_the_embedded_data_holds_no_character_that_html_knows(result: RunResult) -> None:
    """Even the opening of a comment or of a script is spelled out, since both change how a browser reads a script."""
    data = page(hostile(result)).scripts[0]
    assert not re.search("[<>&\u2028\u2029]", data)


def test_the_page_asks_for_nothing_outside_itself(result: RunResult) -> None:
    """No attribute or style names another resource, and the policy would stop the page from loading one."""
    text = "".join(render(result))
    parsed = Page(text)
    references = [value for name, value in parsed.attributes if name in {"src", "href", "srcset", "action"}]
    assert all(str(value).startswith("#") for value in references)
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(|<link|<base", text)
    assert "//" not in re.sub(r"(^|\s)// .*", "", text)  # a comment in the script aside
    assert any(name == "content" and "default-src 'none'" in str(value) for name, value in parsed.attributes)


def test_the_policy_admits_our_script_and_style_alone(result: RunResult) -> None:
    """The policy's checksums are those of what stands between the tags, so a script that slipped in wouldn't run."""
    text = "".join(render(result))
    policy = next(str(value) for name, value in Page(text).attributes if name == "content")
    for tag in ("script", "style"):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        assert len(body) == 1
        digest = b64encode(hashlib.sha256(body[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_summary_stands_without_scripts(result: RunResult) -> None:
    """Sample, alleles, model, warnings, limits, meanings and the best candidates are in the page's own markup."""
    text = " ".join(" ".join(page(result).texts).split())
    for expected in (
        "TUMOR",
        "HLA-A*02:01",
        "embedded 1 sha256:0f3a",
        "Tumour-only calls may hold germline variants.",
        "none: tumour-only",
        "not a medical device",
        OUTCOME_MEANINGS[Outcome.FILTERED],
        "p.Gly12Asp",
    ):
        assert expected in text


def test_an_allele_that_the_tumour_lost_is_told_at_the_top() -> None:
    """A board must not read past it; an allele that wasn't lost, or not assessed, has nothing beside it."""

    def text(loss: float | None) -> str:
        row = ranked()
        row = row._replace(candidate=row.candidate._replace(hla_loss=loss))
        return " ".join(" ".join(page(run_result(row)).texts).split())

    assert "HLA-A*02:01 lost in 80 % of the tumour HLA-B*07:02" in text(0.8)
    for kept in (0.0, None):
        assert "HLA-A*02:01 HLA-B*07:02" in text(kept)


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("", "Proteins from the VCF's annotation"),
        ("a.ref, format 1; gene models b.gtf", "Proteins from a.ref, format 1; "),
    ],
)
def test_what_the_proteins_come_from_is_shown(result: RunResult, reference: str, shown: str) -> None:
    """The reference whose sequences decided, or the VCF's annotation."""
    assert shown in " ".join(" ".join(page(replace(result, reference=reference)).texts).split())


def test_the_mutant_residue_is_marked_in_the_static_table() -> None:
    """KLVVVGADGV differs from the wild type at its eighth residue."""
    assert "KLVVVGA<mark>D</mark>GV" in "".join(render(run_result(ranked())))


def test_a_long_list_is_cut_and_the_page_says_so() -> None:
    """What the page holds is said, with the number of all and the file that has the others."""
    parsed = page(run_result(ranked(1), ranked(2, allele=B0702), bare(3)), max_shown=2)
    text = " ".join(" ".join(parsed.texts).split())
    assert (
        "This page holds 2 of 3 candidates : the best one of each of 2 variants, 1 of 2 at a percentile of 2 or below"
    ) in text
    assert "candidates.tsv beside this file has every one" in text
    assert [row[0] for row in parsed.data["rows"]] == [1, 3]


def test_a_page_that_would_be_too_large_holds_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts and many alleles take room: then fewer candidates fit, and the page says how many it holds."""
    rows = [of_variant(rank) for rank in range(1, 101)]
    whole = len("".join(page(run_result(*rows)).scripts[0]))
    monkeypatch.setattr(html, "MAX_DATA", 2 * whole // 3)
    parsed = page(run_result(*rows))
    held = len(parsed.data["rows"])
    assert len(parsed.scripts[0]) <= 2 * whole // 3
    assert 30 < held < 100
    assert f"This page holds {held} of 100 candidates" in " ".join(" ".join(parsed.texts).split())


def test_a_shown_peptide_comes_with_the_alleles_of_candidates_that_are_not() -> None:
    """Binding across alleles is whole even where only the best allele made it onto the page.

    The first allele's answer is that of row 0; the second's is told by itself: its rank, then the
    percentiles of presentation and affinity, of the mutant and of the wild type.
    """
    second = ranked(2, allele=B0702)
    told = second.candidate._replace(binding=second.candidate.binding._replace(affinity_percentile=3.0))
    data = page(run_result(ranked(1), second._replace(candidate=told), bare(3)), max_shown=1).data
    assert data["alleles"] == ["HLA-A*02:01", "HLA-B*07:02"]
    assert len(data["peptides"]) == 1
    assert data["peptides"][0][2] == [0, [2, 1, 3, 2.5, 2.5]]


@pytest.mark.parametrize(
    ("of_change", "of_peptide", "sources", "peptides"),
    [
        pytest.param({}, {}, 1, 1, id="all the same"),
        pytest.param({"mutant": "MTEYKLVVVGADGVGKSALTIQLW"}, {}, 2, 2, id="another protein: other calls on the copy"),
        pytest.param({}, {"offset": 5}, 1, 2, id="at another place of the protein"),
    ],
)
def test_what_a_peptide_lies_in_is_shown_apart_where_it_differs(
    of_change: dict[str, Any], of_peptide: dict[str, Any], sources: int, peptides: int
) -> None:
    """Two candidates of one sequence: what the page shares between them is what they have in common."""
    first, second = ranked(1), ranked(2, allele=B0702)
    other = second.candidate
    other = other._replace(change=replace(other.change, **of_change), peptide=replace(other.peptide, **of_peptide))
    data = page(run_result(first, second._replace(candidate=other))).data
    assert (len(data["sources"]), len(data["peptides"])) == (sources, peptides)


def of_variant(rank: int) -> Ranked:
    """Build a candidate of a variant of its own."""
    call = Call(Variant("chr1", rank, "A", "C"), line=1, filters=(), tumor=AlleleCounts(100, 50, 0.5))
    return ranked(rank, call=call)


def test_what_was_not_assessed_is_null_in_the_data() -> None:
    """The script writes 'not assessed' for null; a zero would be a claim."""
    parsed = page(run_result(bare()))
    for name in ("gene_expression", "tumor_dna_vaf", "ccf", "presentation_percentile", "wildtype_peptide"):
        assert parsed.columns[name]["values"] == [None]
    assert parsed.data["sources"][0]["calls"] == [["chr1:100:GA>G", [None, None, None], None, None]]
    assert parsed.data["parts"] == [{"by": "all", "values": [None]}]
    assert parsed.data["points"][0][5:] == [None] * 5


def test_the_data_names_the_sample_and_the_vcf() -> None:
    """A review file is held against both."""
    data = page(run_result(ranked())).data
    assert (data["sample"], data["vcf_sha256"]) == ("TUMOR", "ab" * 32)


def test_every_column_of_the_registry_is_stored_or_composed() -> None:
    """What candidates.tsv holds can be shown and exported, a column that was added yesterday included."""
    columns = page(run_result(ranked(), bare(2))).columns
    assert list(columns) == [column.name for column in CANDIDATE_COLUMNS]
    assert {name for name, column in columns.items() if "values" not in column} == COMPOSED


def test_genes_that_the_reference_lacks_are_not_assessed(result: RunResult) -> None:
    """A small reference, or a mouse's, can't tell that B2M is intact."""
    result = replace(result, findings=())
    some = "".join(render(replace(result, genes_without_models=("B2M", "TAP1"))))
    assert "no loss-of-function call found in HLA-A, HLA-B, HLA-C, TAP2," in some
    assert "loss not assessed: the reference lacks B2M, TAP1<" in some
    none = "".join(render(replace(result, genes_without_models=tuple(GENES))))
    assert "no loss-of-function call" not in none
    assert "loss not assessed" not in "".join(render(result))


def test_no_candidates_are_told_in_words() -> None:
    """An empty run has a page too, which sends the reader to the ledger."""
    text = " ".join(page(run_result()).texts)
    assert "No candidates." in text


def test_every_outcome_and_tier_has_its_meaning() -> None:
    """The closed lists are told in words, each entry of them."""
    assert list(OUTCOME_MEANINGS) == list(Outcome)
    assert list(TIER_MEANINGS) == list(Tier)


def test_funnel_bars_compare_within_a_unit() -> None:
    """4 of 8 alleles are half a bar, whatever the number of peptides."""
    stages = (FunnelStage("a", 8, "alleles"), FunnelStage("b", 4, "alleles"), FunnelStage("c", 500, "peptides"))
    groups = funnel_groups(stages)
    assert [(unit, [(bar.percent, bar.lost) for bar in bars]) for unit, bars in groups] == [
        ("alleles", [(100.0, 0), (50.0, 4)]),
        ("peptides", [(100.0, 0)]),
    ]


def test_an_empty_funnel_stage_has_an_empty_bar() -> None:
    """Nothing at all divides by nothing."""
    assert funnel_groups((FunnelStage("a", 0, "alleles"),))[0][1][0].percent == 0


def test_outcomes_count_variants_once_and_rows_each(result: RunResult) -> None:
    """A variant with two transcripts of one outcome is one variant and two rows."""
    counts = outcome_counts((*result.ledger, replace(result.ledger[0], transcript="ENST00000311936.8")))
    assert [(count.name, count.n_variants, count.n_rows) for count in counts] == [
        ("candidates", 1, 2),
        ("filtered", 1, 1),
    ]


def test_equal_results_give_equal_bytes(tmp_path: Path, result: RunResult) -> None:
    """The report holds no time and no order that changes."""
    assert write_report(result, tmp_path / "one") == write_report(result, tmp_path / "two")


@pytest.mark.slow
def test_ten_thousand_candidates_stay_small(tmp_path: Path) -> None:
    """Long runs give a page under 3 MB."""
    alleles = [Allele(f"HLA-A*02:{number:02}") for number in range(1, 7)]
    rows = []
    for rank in range(1, 10_001):
        row = ranked(rank, allele=alleles[rank % 6])
        peptide = replace(row.candidate.peptide, offset=rank // 6)
        rows.append(row._replace(candidate=row.candidate._replace(peptide=peptide)))
    write_report(run_result(*rows), tmp_path)
    assert (tmp_path / "report.html").stat().st_size < 3_000_000
