"""The three tables, as one who reads pVACseq's would see them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from neosieve.biology.caseranking import rank_cases
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.annotation import ResidueChange
from neosieve.model.genome import Interval
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.pvacseq.columns import epitope_columns
from neosieve.report.pvacseq.selection import Told
from neosieve.report.pvacseq.tables import write_pvacseq

from ..builders import B0702, binding, run_result  # noqa: TID252 - helpers are shared within the tests only
from ..originated import frameshift, kras  # noqa: TID252

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.case import Case, RankedCase

INSERTION = ResidueChange(Interval(5, 5), "", "GS")
TOLD = Told(canonical=True, mane_select=True)
Tables = dict[str, pd.DataFrame]


def judge(cases: Sequence[Case]) -> tuple[RankedCase, ...]:
    """Rank as a run does."""
    return rank_cases(cases, read_policy("pvacseq"), read_coefficients())


def tables(folder: Path, *rows: Ranked, told: Told = TOLD) -> Tables:
    """Write and read all three."""
    write_pvacseq(run_result(*rows), folder, told, judge)
    kinds = ("all_epitopes", "filtered", "all_epitopes.aggregated")
    return {
        kind: pd.read_csv(folder / f"TUMOR.MHC_I.{kind}.tsv", sep="\t", dtype=str, keep_default_na=False)
        for kind in kinds
    }


def with_counts(**samples: AlleleCounts | None) -> Ranked:
    """Build KRAS G12D with good reads everywhere but in the samples that are named."""
    good = {
        "tumor": AlleleCounts(120, 30, 0.25),
        "normal": AlleleCounts(80, 0, 0.0),
        "rna": AlleleCounts(40, 20, 0.5),
    }
    return kras(call=Call(Variant("chr12", 25245349, "C", "T"), 7, (), **{**good, **samples}))  # type: ignore[arg-type]


def test_columns_in_pvacseqs_order() -> None:
    """The first, one of the middle, and the last; the predictor's come before the index and bear its name."""
    names = [column.name for column in epitope_columns("embedded 3 sha256:0", TOLD)]
    assert names[:5] == ["Chromosome", "Start", "Stop", "Reference", "Variant"]
    assert names[25:29] == [
        "Best MT IC50 Score Method",
        "Best MT IC50 Score",
        "Corresponding WT IC50 Score",
        "Corresponding Fold Change",
    ]
    assert names[60:68] == [
        "neosieveEL Presentation WT Score",
        "neosieveEL Presentation MT Score",
        "neosieveEL Presentation WT Percentile",
        "neosieveEL Presentation MT Percentile",
        "neosieve WT IC50 Score",
        "neosieve MT IC50 Score",
        "neosieve WT Percentile",
        "neosieve MT Percentile",
    ]
    assert names[68:70] == ["Index", "Gene of Interest"]
    assert names[-1] == "asparagine_proline_bond_count"
    assert len(names) == len(set(names)) == 78
    official = [column.name for column in epitope_columns("mhcflurry 2.2.1 affinity sha256:0", TOLD)]
    assert official[60:64] == [
        "MHCflurryEL Processing WT Score",
        "MHCflurryEL Processing MT Score",
        "MHCflurryEL Processing WT Percentile",
        "MHCflurryEL Processing MT Percentile",
    ]
    assert "MHCflurry MT IC50 Score" in official


def test_a_row_of_all_epitopes(tmp_path: Path) -> None:
    """100 nM against 246.91 nM favours the mutant 2.4691-fold; the percentiles 1 and 1 have median 1."""
    row = tables(tmp_path, kras())["all_epitopes"].iloc[0]
    expected = {
        "Start": "25245349",
        "Stop": "25245350",
        "Transcript Support Level": "2",
        "Transcript Length": "40",
        "Canonical": "True",
        "MANE Select": "False",
        "Transcript CDS Flags": "None",
        "Mutation": "G/D",
        "HLA Allele": "HLA-A*02:01",
        "Mutation Position": "8",
        "Best MT IC50 Score Method": "neosieve",
        "Corresponding Fold Change": "2.4691",
        "Median MT Percentile": "1",
        "Median WT Percentile": "2.5",
        "Median MT Immunogenicity Percentile": "NA",
        "Tumor RNA Depth": "40",
        "Transcript Expression": "9.75",
        "Gene of Interest": "NA",
        "difficult_n_terminal_residue": "False",
    }
    assert {name: row[name] for name in expected} == expected


def test_what_the_annotation_does_not_tell_was_not_run(tmp_path: Path) -> None:
    """A CSQ without CANONICAL says nothing of a transcript, and that isn't held against it."""
    row = with_counts(rna=AlleleCounts(40, 20, 0.5))
    row = row._replace(candidate=row.candidate._replace(origins=kras(canonical=False).candidate.origins))
    made = tables(tmp_path, row, told=Told(canonical=False, mane_select=False))
    assert made["all_epitopes"]["Canonical"].tolist() == ["Not Run"]
    assert made["all_epitopes.aggregated"]["Tier"].tolist() == ["Pass"]


@pytest.mark.parametrize(
    ("samples", "n_rows"),
    [
        ({}, 1),
        ({"normal": None}, 0),
        ({"rna": None}, 0),
        ({"rna": AlleleCounts(9, 5, 0.55)}, 0),
        ({"tumor": AlleleCounts(120, 12, 0.1)}, 0),
        ({"normal": AlleleCounts(80, 8, 0.1)}, 0),
    ],
)
def test_what_is_missing_or_weak_passes_no_filter(
    tmp_path: Path, samples: dict[str, AlleleCounts | None], n_rows: int
) -> None:
    """PVACseq lets a missing value pass; here a run without RNA, or without a normal, has no filtered row."""
    assert len(tables(tmp_path, with_counts(**samples))["filtered"]) == n_rows


def test_a_missing_percentile_passes_neither_filter_nor_tier(tmp_path: Path) -> None:
    """By its IC50 alone it would pass; without any percentile it is not assessed."""
    row = with_counts()
    unknown = binding(100.0)._replace(affinity_percentile=None, presentation_percentile=None)
    made = tables(tmp_path, row._replace(candidate=row.candidate._replace(binding=unknown)))
    assert len(made["filtered"]) == 0
    assert made["all_epitopes.aggregated"]["Tier"].tolist() == ["NotAssessed"]
    assert made["all_epitopes.aggregated"]["%ile MT"].tolist() == ["NA"]


@pytest.mark.parametrize(
    ("rna", "tier", "expression"),
    [
        (AlleleCounts(40, 20, 0.5), "Pass", "6.25"),
        (AlleleCounts(40, 4, 0.1), "LowExpr", "1.25"),
        (AlleleCounts(40, 0, 0.0), "NoExpr", "0"),
        (AlleleCounts(0, 0, None), "NoExpr", "0"),
        (None, "NotAssessed", "NA"),
    ],
)
def test_tiers_by_expression(tmp_path: Path, rna: AlleleCounts | None, tier: str, expression: str) -> None:
    """12.5 TPM × the RNA VAF, over 2.5 to pass; no read at all is pVACseq's 0, no RNA at all is not assessed."""
    row = tables(tmp_path, with_counts(rna=rna))["all_epitopes.aggregated"].iloc[0]
    assert (row["Tier"], row["Allele Expr"]) == (tier, expression)


def test_one_line_for_each_variant(tmp_path: Path) -> None:
    """The better of two alleles tells the variant; binders below 500 nM are counted, blank where there are none."""
    rows = (kras(1, nM=50.0), kras(2, allele=B0702, nM=900.0), frameshift(3))
    table = tables(tmp_path, *rows)["all_epitopes.aggregated"].set_index("ID")
    assert table.index.tolist() == ["chr12-25245353-25245353-A-AC", "chr12-25245349-25245350-C-T"]
    snv, indel = table.loc["chr12-25245349-25245350-C-T"], table.loc["chr12-25245353-25245353-A-AC"]
    assert (snv["AA Change"], indel["AA Change"]) == ("G12D", "FS11")
    assert (snv["Best Peptide"], snv["Allele"], snv["IC50 MT"]) == ("KLVVVGADGV", "HLA-A*02:01", "50")
    assert (snv["A*02:01"], snv["B*07:02"]) == ("1", "")
    assert (snv["Num Included Peptides"], snv["Num Passing Peptides"], snv["Num Passing Transcripts"]) == (
        "1",
        "1",
        "1",
    )
    assert (indel["IC50 WT"], indel["Evaluation"], indel["Prob Pos"]) == ("NA", "Pending", "None")


def test_an_insertions_dash_is_left_alone(tmp_path: Path) -> None:
    """``-/GS`` between residues 5 and 6 is pVACseq's -5-6GS: no spreadsheet can run it, so nothing stands before it."""
    row = kras()
    (origin,) = row.candidate.origins
    change = replace(origin.change.transcript, terms=("inframe_insertion",), change=INSERTION)
    origin = origin._replace(change=replace(origin.change, transcript=change))
    made = tables(tmp_path, row._replace(candidate=row.candidate._replace(origins=(origin,))))
    assert made["all_epitopes"]["Mutation"].tolist() == ["-/GS"]
    assert made["all_epitopes.aggregated"]["AA Change"].tolist() == ["-5-6GS"]


def test_no_candidates_give_headers_alone(tmp_path: Path) -> None:
    """No candidates is a result here too."""
    assert {kind: len(table) for kind, table in tables(tmp_path).items()} == {
        "all_epitopes": 0,
        "filtered": 0,
        "all_epitopes.aggregated": 0,
    }


def test_a_samples_name_that_is_no_file_name(tmp_path: Path) -> None:
    """Slashes and blanks become one underscore; nothing is written outside the folder."""
    result = run_result(kras())
    result = replace(result, samples=replace(result.samples, tumor="../a b/c"))
    files = write_pvacseq(result, tmp_path, TOLD, judge)
    assert files[0].name == "_a_b_c.MHC_I.all_epitopes.tsv"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(file.name for file in files)
