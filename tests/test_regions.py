"""Several regions of one tumour, from the VCF to the tables, on a made-up genome."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from neosieve.cli import main
from neosieve.errors import SampleError
from neosieve.model.candidate import Tier
from neosieve.pipeline import run
from neosieve.report.outputs import write_outputs
from tests.biology.fakes import FakePredictor
from tests.io.annotationtext import write
from tests.io.bamtext import Read, write_bam
from tests.madeup import CHROMOSOMES, World, base, change

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.run import RunResult
    from neosieve.settings import RunSettings

KEYS = "GT:AD"
TRUNK = change(12, 2, "A", keys=KEYS)  # G12D
PRIVATE = change(22, 1, "A", keys=KEYS)  # Q22K
SHARED = change(33, 3, "A", keys=KEYS)  # D33E: GAT → GAA
YES, NO, FEW, NORMAL = "0/1:60,40", "0/0:80,0", "0/0:10,0", "0/0:90,0"
NAMES = {"regions": [{"name": "R2"}, {"name": "R3"}]}
HEAD = ["##fileformat=VCFv4.2"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return the made-up genome, in this test's folder."""
    return World(tmp_path)


def running(settings: RunSettings) -> RunResult:
    """Run with made-up scores."""
    return run(settings, predictor=FakePredictor())


def together(world: World) -> Path:
    """Write one VCF: G12D in all regions; Q22K in R2 alone; D33E in R1, absent in R2, hardly covered in R3."""
    lines = [
        world.line(TRUNK, NORMAL, YES, YES, YES),
        world.line(PRIVATE, NORMAL, NO, YES, NO),
        world.line(SHARED, NORMAL, YES, NO, FEW),
    ]
    return world.vcf(lines, samples="NORMAL R1 R2 R3")


def written(result: RunResult, folder: Path) -> list[dict[str, str]]:
    """Write a result, and read its candidates back."""
    write_outputs(result, folder)
    with (folder / "candidates.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


EXPECTED = {
    "G12D": ("3", "3", "in R1 and R2 and R3"),
    "Q22K": ("1", "3", "in R2, not in R1 or R3"),
    "D33E": ("1", "2", "in R1, not in R2, not assessed in R3"),
}
LABELS = {"p.Gly12Asp": "G12D", "p.Gln22Lys": "Q22K", "p.Asp33Glu": "D33E"}


def test_samples_of_one_vcf_tell_in_which_regions_a_variant_is(world: World, tmp_path: Path) -> None:
    """Variants of any region are candidates; the tumour is the sample that is neither normal nor named as a region."""
    result = running(world.settings(together(world), **NAMES))
    assert (result.samples.tumor, result.samples.normal) == ("R1", "NORMAL")
    rows = written(result, tmp_path / "out")
    told = {
        LABELS[row["protein_change"]]: (row["regions_with"], row["regions_assessed"], row["regions"]) for row in rows
    }
    assert told == EXPECTED
    for row in rows:
        with_, of, listed = EXPECTED[LABELS[row["protein_change"]]]
        assert f"found in {with_} of {of} regions: {listed}" in row["reasons"].split("; ")
        assert row["tumor_dna_vaf"] == "0.4"  # 40 of 100, in the region that it is told from
        assert ("those of R2" in row["remarks"]) is (row["protein_change"] == "p.Gln22Lys")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    evidence = record["evidence"]["regions"]
    assert (evidence["regions"], evidence["variants"], evidence["in_every_region"]) == ("R1, R2, R3", 3, 1)
    assert any(
        "region 'R2': sample 'R2' of tumour.vcf, which adds 1 somatic" in text for text in result.samples.remarks
    )
    with (tmp_path / "out" / "variants.tsv").open(encoding="utf-8", newline="") as file:
        variants = {LABELS[row["protein_change"]]: row["regions"] for row in csv.DictReader(file, delimiter="\t")}
    assert variants == {name: listed for name, (_, _, listed) in EXPECTED.items()}


def test_a_vcf_of_its_own_for_each_region_tells_the_same(world: World, tmp_path: Path) -> None:
    """The same columns in three files, one with contigs spelled otherwise, give the same candidates and ledger."""
    one = running(world.settings(together(world), **NAMES))
    files = []
    for number, name in enumerate(("R1", "R2", "R3")):
        columns = [(YES, YES, YES), (NO, YES, NO), (YES, NO, FEW)]
        lines = [
            world.line(record, NORMAL, told[number])
            for record, told in zip((TRUNK, PRIVATE, SHARED), columns, strict=True)
        ]
        lines = [text.removeprefix("chr") for text in lines] if name == "R3" else lines
        files.append(world.vcf(lines, name=f"{name}.vcf", samples=f"NORMAL {name}"))
    regions = [{"name": "R2", "vcf": files[1]}, {"name": "R3", "vcf": files[2]}]
    other = running(world.settings(files[0], regions=regions))
    assert written(one, tmp_path / "one") == written(other, tmp_path / "other")
    for name in ("candidates.tsv", "ledger.tsv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    assert [file.name for file in other.inputs if file.role == "region"] == ["R2.vcf", "R3.vcf"]


def test_a_vcf_that_does_not_mention_a_variant_says_nothing_of_it(world: World) -> None:
    """No record, no reads: not assessed, not absent; and every ALT of any file has its row."""
    first = world.vcf([world.line(TRUNK, NORMAL, YES)], name="a.vcf", samples="NORMAL A")
    refused = world.line(SHARED, NORMAL, YES).replace("PASS", "weak")
    second = world.vcf([world.line(PRIVATE, NORMAL, YES), refused], name="b.vcf", samples="NORMAL T")
    result = running(world.settings(first, regions=[{"name": "B", "vcf": second}]))
    told = {LABELS[row.candidate.label]: str(row.candidate.regions) for row in result.ranked}
    assert told == {"G12D": "in 1 of 1 regions (1 not assessed)", "Q22K": "in 1 of 1 regions (1 not assessed)"}
    ledger = {row.variant: (row.outcome.value, row.detail) for row in result.ledger}
    assert ledger[world.name(SHARED)] == ("filtered", "region B: FILTER is weak")
    assert {name for name, (outcome, _) in ledger.items() if outcome == "candidates"} == {
        world.name(TRUNK), world.name(PRIVATE),
    }  # fmt: skip


def test_the_share_of_regions_counts_in_clonality_and_names_a_tier(world: World) -> None:
    """VAF 0.4 of 0.5 is 0.8 of the cells: ½ ln (0.8/0.6) = 0.1438; in one region of three, ½ ln (0.8/3/0.6) = −0.4055.

    One of three is under half: subclonal, unless it binds poorly. One of two is not.
    """
    result = running(world.settings(together(world), **NAMES))
    parts = {LABELS[row.candidate.label]: dict(row.components)["clonality"] for row in result.ranked}
    assert parts == {
        "G12D": pytest.approx(0.1438, abs=1e-4),
        "Q22K": pytest.approx(-0.4055, abs=1e-4),
        "D33E": pytest.approx(-0.2027, abs=1e-4),  # ½ ln (0.4/0.6)
    }
    tiers = {name: set[str]() for name in EXPECTED}
    for row in result.ranked:
        tiers[LABELS[row.candidate.label]].add(row.tier)
    assert tiers["Q22K"] <= {Tier.SUBCLONAL, Tier.POOR_BINDER}
    assert Tier.SUBCLONAL in tiers["Q22K"]
    assert Tier.SUBCLONAL not in tiers["G12D"] | tiers["D33E"]
    failed = [row for row in result.ranked if row.tier is Tier.SUBCLONAL]
    assert all("share of the tumour's regions that have it 0.333 < 0.5" in row.reasons for row in failed)


def test_one_region_is_as_before(world: World, tmp_path: Path) -> None:
    """Nothing is said of regions, and no word is missing."""
    result = running(world.settings(world.vcf([replace(TRUNK, tumor=YES, normal=NORMAL)])))
    rows = written(result, tmp_path / "out")
    assert {(row["regions_with"], row["regions_assessed"], row["regions"]) for row in rows} == {("NA",) * 3}
    assert not any("region" in row["reasons"] for row in rows)
    assert "regions" not in dict(result.evidence)


def test_purity_copies_and_reads_are_the_first_regions(world: World) -> None:
    """R2's own variant has no cancer cell fraction and no RNA counts of R1, whose cells lack it; G12D has both."""
    segments = write(world.folder / "segments.tsv", ["chrom\tstart\tend\ttotal\tminor", "20\t1\t10000\t2\t1"])
    start, end = base(13), base(26, 3) + 1
    reads = [Read(f"r{number}", start, f"{end - start}M", CHROMOSOMES["chr20"][start:end]) for number in range(5)]
    rna = write_bam(world.folder / "rna.bam", reads, length=len(CHROMOSOMES["chr20"]))
    result = running(world.settings(together(world), **NAMES, purity=0.8, segments=segments, rna_bam=rna))
    for row in result.ranked:
        name, call = LABELS[row.candidate.label], row.candidate.call
        assert (row.candidate.ccf is None) is (name == "Q22K")
        if name == "Q22K":
            assert call.rna is None
    assert {row.candidate.ccf for row in result.ranked if row.candidate.ccf is not None} == {1.0}  # 0.4 · 2 / 0.8


def test_a_germline_vcf_decides_for_every_region(world: World) -> None:
    """Q22K, which R2 alone seems to have, is the patient's own: no candidates, and its row says why."""
    result = running(world.settings(together(world), **NAMES, germline=world.germline([PRIVATE])))
    assert {LABELS[row.candidate.label] for row in result.ranked} == {"G12D", "D33E"}
    assert {row.outcome.value for row in result.ledger if row.variant == world.name(PRIVATE)} == {"germline"}


def test_calls_of_two_regions_are_not_joined_by_phase(world: World) -> None:
    """S17R is R1's, A18V is R2's, each homozygous or in a set of one name: no peptide holds both."""
    one, other = change(17, 3, "A", keys="GT:PS"), change(18, 2, "T", keys="GT:PS")
    for here, there in (("1/1:.", "1/1:."), ("0|1:7", "0|1:7")):
        lines = [world.line(one, "0/0:.", here, "0/0:."), world.line(other, "0/0:.", "0/0:.", there)]
        result = running(world.settings(world.vcf(lines, samples="NORMAL R1 R2"), regions=[{"name": "R2"}]))
        assert result.ranked
        assert {len(row.candidate.peptide.calls) for row in result.ranked} == {1}
        assert {row.candidate.phase for row in result.ranked} <= {"single", "unphased_neighbour"}


@pytest.mark.parametrize(
    ("regions", "words"),
    [
        (["X"], "no sample 'X' (--region); its samples are: NORMAL, R1, R2, R3"),
        (["NORMAL"], "--region NORMAL is the normal already"),
        (["R1"], "--region R1 is the tumour already"),
    ],
)
def test_a_region_that_cannot_be_told_is_an_error(world: World, regions: list[str], words: str) -> None:
    """With the samples that there are."""
    settings = world.settings(
        together(world), tumor="R1", normal="NORMAL", regions=[{"name": name} for name in regions]
    )
    with pytest.raises(SampleError) as error:
        running(settings)
    assert words in str(error.value)
    with pytest.raises(ValidationError, match="twice"):
        world.settings(together(world), regions=[{"name": "R2"}, {"name": "R2"}])


@pytest.mark.parametrize("name", ["copy", "R2"])
def test_one_sample_is_not_two_regions(world: World, name: str) -> None:
    """A file given again under another name would count its sample twice in the share of regions."""
    vcf = world.vcf([world.line(TRUNK, NORMAL, YES)], samples="NORMAL R1")
    settings = world.settings(vcf, tumor="R1", normal="NORMAL", regions=[{"name": name, "vcf": vcf}])
    with pytest.raises(SampleError, match=f"--region {name} is sample 'R1' of .*, as R1 is"):
        running(settings)


def test_regions_are_given_on_the_command_line(world: World, tmp_path: Path) -> None:
    """NAME, and NAME=VCF; a name alone behind = is a usage error."""
    vcf, out = together(world), tmp_path / "out"
    given = ["run", str(vcf), "--reference", str(world.reference), "--hla", "A*02:01", "--models", "embedded"]
    done = CliRunner().invoke(
        main, [*given, "--tumor", "R1", "--region", "R2", "--region", f"R3={vcf}", "-o", str(out)]
    )
    assert done.exit_code == 0, done.output
    with (out / "candidates.tsv").open(encoding="utf-8", newline="") as file:
        listed = {LABELS[row["protein_change"]]: row["regions"] for row in csv.DictReader(file, delimiter="\t")}
    assert listed == {name: words for name, (_, _, words) in EXPECTED.items()}
    assert CliRunner().invoke(main, [*given, "--region", "=x.vcf", "-o", str(out)]).exit_code == 2
