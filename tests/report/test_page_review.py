"""A reviewer's marks in the report: kept, exported, imported, refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .browsing import DEMO_SAMPLE, best, opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, FilePayload

    from .browsing import Table, Watched


def mark(watched: Watched, rank: int, word: str, note: str) -> None:
    """Mark a candidate on its card, with a note, and close the card."""
    card = watched.open_card(rank)
    card.get_by_label(word).check()
    card.get_by_label("Note").fill(note)
    watched.page.locator(f"#candidate-{rank} .opener").click()


def test_marks_survive_a_reload_and_are_exported(watched: Watched, candidates: Table, demo: Path) -> None:
    """The file has the fixed form that `neosieve vaccine` reads."""
    mark(watched, 1, "accept", 'ok: "<b>"')
    mark(watched, 3, "reject", "")
    watched.page.reload()
    assert watched.column("review")[:3] == ["✓ accept", "–", "✗ reject"]
    document = json.loads(watched.saved("Export marks"))
    vcf = json.loads((demo / "run.json").read_text(encoding="utf-8"))["inputs"][0]
    assert {key: document[key] for key in document if key != "marks"} == {
        "neosieve_review": 1,
        "sample": DEMO_SAMPLE,
        "vcf_sha256": vcf["sha256"],
    }
    wanted = [
        {name: candidates[at][name] for name in ("variant", "peptide", "allele")} | {"mark": word, "note": note}
        for at, word, note in ((0, "accept", 'ok: "<b>"'), (2, "reject", ""))
    ]
    assert sorted(document["marks"], key=lambda one: one["mark"]) == wanted


def test_a_note_makes_a_mark_and_no_mark_no_note(watched: Watched) -> None:
    """Words without a mark would be lost, so they ask for a review; taking the mark away takes the entry away."""
    card = watched.open_card(1)
    card.get_by_label("Note").fill("look again")
    assert watched.column("review")[0] == "? review"
    card.get_by_label("not marked").check()
    assert watched.column("review")[0] == "–"
    assert watched.page.get_by_role("button", name="Export marks").is_disabled()


def test_marks_filter_and_go_into_the_exported_table(watched: Watched, candidates: Table) -> None:
    """The accepted candidates alone, with mark and note: no tab, and nothing that a spreadsheet would run."""
    mark(watched, 2, "accept", "=good\tone")
    watched.page.locator("summary", has_text="Review").click()
    watched.page.locator("details[open]").get_by_role("button", name="none").click()
    watched.page.locator("details[open]").get_by_label("accept").check()
    assert watched.column("rank") == best(candidates[1:2])
    header, row = (line.split("\t") for line in watched.saved("Export as TSV").splitlines())
    assert row[header.index("review") :] == ["accept", "'=good one"]


def review_mark() -> dict[str, str]:
    """Write a mark of a candidate that the demo doesn't have."""
    return {"variant": "chr1:1:A>C", "peptide": "SIINFEKL", "allele": "HLA-A*29:02", "mark": "review", "note": "n"}


def review(**changes: object) -> dict[str, object]:
    """Write a review file of one mark, without a checksum."""
    whole = {"neosieve_review": 1, "sample": DEMO_SAMPLE, "vcf_sha256": None, "marks": [review_mark()]}
    return whole | changes


def imported(watched: Watched, text: str) -> str:
    """Import a file of that text, and return what the page says to it."""
    status = watched.page.locator("#review-status")
    status.evaluate("one => { one.textContent = ''; }")
    file: FilePayload = {"name": "marks.json", "mimeType": "application/json", "buffer": text.encode()}
    watched.page.get_by_label("Import marks").set_input_files([file])
    watched.page.locator("#review-status:not(:empty)").wait_for()
    return str(status.inner_text())


def test_a_colleagues_marks_are_imported(watched: Watched, candidates: Table) -> None:
    """Those of candidates that the page doesn't hold are kept, said to be so, and exported again."""
    mark(watched, 1, "reject", "mine")
    row = {name: candidates[0][name] for name in ("variant", "peptide", "allele")}
    theirs = [row | {"mark": "accept", "note": "theirs"}, review_mark()]
    said = imported(watched, json.dumps(review(marks=theirs)))
    assert "2 marks read, 1 of them in place of earlier ones; 1 are of candidates that this page doesn't hold" in said
    assert watched.column("review")[0] == "✓ accept"
    document = json.loads(watched.saved("Export marks"))
    assert sorted(document["marks"], key=lambda one: one["mark"]) == sorted(theirs, key=lambda one: one["mark"])


NOT_OURS = {
    "it isn't JSON": "no json",
    "it isn't a review file of neosieve": "[]",
    "it is of version 2; this page reads version 1": json.dumps(review(neosieve_review=2)),
    f'it is about sample "OTHER"; this page is about {DEMO_SAMPLE}': json.dumps(review(sample="OTHER")),
    "it was made for another VCF of this sample": json.dumps(review(vcf_sha256="00")),
    "it has no list of marks": json.dumps(review(marks={})),
    "mark 2 has no peptide": json.dumps(
        review(marks=[review_mark(), {"variant": "v", "allele": "a", "mark": "accept"}])
    ),
    'mark 1 says "constructor", which is none of accept, reject, review': json.dumps(
        review(marks=[review_mark() | {"mark": "constructor"}])
    ),
}
"""Why a file is refused, and its text."""


def test_a_file_that_does_not_belong_here_is_refused_in_words(watched: Watched) -> None:
    """And nothing of it is taken, nor of what was marked before is anything lost."""
    mark(watched, 1, "accept", "mine")
    for why, text in NOT_OURS.items():
        said = imported(watched, text)
        assert f"marks.json was not read: {why}" in said
        assert "Marks: 1 accept, 0 review, 0 reject." in said
    assert len(json.loads(watched.saved("Export marks"))["marks"]) == 1


def test_marks_work_where_the_browser_keeps_nothing(chromium: Browser, demo: Path) -> None:
    """Storage that is forbidden fails silently: marks last as long as the page."""
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
    with opened(chromium, demo / "report.html", before=forbid) as one:
        mark(one, 1, "accept", "")
        assert one.column("review")[0] == "✓ accept"
