"""Better evidence never makes a candidate worse, and missing evidence is said: by the public paths, not by parts."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neosieve.cli import main
from neosieve.model.mhc import Binding
from neosieve.pipeline import run
from tests import test_pipeline as annotated
from tests.biology.fakes import FakePredictor
from tests.io.annotationtext import write
from tests.madeup import World, change

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.mhc import Query
    from neosieve.model.run import RunResult

LOWER = {"presentation_percentile": (0.0, 100.0), "affinity_nM": (1.0, 50_000.0), "hla_loss": (0.0, 1.0)}
HIGHER = {
    "gene_expression": (0.0, 500.0),
    "transcript_expression": (0.0, 500.0),
    "tumor_dna_vaf": (0.0, 1.0),
    "tumor_rna_vaf": (0.0, 1.0),
    "ccf": (0.0, 1.0),
    "wildtype_affinity_nM": (1.0, 50_000.0),
    "regions_with": (0.0, 3.0),
}
FIXED = {
    "regions_assessed": ["3"],
    "tumor_rna_depth": ["NA", "0", "5", "40"],
    "self_match": ["NA", "no", "near"],
    "doubts": ["NA", "FILTER is weak"],
    "variant": ["chr1:5:A>G", "chr1:9:AC>A"],
    "mutant_positions": ["NA", "2", "5"],
}
PEPTIDES = ["YMDGTMSQV", "QTIDNIVFL", "KMIGNHLWV", "KLVVVGADG"]
Table = list[dict[str, str]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw four candidates of which any value may be missing."""
    rows = []
    for peptide in PEPTIDES:
        numbers = {
            name: draw(st.one_of(st.just("NA"), st.floats(*limits).map(repr)))
            for name, limits in (LOWER | HIGHER).items()
        }
        fixed = {name: draw(st.sampled_from(choices)) for name, choices in FIXED.items()}
        rows.append({"peptide": peptide, "allele": "HLA-A*02:01", **numbers, **fixed})
    return rows


def ranked(table: Table, folder: Path, *command: str) -> dict[str, dict[str, str]]:
    """Rank a table on the command line; return its rows by peptide."""
    given_, out = folder / "given.tsv", folder / "out.tsv"
    with given_.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    done = CliRunner().invoke(main, [*command, str(given_), "-o", str(out)])
    assert done.exit_code == 0, done.output
    rows = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["peptide"]: row for row in rows}


def improved(row: dict[str, str], name: str, data: st.DataObject) -> dict[str, str] | None:
    """Improve one observed value; None where it isn't observed."""
    before = row[name]
    if name == "self_match":
        return row | {name: "no"} if before == "near" else None
    if name == "doubts":
        return row | {name: "NA"} if before != "NA" else None
    if before == "NA":
        return None
    limits = (LOWER[name][0], float(before)) if name in LOWER else (float(before), HIGHER[name][1])
    return row | {name: repr(data.draw(st.floats(*limits)))}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.sampled_from([*LOWER, *HIGHER, "self_match", "doubts"]), st.sampled_from(PEPTIDES), st.data())
def test_a_better_observed_value_in_a_table_never_lowers_a_candidates_score_or_rank(
    tmp_path: Path, table: Table, name: str, peptide: str, data: st.DataObject
) -> None:
    """From the file to the file, whatever else is known or missing, of itself and of its rivals.

    `rerank` is `rank` without predictions, so that what is missing stays missing.
    """
    place = PEPTIDES.index(peptide)
    better = improved(table[place], name, data)
    if better is None:
        return
    before = ranked(table, tmp_path, "rerank")[peptide]
    after = ranked([*table[:place], better, *table[place + 1 :]], tmp_path, "rerank")[peptide]
    assert float(after["score"]) >= float(before["score"]) - 1e-4  # as the table writes it: five digits
    assert int(after["rank"]) <= int(before["rank"])


@pytest.mark.parametrize(
    ("name", "better"),
    [("gene_expression", "60"), ("tumor_dna_vaf", "0.45"), ("ccf", "1"), ("regions_with", "3"), ("hla_loss", "0")],
)
def test_likewise_where_binding_is_predicted(tmp_path: Path, name: str, better: str) -> None:
    """`rank` itself, with the embedded model: the improved candidate gains, and no rival's score changes."""
    common = {"allele": "A*02:01", "gene_expression": "6", "tumor_dna_vaf": "0.2", "ccf": "0.4", "regions_with": "1"}
    table = [{"peptide": peptide, **common, "regions_assessed": "3", "hla_loss": "0.4"} for peptide in PEPTIDES]
    before = ranked(table, tmp_path, "rank", "--models", "embedded")
    after = ranked([table[0] | {name: better}, *table[1:]], tmp_path, "rank", "--models", "embedded")
    if name != "tumor_dna_vaf":  # which counts in expression alone, beside a cancer cell fraction
        assert float(after[PEPTIDES[0]]["score"]) > float(before[PEPTIDES[0]]["score"])
    assert float(after[PEPTIDES[0]]["score"]) >= float(before[PEPTIDES[0]]["score"])
    assert int(after[PEPTIDES[0]]["rank"]) <= int(before[PEPTIDES[0]]["rank"])
    assert all(after[peptide]["score"] == before[peptide]["score"] for peptide in PEPTIDES[1:])


@dataclass
class Sharpened(FakePredictor):
    """Binds chosen peptides better by a factor."""

    factors: dict[str, float] = field(default_factory=dict)

    def _binding(self, query: Query) -> Binding:
        plain = super()._binding(query)
        factor = self.factors.get(query.peptide, 1.0)
        assert plain.affinity_percentile is not None
        percentile = plain.affinity_percentile * factor
        return Binding(plain.affinity_nM * factor, None, None, percentile, plain.presentation_score, percentile)


@dataclass(frozen=True)
class Evidence:
    """What is observed of G12D, in the VCF and in tables; None is missing."""

    alt: int | None
    rna_alt: int | None
    tpm: float | None
    regions: bool
    purity: float | None
    binding: float = 1.0

    def result(self, world: World) -> RunResult:
        """Run G12D beside Q22K, whose evidence stays the same; a second region has G12D or not."""
        dna = "." if self.alt is None else f"{100 - self.alt},{self.alt}"
        rna = ".:." if self.rna_alt is None else f"{50 - self.rna_alt},{self.rna_alt}:50"
        own = f"0/1:{dna}:{rna}"
        keys = "GT:AD:RAD:RDP"
        lines = [
            world.line(
                change(12, 2, "A", keys=keys), "0/0:80,0:.:.", own, "0/1:60,40:.:." if self.regions else "0/0:80,0:.:."
            ),
            world.line(change(22, 1, "A", keys=keys), "0/0:80,0:.:.", "0/1:70,30:30,20:50", "0/1:60,40:.:."),
        ]
        vcf = world.vcf(lines, samples="NORMAL R1 R2")
        options: dict[str, object] = {"regions": [{"name": "R2"}]}
        if self.tpm is not None:
            options["expression"] = write(world.folder / "genes.tsv", ["gene_id\tTPM", f"ENSG1\t{self.tpm!r}"])
        if self.purity is not None:
            options["purity"] = self.purity
            options["segments"] = write(
                world.folder / "segments.tsv", ["chrom\tstart\tend\ttotal\tminor", "20\t1\t10000\t3\t1"]
            )
        factors = {"VVVGADGV": self.binding, "LVVVGADGV": self.binding}
        return run(world.settings(vcf, **options), predictor=Sharpened(factors=factors))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return the made-up genome, built once."""
    return World(tmp_path_factory.mktemp("world"))


def missing_or(strategy: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    """Draw a value, or none."""
    return st.one_of(st.none(), strategy)


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(["alt", "rna_alt", "tpm", "regions", "binding"]))
def test_a_better_observed_value_in_a_run_never_lowers_a_candidates_score_or_rank(
    world: World, data: st.DataObject, name: str
) -> None:
    """From VCF, tables and regions to the ranking: more ALT reads of as many, more TPM, one region more, binding.

    With a purity, ALT reads are a cancer cell fraction; of three copies, one or two may carry the variant. Expression
    is the gene's: both variants gain alike, so that the rank is compared where the variant's own evidence improves.
    """
    alt, rna_alt = (
        data.draw(st.one_of(st.none(), st.integers(0, 100))),
        data.draw(st.one_of(st.none(), st.integers(0, 50))),
    )
    worse = Evidence(
        alt, rna_alt, data.draw(missing_or(st.floats(0, 200))), False, data.draw(st.sampled_from([None, 0.3, 0.8]))
    )
    observed = getattr(worse, name)
    if observed is None:
        return
    values: dict[str, st.SearchStrategy[object]] = {
        "alt": st.integers(alt or 0, 100),
        "rna_alt": st.integers(rna_alt or 0, 50),
        "tpm": st.floats(worse.tpm or 0.0, 300),
        "regions": st.just(True),
        "binding": st.floats(0.01, 1),
    }
    known = {key: getattr(worse, key) for key in Evidence.__dataclass_fields__}
    better = Evidence(**(known | {name: data.draw(values[name])}))
    before, after = worse.result(world), better.result(world)
    places = {(row.candidate.peptide.sequence, row.candidate.allele): row for row in before.ranked}
    assert len(after.ranked) == len(before.ranked)
    for row in after.ranked:
        was = places[row.candidate.peptide.sequence, row.candidate.allele]
        if row.candidate.label != "p.Gly12Asp":
            continue
        assert row.score >= was.score - 1e-9
    if name == "binding":
        told = [row for row in after.ranked if row.candidate.peptide.sequence in {"VVVGADGV", "LVVVGADGV"}]
    else:
        told = [row for row in after.ranked if row.candidate.label == "p.Gly12Asp"] if name != "tpm" else []
    rivals = {row.candidate.peptide.sequence for row in told}
    for row in told:  # past no rival whose evidence is as it was
        was = places[row.candidate.peptide.sequence, row.candidate.allele]
        ahead = {one.candidate.peptide.sequence for one in after.ranked if one.rank < row.rank} - rivals
        assert ahead <= {one.candidate.peptide.sequence for one in before.ranked if one.rank < was.rank}


FULL = {"alt": 40, "rna_alt": 20, "tpm": 30.0, "regions": True, "purity": 0.8}


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ({}, []),
        ({"tpm": None, "rna_alt": None}, ["expression not assessed", "RNA reads not assessed"]),
        ({"rna_alt": None}, ["RNA reads not assessed"]),
        ({"alt": None}, ["cancer cell fraction not assessed"]),
        ({"purity": None}, ["cancer cell fraction not assessed"]),
    ],
)
def test_dropping_evidence_leaves_a_ranking_that_says_what_it_lacks(
    world: World, without: dict[str, None], words: list[str]
) -> None:
    """All candidates are still there; the words are in the reasons of each, and only where something is missing."""
    everything = Evidence(**FULL).result(world)  # type: ignore[arg-type]  # fields by name
    result = Evidence(**(FULL | without)).result(world)  # type: ignore[arg-type]  # fields by name
    own = [row for row in result.ranked if row.candidate.label == "p.Gly12Asp"]
    assert len(result.ranked) == len(everything.ranked)
    assert own
    lacking = {"expression not assessed", "RNA reads not assessed", "cancer cell fraction not assessed"}
    for row in own:
        assert lacking & set(row.reasons) == set(words)
        assert "loss of the HLA allele not assessed" in row.reasons
        assert "likeness to normal peptides not assessed" not in row.reasons
        told = dict(row.components)
        assert (told["expression"] is None) is ("expression not assessed" in words)
        assert (told["clonality"] is None) is (without == {"alt": None})


def test_without_a_proteome_likeness_to_self_is_not_assessed(tmp_path: Path) -> None:
    """An annotated VCF without a reference: ranked all the same, and said."""
    result = run(annotated.settings(annotated.written(tmp_path, [annotated.MISSENSE])), predictor=FakePredictor())
    assert result.ranked
    for row in result.ranked:
        assert "likeness to normal peptides not assessed" in row.reasons
        assert dict(row.components)["self"] is None
