"""Constructs of a real tumour, HCC1395, checked by the sheets and the VCF alone."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from Bio.Seq import Seq
from click.testing import CliRunner

from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.cli import main
from neosieve.model.mhc import Allele, Query

if TYPE_CHECKING:
    from pathlib import Path

ALLELES = "HLA-A*29:02,HLA-B*45:01,HLA-B*82:02"
VCF = "annotated.expression.vcf.gz"


@pytest.fixture(scope="module")
def vcf(shared: Path) -> Path:
    """Return the VCF."""
    path = shared / "hcc1395" / VCF
    if not path.is_file():
        pytest.skip(f"HCC1395 is not at {path}")
    return path


@pytest.fixture(scope="module")
def finished(vcf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the main job once."""
    out = tmp_path_factory.mktemp("hcc1395") / "out"
    done = CliRunner().invoke(main, ["run", str(vcf), "--hla", ALLELES, "--models", "embedded", "-o", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def annotated(vcf: Path) -> dict[str, list[dict[str, str]]]:
    """Read each variant's CSQ entries, without our reader."""
    fields: list[str] = []
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(vcf, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("##INFO=<ID=CSQ"):
                fields = line.split("Format: ")[1].split('"')[0].split("|")
            if line.startswith("#"):
                continue
            chrom, pos, _, ref, alts, _, _, info, *_ = line.rstrip("\n").split("\t")
            told = next((part[4:] for part in info.split(";") if part.startswith("CSQ=")), "")
            for alt in alts.split(","):
                found[f"{chrom}:{pos}:{ref}>{alt}"] += [
                    dict(zip(fields, entry.split("|"), strict=False)) for entry in told.split(",") if entry
                ]
    return found


def designed(finished: Path, out: Path, *options: str) -> Path:
    """Design a vaccine."""
    done = CliRunner().invoke(main, ["vaccine", str(finished), "-o", str(out), *options])
    assert done.exit_code == 0, done.output
    return out


def rows(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def one_sequence(path: Path) -> str:
    """Read a FASTA file of one sequence."""
    return "".join(path.read_text(encoding="utf-8").splitlines()[1:])


@pytest.mark.parametrize("kind", ["slp", "minimal"])
def test_every_peptide_is_mutant_by_the_vcf_and_holds_its_best_epitope(
    finished: Path, annotated: dict[str, list[dict[str, str]]], tmp_path: Path, kind: str
) -> None:
    """By the sheet and the VCF alone, for all that may be ordered: 250 asked for.

    The normal protein is VEP's WildtypeProtein. Altered positions differ from it and, outside an indel or a frameshift,
    no others do; neither the peptide nor its best epitope is in any normal protein of the variant's transcripts.
    """
    sheet = rows(designed(finished, tmp_path, "--format", kind, "--count", "250") / f"{kind}.tsv")
    assert len(sheet) > 80
    substitutions = 0
    for row in sheet:
        variants = row["variants"].split("+")
        told = [entry for variant in variants for entry in annotated[variant]]
        normal = {entry["Feature"]: entry["WildtypeProtein"] for entry in told if entry.get("WildtypeProtein")}
        peptide, best = row["sequence"], row["best_epitope"]
        assert best in peptide
        assert normal
        assert not any(peptide in protein or best in protein for protein in normal.values())
        assert row["altered_positions"] != "NA" or row["novel_junctions"] != "NA"
        if row["altered_positions"] == "NA":
            continue
        altered = {int(position) - 1 for position in row["altered_positions"].split(",")}
        assert altered <= set(range(len(peptide)))
        own = normal[row["transcript"]][int(row["protein_start"]) - 1 :][: len(peptide)]
        where = {place for place, (one, other) in enumerate(zip(peptide, own, strict=False)) if one != other}
        if all(len(name.split(":")[2].split(">")[0]) == len(name.split(">")[1]) for name in variants):
            substitutions += 1
            assert altered == where
        # in the best epitope, too: at least one altered residue, or it spans a junction
        at = peptide.index(best)
        points = [int(one.split("^")[0]) for one in row["novel_junctions"].split(",") if one != "NA"]
        assert altered & set(range(at, at + len(best))) or any(at < point < at + len(best) for point in points)
    assert substitutions > 50


@pytest.mark.parametrize("ends", ["none", "hla"])
def test_ten_candidates_make_a_cassette_without_presented_junctions(finished: Path, tmp_path: Path, ends: str) -> None:
    """Every window of the protein that lies in no one part is scored again here: none at 0.5 % or below."""
    options = ("--format", "mrna", "--count", "10", "--signal", ends, "--mitd", ends)
    folder = designed(finished, tmp_path, *options)
    protein, dna = one_sequence(folder / "mrna_protein.fasta"), one_sequence(folder / "mrna_dna.fasta")
    assert str(Seq(dna).translate()) == f"{protein}*"  # type: ignore[no-untyped-call]
    record = json.loads((folder / "mrna.json").read_text(encoding="utf-8"))["cassette"]
    parts = [(int(row["cassette_start"]) - 1, row["sequence"]) for row in rows(folder / "mrna.tsv")]
    assert len(parts) == 10
    parts += [(0, record["signal"] or "M")]
    if record["mitd"]:
        parts += [(len(protein) - len(record["mitd"]), record["mitd"])]
    assert all(protein[start:].startswith(text) for start, text in parts)
    inside = [range(start, start + len(text)) for start, text in parts]
    queries = [
        Query(
            protein[start : start + length],
            Allele(allele),
            protein[max(0, start - 15) : start],
            protein[start + length : start + length + 15],
        )
        for length in (8, 9, 10, 11)
        for start in range(len(protein) - length + 1)
        if not any(start in part and start + length - 1 in part for part in inside)
        for allele in ALLELES.split(",")
    ]
    percentiles = [one.presentation_percentile for one in EmbeddedPredictor.load().predict(queries)]
    assert len(percentiles) > 1000
    assert min(one for one in percentiles if one is not None) > 0.5
    assert record["proved_best"]
    assert record["after"]["self_peptides"] == 0
    assert record["before"]["presented_at_0.5_percent"] > 0
    best = rows(folder / "mrna_designs.tsv")[-1]
    assert (best["presented"], best["self_peptides"]) == ("0", "0")
