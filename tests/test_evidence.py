"""Evidence from beside the VCF, in whole runs on small made-up inputs; expected values are derived by hand."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from neosieve.cli.run import summarise
from neosieve.model.candidate import Tier
from neosieve.pipeline import run
from neosieve.report.outputs import write_outputs
from tests import test_pipeline as annotated
from tests.biology.fakes import FakePredictor
from tests.io.annotationtext import write
from tests.io.bamtext import Read, write_bam
from tests.madeup import CHROMOSOMES, TOY, World, base, change, kmers

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.run import RunResult
    from neosieve.settings import RunSettings

S17R = change(17, 3, "A")  # AGT → AGA
A18V = change(18, 2, "T")  # GCC → GTC
G12V = change(12, 2, "T")  # GGT → GTT


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return the made-up genome, in this test's folder."""
    return World(tmp_path)


def running(settings: RunSettings) -> RunResult:
    """Run with made-up scores."""
    return run(settings, predictor=FakePredictor())


def rows(result: RunResult, folder: Path) -> list[dict[str, str]]:
    """Write a result, and read its candidates back."""
    write_outputs(result, folder)
    with (folder / "candidates.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def table(folder: Path, name: str, *lines: str) -> Path:
    """Write a table, whose cells are given with blanks between them."""
    return write(folder / name, ["\t".join(line.split()) for line in lines])


def test_without_evidence_everything_is_missing(world: World, tmp_path: Path) -> None:
    """Nothing counts as zero or as a pass, and the record names no table."""
    result = running(world.settings(world.vcf([S17R])))
    told = rows(result, tmp_path / "out")
    names = ["ccf", "ccf_low", "ccf_high", "hla_loss", "gene_expression", "transcript_expression", "hotspot"]
    assert {row[name] for row in told for name in [*names, "tumor_rna_depth"]} == {"NA"}
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (record["evidence"], record["findings"]) == ({}, [])


def test_a_gene_table_replaces_the_expression_in_the_vcf(world: World) -> None:
    """GX says 3; the table, whose id has a version, says 42.5. It has no transcripts, so theirs isn't taken from TX."""
    one = change(17, 3, "A", keys="GT:GX:TX", tumor="0/1:ENSG1|3:ENST1.1|2", normal="0/0:.:.")
    vcf = world.vcf([one])
    for candidate in (row.candidate for row in running(world.settings(vcf)).ranked):
        assert (candidate.gene_expression, candidate.transcript_expression) == (3, 2)
    genes = table(world.folder, "genes.tsv", "gene_id TPM", "ENSG1.7 42.5", "ENSG9.1 1")
    result = running(world.settings(vcf, expression=genes))
    for candidate in (row.candidate for row in result.ranked):
        assert (candidate.gene_expression, candidate.transcript_expression) == (42.5, None)
    assert dict(result.evidence)["expression"] == {
        "tool": "plain table", "level": "gene", "unit": "TPM",
        "genes_asked": 1, "genes_joined": 1, "genes_without_value": 0, "genes_not_in_table": 0,
    }  # fmt: skip
    assert not any("GX" in text for text in result.warnings)
    assert "genes.tsv" in [file.name for file in result.inputs]


def test_transcripts_add_up_to_their_gene(world: World) -> None:
    """ENST1 has 7 and another transcript of the gene 5: the gene has 12, the peptide's only transcript 7."""
    lines = ["transcript_id gene_id TPM", "ENST1.3 ENSG1.1 7", "ENST9.1 ENSG1.1 5"]
    result = running(world.settings(world.vcf([S17R]), expression=table(world.folder, "tx.tsv", *lines)))
    for candidate in (row.candidate for row in result.ranked):
        assert (candidate.gene_expression, candidate.transcript_expression) == (12, 7)


@pytest.mark.parametrize(
    ("lines", "value"), [(["gene_id gene TPM", "X1 TOY 8"], 8), (["gene_id TPM", "ENSG77.1 8"], None)]
)
def test_symbols_join_too_and_what_does_not_is_said(world: World, lines: list[str], value: float | None) -> None:
    """A gene is found by its symbol where its id is another; of a table without it the run warns."""
    result = running(world.settings(world.vcf([S17R]), expression=table(world.folder, "genes.tsv", *lines)))
    assert {row.candidate.gene_expression for row in result.ranked} == {value}
    assert any("lacks 1 of 1 genes" in text for text in result.warnings) is (value is None)


def test_another_unit_is_said(world: World) -> None:
    """Thresholds are TPM; a table of FPKM is used, with a warning."""
    genes = table(world.folder, "genes.tsv", "gene_id FPKM", "ENSG1 4")
    result = running(world.settings(world.vcf([S17R]), expression=genes))
    assert any("FPKM" in text and "TPM" in text for text in result.warnings)


def test_reads_copies_and_purity_give_the_cancer_cell_fraction(world: World, tmp_path: Path) -> None:
    """15 of 100 reads at purity 0.6 and two copies: 0.15 · (0.6 · 2 + 0.4 · 2) / 0.6 = 0.5 of the tumour's cells."""
    vcf = world.vcf([change(17, 3, "A", keys="GT:AD", tumor="0/1:85,15", normal="0/0:50,0")])
    segments = table(world.folder, "segments.tsv", "chrom start end total minor", "20 1 10000 2 1")
    result = running(world.settings(vcf, purity=0.6, segments=segments))
    told = rows(result, tmp_path / "out")
    assert {row["ccf"] for row in told} == {"0.5"}
    assert all(float(row["ccf_low"]) < 0.5 < float(row["ccf_high"]) < 1 for row in told)
    evidence = dict(result.evidence)
    assert evidence["segments"] == {"tool": "plain table", "segments": 1}
    assert evidence["clonality"] == {"clonal": 0, "subclonal": 1, "uncertain": 0, "not_assessed": 0}
    for options, lacking in (({"segments": segments}, "--purity"), ({"purity": 0.6}, "--segments")):
        half = running(world.settings(vcf, **options))
        assert {row.candidate.ccf for row in half.ranked} == {None}
        assert any(lacking in text for text in half.warnings)


def test_a_lost_allele_is_shown_and_demoted(world: World) -> None:
    """What the lost A*02:01 would present is in a tier of its own; B*07:02 isn't in the table: not assessed."""
    loh = table(world.folder, "loh.tsv", "allele lost", "HLA-A*02:01 yes")
    result = running(world.settings(world.vcf([S17R]), hla="A*02:01,B*07:02", hla_loh=loh))
    lost = {row.candidate.allele.name: row.candidate.hla_loss for row in result.ranked}
    assert lost == {"HLA-A*02:01": 1.0, "HLA-B*07:02": None}
    tiers = {name: {row.tier for row in result.ranked if row.candidate.allele.name == name} for name in lost}
    assert Tier.ALLELE_LOST in tiers["HLA-A*02:01"]
    assert tiers["HLA-A*02:01"] <= {Tier.ALLELE_LOST, Tier.POOR_BINDER}
    assert Tier.ALLELE_LOST not in tiers["HLA-B*07:02"]
    assert dict(result.evidence)["hla_loh"] == {"tool": "plain table", "rule": "as the table states"}


@pytest.mark.parametrize(("genotype", "escape"), [("0/1", False), ("1/1", True)])
def test_a_truncated_b2m_is_a_finding(
    *,
    genotype: str,
    escape: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One copy hit is monoallelic; without another allele in the tumour's genotype it is escape. All outputs say it."""
    told = f"stop_gained|B2M|ENSG2|ENST7.1|protein_coding||20|T/*|||{annotated.KRAS}"
    record = annotated.record("chr15:44711583:C>T", told, tumor=f"{genotype}:60,40:.:.", normal="0/0:80,0:.:.")
    result = running(annotated.settings(annotated.written(tmp_path, [record])))
    (finding,) = result.findings
    assert (finding.gene, finding.escape, finding.variants) == ("B2M", escape, ("chr15:44711583:C>T",))
    out = tmp_path / "out"
    write_outputs(result, out)
    (written,) = json.loads((out / "run.json").read_text(encoding="utf-8"))["findings"]
    assert (written["gene"], written["escape"], written["words"]) == ("B2M", escape, finding.words)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "B2M (beta-2-microglobulin" in page
    assert ("<strong>Escape.</strong>" in page) is escape
    summarise(result, out)
    assert f"finding{' (escape)' if escape else ''}: B2M" in " ".join(capsys.readouterr().err.split())


def reads(folder: Path, name: str) -> Path:
    """Write five reads of exon 2, three of them with both S17R and A18V."""
    start, end = base(13), base(26, 3) + 1
    normal = CHROMOSOMES["chr20"][start:end]
    letters = list(normal)
    for one in (S17R, A18V):
        assert letters[one.start - start] == one.old
        letters[one.start - start] = one.new
    spelled = ["".join(letters)] * 3 + [normal] * 2
    told = [Read(f"r{number}", start, f"{end - start}M", text) for number, text in enumerate(spelled)]
    return write_bam(folder / name, told, length=len(CHROMOSOMES["chr20"]))


def test_rna_reads_are_counted_and_phase_neighbours(world: World) -> None:
    """Three of five fragments carry both: counts are exact, replace the VCF's, and put both on one copy."""
    columns = {"keys": "GT:RDP:RAF", "tumor": "0/1:100:0.9", "normal": "0/0:.:."}
    vcf = world.vcf([change(17, 3, "A", **columns), change(18, 2, "T", **columns)])
    before = running(world.settings(vcf))
    assert {row.candidate.call.rna.depth for row in before.ranked if row.candidate.call.rna} == {100}
    assert any("unphased_neighbour" in row.candidate.phase for row in before.ranked)
    result = running(world.settings(vcf, rna_bam=reads(world.folder, "rna.bam")))
    both = TOY[:16] + "RV" + TOY[18:]
    assert {row.candidate.peptide.sequence for row in result.ranked} == kmers(both) - kmers(TOY)
    assert {row.candidate.phase for row in result.ranked if len(row.candidate.peptide.calls) > 1} == {"reads"}
    rna = {(one.depth, one.alt_reads, one.vaf) for row in result.ranked if (one := row.candidate.call.rna) is not None}
    assert rna == {(5, 3, 0.6)}
    assert any("instead of the VCF's RNA counts of 2" in text for text in result.warnings)
    (file,) = (one for one in result.inputs if one.role == "rna_bam")
    assert (file.name, len(file.sha256)) == ("rna.bam", 64)
    assert {row.variant for row in result.ledger} == {world.name(S17R), world.name(A18V)}


def test_dna_reads_count_where_the_vcf_does_not(world: World) -> None:
    """A call without depth gets the reads' counts; one with AD keeps its own."""
    counted = change(18, 2, "T", keys="GT:AD", tumor="0/1:30,10", normal="0/0:40,0")
    dna = reads(world.folder, "dna.bam")
    for one, expected in ((S17R, (5, 3)), (counted, (40, 10))):
        result = running(world.settings(world.vcf([one]), dna_bam=dna))
        assert {(row.candidate.call.tumor.depth, row.candidate.call.tumor.alt_reads) for row in result.ranked} == {
            expected
        }


def test_a_peptide_at_one_mismatch_to_another_protein_is_near(world: World) -> None:
    """G12V in LVVVGAVGVGKS: TWIN holds the same with D. The own wild type, with G, doesn't count; E before L is far."""
    result = running(world.settings(world.vcf([G12V])))
    near = {one for one in kmers("LVVVGAVGVGKS") if one not in kmers(TOY)}
    assert near
    for row in result.ranked:
        candidate = row.candidate
        sequence = candidate.peptide.sequence
        if sequence not in near:
            assert (candidate.self_match, candidate.near_self_peptide) == ("no", None)
            continue
        at = 11 - candidate.peptide.offset
        assert candidate.self_match == "near"
        assert candidate.near_self_peptide == sequence[:at] + "D" + sequence[at + 1 :]
        assert candidate.near_self_source == "ENST2.1 (TWIN)"
        assert f"one residue from {candidate.near_self_peptide} of ENST2.1 (TWIN)" in row.reasons


def test_a_near_self_peptide_says_where_its_gene_is_expressed(world: World, tmp_path: Path) -> None:
    """TWIN has 35 TPM in heart, the highest of its tissues; the table's id has another version than the reference's.

    The columns, the reasons and the record say so; without a table, they say nothing. The score doesn't go by it.
    """
    vcf = world.vcf([G12V])
    tissues = write(tmp_path / "gene_median_tpm.gct", [
        "#1.2", "2\t2", "Name\tDescription\tHeart - Left Ventricle\tTestis", "ENSG2.9\tTWIN\t35\t2", "ENSG9.1\tX\t1\t1",
    ])  # fmt: skip
    before, after = running(world.settings(vcf)), running(world.settings(vcf, normal_expression=tissues))
    assert [(row.score, row.tier) for row in before.ranked] == [(row.score, row.tier) for row in after.ranked]
    told = rows(after, tmp_path / "out")
    for row in told:
        cells = (row["near_self_expression"], row["near_self_tissue"], row["near_self_gene"])
        words = f"one residue from {row['near_self_peptide']} of ENST2.1 (TWIN)"
        if row["self_match"] == "near":
            assert cells == ("35", "Heart - Left Ventricle", "TWIN")
            assert f"{words}, expressed in normal Heart - Left Ventricle, 35 TPM" in row["reasons"].split("; ")
        else:
            assert cells == ("NA",) * 3
    near = {row["near_self_peptide"] for row in told} - {"NA"}
    assert dict(after.evidence)["normal_expression"] == {
        "tool": "GTEx", "unit": "TPM", "tissues": 2, "near_self_peptides": len(near), "joined": len(near),
    }  # fmt: skip
    assert "normal_expression" in {file.role for file in after.inputs}
    assert {row["near_self_expression"] for row in rows(before, tmp_path / "before")} == {"NA"}
    assert not any("TPM at most" in row["reasons"] for row in told)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["gene Liver Skin", "TWIN 0.4 0.2", "TITIN 3 80"], ", which TITIN makes, expressed in normal Skin, 80 TPM"),
        (["gene Liver", "TWIN 0.4"], ", hardly expressed in normal tissues: 0.4 TPM at most"),
        (["gene TPM", "TITIN 3"], ", which TITIN makes, expressed in normal tissue, 3 TPM"),
        (["gene Liver", "OTHER 5"], ""),
    ],
)
def test_of_all_genes_that_make_a_near_self_peptide_the_most_expressed_counts(
    world: World, lines: list[str], words: str
) -> None:
    """TITIN, of the proteome, holds TWIN's LVVVGADGVGKS in another protein; a table without both tells nothing."""
    proteome = write(world.folder / "p.fa", [">sp|Q8WZ42|TITIN_HUMAN Titin GN=TITIN PE=1", "MWWHLVVVGADGVGKSWWW"])
    tissues = table(world.folder, "tissues.tsv", *lines)
    result = running(world.settings(world.vcf([G12V]), proteome=proteome, normal_expression=tissues))
    inside = [row for row in result.ranked if (row.candidate.near_self_peptide or "-") in "LVVVGADGVGKS"]
    assert inside
    for row in inside:
        assert f"one residue from {row.candidate.near_self_peptide} of ENST2.1 (TWIN){words}" in row.reasons


def test_without_a_proteome_near_self_is_not_assessed_and_hotspots_are_named(tmp_path: Path) -> None:
    """The annotation names too few normal proteins to say no. KRAS G12D is on the list of hotspots."""
    result = running(annotated.settings(annotated.written(tmp_path, [annotated.MISSENSE, annotated.FRAMESHIFT])))
    assert {row.candidate.self_match for row in result.ranked} == {None}
    named = {(str(row.candidate.call.variant), row.candidate.hotspot) for row in result.ranked}
    assert named == {("chr1:135:G>A", "known hotspot KRAS G12D"), ("chr1:163:AC>A", None)}
    for row in result.ranked:
        assert ("known hotspot KRAS G12D" in row.reasons) is (row.candidate.hotspot is not None)


def test_anchors_say_where_the_mutation_lies(world: World) -> None:
    """Whatever the percentile; the place follows from the anchors and the changed residue."""
    result = running(world.settings(world.vcf([S17R])))
    for candidate in (row.candidate for row in result.ranked):
        assert candidate.anchor_positions is not None
        at_anchor = candidate.peptide.altered <= set(candidate.anchor_positions)
        assert candidate.mutation_site == ("anchor" if at_anchor else "tcr_facing")


@pytest.mark.parametrize(
    "options",
    [{"purity": 0}, {"purity": 1.1}, {"segments_sample": "T"}, {"reads_fasta": "genome.fa"}, {"sex": "unknown"}],
)
def test_impossible_options_are_refused(world: World, options: dict[str, object]) -> None:
    """A purity lies above 0 and up to 1; options that speak of a file need it."""
    with pytest.raises(ValidationError):
        world.settings(world.folder / "tumour.vcf", **options)
