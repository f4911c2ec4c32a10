from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import SampleError
from neosieve.io.samples import choose_samples

if TYPE_CHECKING:
    from neosieve.model.patient import Samples


def choose(
    columns: str, *, header: dict[str, str] | None = None, tumor: str | None = None, normal: str | None = None
) -> Samples:
    """Choose among the columns of a VCF called x.vcf, given as words."""
    return choose_samples(columns.split(), header or {}, tumor=tumor, normal=normal, source="x.vcf")


@pytest.mark.parametrize(
    ("columns", "tumor", "normal"),
    [
        ("NORMAL TUMOR", "TUMOR", "NORMAL"),  # Strelka, VarScan, Mutect
        ("TUMOR NORMAL", "TUMOR", "NORMAL"),
        ("tumour normal", "tumour", "normal"),
        ("PT1-NormalDNA PT1-TumorDNA", "PT1-TumorDNA", "PT1-NormalDNA"),
        ("11n NORMAL TUMOR", "TUMOR", "NORMAL"),  # pVACtools' input_empty_vaf_list
        ("pbmc primary", "primary", "pbmc"),
        ("germline metastasis_1", "metastasis_1", "germline"),
        ("TUMOR", "TUMOR", None),
        ("H_NJ-HCC1395", "H_NJ-HCC1395", None),  # a lone column whose name says nothing
        ("NORMAL H_MT-10109-005", "H_MT-10109-005", "NORMAL"),  # all but one named as normals
        ("blood-1 blood-2 SAMPLE", "SAMPLE", None),  # two normals: neither can be told to be the matched one
    ],
)
def test_names_tell_tumour_and_normal(columns: str, tumor: str, normal: str | None) -> None:
    """A name that says tumour, else the only one that doesn't say normal; the normal only by its name."""
    chosen = choose(columns)

    assert (chosen.tumor, chosen.normal) == (tumor, normal)


@pytest.mark.parametrize(
    "columns",
    [
        "A B",  # neither name says anything
        "TUMOR_1 TUMOR_2",  # both do
        "NORMAL",  # the only sample is a normal
        "NORMAL germline",
        "NORMAL A B",
        "Tumor NonTumor",  # both hold the word
    ],
)
def test_a_tumour_that_cannot_be_told_is_asked_for(columns: str) -> None:
    """A wrong guess would turn the normal's variants into neoantigens: the error lists all samples."""
    listed = ", ".join(columns.split())
    with pytest.raises(SampleError, match=rf"^x\.vcf: can't tell .* --tumor .* its samples are: {listed}$"):
        choose(columns)


def test_the_header_names_the_samples() -> None:
    """Mutect2 writes ##tumor_sample and ##normal_sample: they go before what names suggest."""
    header = {"tumor_sample": "blood", "normal_sample": "skin"}
    chosen = choose("skin blood TUMOR", header=header)

    assert (chosen.tumor, chosen.normal) == ("blood", "skin")


def test_a_header_that_names_an_absent_sample_is_not_followed() -> None:
    """Columns are renamed more often than headers are; then names decide."""
    chosen = choose("NORMAL TUMOR", header={"tumor_sample": "old_name", "normal_sample": "old_normal"})

    assert (chosen.tumor, chosen.normal) == ("TUMOR", "NORMAL")


def test_the_user_goes_before_header_and_names() -> None:
    """Whoever gives --tumor and --normal knows better."""
    header = {"tumor_sample": "TUMOR", "normal_sample": "NORMAL"}
    chosen = choose("NORMAL TUMOR relapse blood", header=header, tumor="relapse", normal="blood")

    assert (chosen.tumor, chosen.normal) == ("relapse", "blood")


def test_the_normal_of_the_header_is_not_taken_if_it_was_given_as_the_tumour() -> None:
    """Swapped labels happen: no sample is its own normal, or every variant would be germline."""
    chosen = choose("A B", header={"tumor_sample": "B", "normal_sample": "A"}, tumor="A")

    assert (chosen.tumor, chosen.normal) == ("A", None)


def test_the_tumour_of_the_header_is_not_taken_if_it_was_given_as_the_normal() -> None:
    """The same from the other side: with B the normal, A is the only sample left."""
    chosen = choose("A B", header={"tumor_sample": "B"}, normal="B")

    assert (chosen.tumor, chosen.normal) == ("A", "B")


def test_a_given_normal_leaves_the_tumour_by_elimination() -> None:
    """Of two columns, the one that is not the normal."""
    assert choose("A B", normal="A").tumor == "B"


@pytest.mark.parametrize(
    ("tumor", "normal", "culprit"), [("Tumor", None, "'Tumor' (--tumor)"), (None, "blood", "'blood' (--normal)")]
)
def test_an_unknown_name_lists_the_samples(tumor: str | None, normal: str | None, culprit: str) -> None:
    """Names are compared letter by letter, and the message shows what there is."""
    with pytest.raises(
        SampleError, match=re.escape(f"x.vcf has no sample {culprit}; its samples are: NORMAL, TUMOR") + "$"
    ):
        choose("NORMAL TUMOR", tumor=tumor, normal=normal)


def test_one_sample_cannot_be_both() -> None:
    """--tumor and --normal with one name is a slip, and would call every variant germline."""
    with pytest.raises(SampleError, match=r"both name 'TUMOR'; .* NORMAL, TUMOR$"):
        choose("NORMAL TUMOR", tumor="TUMOR", normal="TUMOR")


def test_two_columns_of_one_name_are_refused() -> None:
    """Which of them is meant can't be told (VCF 4.3, section 1.5 forbids it)."""
    with pytest.raises(SampleError, match="two sample columns named 'S'"):
        choose("S S", tumor="S")


def test_a_vcf_without_samples_is_refused() -> None:
    """Sites only: nothing says that this tumour carries anything."""
    with pytest.raises(SampleError, match=r"^x\.vcf has no sample columns.*genotype columns$"):
        choose("")


def test_a_lone_tumour_is_warned_about() -> None:
    """Tumour-only calls hold germline variants: the last remark says so (TRAPS: tumour-only)."""
    last = choose("TUMOR").warning or ""

    assert "no matched normal" in last
    assert "germline" in last
    assert "population frequencies" in last


def test_a_normal_that_may_be_there_is_asked_for() -> None:
    """With other columns at hand, the warning names them rather than claiming that there is no normal."""
    last = choose("TUMOR 11n pbl", tumor="TUMOR").warning or ""

    assert "no matched normal is known" in last
    assert "if it is among 11n, pbl, name it with --normal" in last


def test_remarks_say_how_the_samples_were_told() -> None:
    """A reader of run.json can check the guess."""
    assert choose("NORMAL TUMOR").remarks == (
        "tumour 'TUMOR': told by its name",
        "normal 'NORMAL': told by its name",
    )
