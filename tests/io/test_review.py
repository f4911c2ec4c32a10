from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from neosieve.errors import InputError
from neosieve.io.finishedrun import FinishedRun
from neosieve.io.review import read_review
from neosieve.model.construct import Mark

from ..biology.constructparts import epitope, substituted  # noqa: TID252 - helpers are shared within the tests only

PROTEIN = substituted(35)
COMPOUND = epitope(PROTEIN, 31, rank=2, haplotype="chr1:100:A>T+chr1:103:C>G")
RUN = FinishedRun(
    Path("out"),
    "TUMOUR",
    (),
    (9,),
    "default",
    "embedded 3",
    {"vcf": ("tumour.vcf", "ab" * 32)},
    (epitope(PROTEIN, 30), COMPOUND),
    {PROTEIN.name: PROTEIN},
)
MARK = {
    "variant": "chr1:100:A>T",
    "peptide": RUN.epitopes[0].peptide,
    "allele": "HLA-A*02:01",
    "mark": "accept",
    "note": "seen by two",
}


def review(tmp_path: Path, **changed: Any) -> Path:  # noqa: ANN401 - whatever a file may hold
    """Write a review."""
    content = {"neosieve_review": 1, "sample": "TUMOUR", "vcf_sha256": "ab" * 32, "marks": [MARK], **changed}
    path = tmp_path / "review.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_marks_are_read(tmp_path: Path) -> None:
    """As the report exports them; sample and checksum may be missing."""
    expected = (Mark("chr1:100:A>T", MARK["peptide"], "HLA-A*02:01", "accept", "seen by two"),)
    assert read_review(review(tmp_path), RUN) == expected
    assert read_review(review(tmp_path, vcf_sha256=None, sample=None), RUN) == expected
    assert read_review(review(tmp_path, marks=[]), RUN) == ()


@pytest.mark.parametrize("name", ["chr1:103:C>G", "chr1:100:A>T+chr1:103:C>G"])
def test_a_compounds_candidate_is_known_by_any_of_its_variants(tmp_path: Path, name: str) -> None:
    """The mark is told by the candidate's own name."""
    (mark,) = read_review(review(tmp_path, marks=[{**MARK, "variant": name, "peptide": COMPOUND.peptide}]), RUN)
    assert (mark.variant, mark.peptide, mark.allele) == COMPOUND.key


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"neosieve_review": 2}, "not a review of format 1"),
        ({"sample": "OTHER"}, "reviews sample OTHER, and out is of TUMOUR"),
        ({"vcf_sha256": "cd" * 32}, "of another VCF"),
        ({"marks": {}}, "no list `marks`"),
        ({"marks": [{"variant": "chr1:100:A>T"}]}, "mark 1 lacks one of variant, peptide, allele, mark"),
        ({"marks": ["accept"]}, "mark 1 lacks"),
        ({"marks": [{**MARK, "mark": "maybe"}]}, "mark 1 is 'maybe'; write accept, reject, review"),
        (
            {"marks": [{**MARK, "peptide": "SIINFEKL"}]},
            "mark 1 is of SIINFEKL by HLA-A\\*02:01 from chr1:100:A>T, and out has no such candidate",
        ),
        ({"marks": [MARK, {**MARK, "mark": "reject"}]}, "mark 2 says reject .* an earlier one says accept"),
    ],
)
def test_a_review_that_does_not_fit_is_one_clear_error(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    """What is wrong, where, why, and how to mend it."""
    with pytest.raises(InputError, match=words):
        read_review(review(tmp_path, **changed), RUN)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "[" * 100_000])
def test_what_is_no_review_is_told(tmp_path: Path, text: str) -> None:
    """Broken JSON, and JSON of another kind."""
    path = tmp_path / "review.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"export it again from this run's report\.html"):
        read_review(path, RUN)
