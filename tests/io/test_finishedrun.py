from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.finishedrun import read_run
from neosieve.model.annotation import TranscriptConsequence
from neosieve.model.construct import MutantProtein, ProteinEdit
from neosieve.model.genome import Interval
from neosieve.model.protein import ProteinChange, ResidueEdit
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.outputs import write_outputs
from neosieve.report.proteins import protein_name

from ..report.builders import NORMAL, bare, ranked, run_result  # noqa: TID252 - helpers are shared within the tests only

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.candidate import Ranked


def written(folder: Path, *rows: Ranked) -> Path:
    """Write a run of some candidates."""
    write_outputs(replace(run_result(*rows), settings=(("lengths", "8,9,10,11"), ("policy", "default"))), folder)
    return folder


def call(start: int, ref: str, alt: str, *, germline: bool = False) -> Call:
    """Make a call on chr12."""
    return Call(Variant("chr12", start, ref, alt), line=1, filters=(), tumor=AlleleCounts(), germline=germline)


def test_a_run_is_read_back(tmp_path: Path) -> None:
    """KRAS G12D in its first forty residues, and the peptide from the fifth on."""
    row = ranked()
    run = read_run(written(tmp_path, row))
    assert (run.tumor, run.lengths, run.policy) == ("TUMOR", (8, 9, 10, 11), "default")
    assert [str(allele) for allele in run.alleles] == ["HLA-A*02:01", "HLA-B*07:02"]
    assert run.checksums["vcf"] == ("tumour.vcf.gz", "ab" * 32)
    (epitope,) = run.epitopes
    assert (epitope.start, epitope.peptide, epitope.altered) == (4, "KLVVVGADGV", (7,))
    assert (epitope.rank, epitope.tier, epitope.percentile, epitope.clonal) == (1, "good", 1.0, None)
    name = protein_name(row.candidate.change)
    assert epitope.protein == name
    at = Interval(11, 12)
    assert run.proteins == {
        name: MutantProtein(
            name,
            "KRAS",
            "ENST00000256078.10",
            "p.Gly12Asp",
            NORMAL[:11] + "D" + NORMAL[12:],
            NORMAL,
            (ProteinEdit(at, at, aligned=True, variants=("chr12:25245350:C>T",)),),
        )
    }


def test_every_kind_of_edit_survives_the_round_trip(tmp_path: Path) -> None:
    """A deletion, an insertion and an unknown stretch; germline, unphased; an incomplete end."""
    row = ranked()
    change = row.candidate.change
    one, other, inherited = call(9, "CAAA", "C"), call(30, "C", "CGGG"), call(60, "C", "T", germline=True)
    edits = (
        ResidueEdit(Interval(3, 4), Interval(3, 3), aligned=False, calls=(one,)),
        ResidueEdit(Interval(20, 20), Interval(19, 20), aligned=False, calls=(one, other)),
        ResidueEdit(Interval(30, 32), Interval(30, 32), aligned=True, calls=()),
    )
    mutant = NORMAL[:3] + NORMAL[4:20] + "G" + NORMAL[20:30] + "XX" + NORMAL[32:]
    change = ProteinChange(
        transcript=TranscriptConsequence(
            transcript="T",
            gene="KRAS",
            gene_id="G",
            terms=(),
            biotype="protein_coding",
            flags=frozenset({"cds_end_NF"}),
        ),
        normal=NORMAL,
        mutant=mutant,
        edits=edits,
        label="p.",
        consequence="",
        inherited=((Interval(5, 6), inherited),),
        unphased=((Interval(7, 9), other), (Interval(8, 40), one)),
    )
    peptide = replace(row.candidate.peptide, sequence=mutant[14:24], offset=14)
    candidate = row.candidate._replace(change=change, peptide=peptide)
    (protein,) = read_run(written(tmp_path, row._replace(candidate=candidate))).proteins.values()
    assert protein.mutant == mutant
    assert protein.edits == (
        ProteinEdit(Interval(3, 4), Interval(3, 3), aligned=False, variants=("chr12:10:CAAA>C",)),
        ProteinEdit(Interval(20, 20), Interval(19, 20), aligned=False, variants=("chr12:10:CAAA>C", "chr12:31:C>CGGG")),
        ProteinEdit(Interval(30, 32), Interval(30, 32), aligned=True, variants=()),
    )
    assert protein.germline == ((Interval(5, 6), "chr12:61:C>T"),)
    assert protein.unphased == ((Interval(7, 9), "chr12:31:C>CGGG"), (Interval(8, 40), "chr12:10:CAAA>C"))
    assert (protein.starts, protein.ends) == (True, False)


def test_a_candidate_that_does_not_lie_in_its_protein_is_refused(tmp_path: Path) -> None:
    """Nothing is ordered from tables that don't belong together: the second candidate's peptide is made up."""
    with pytest.raises(InputError, match=r"candidates\.tsv:3 SIINFEKL doesn't lie at 31 of ENST00000256078\.10/"):
        read_run(written(tmp_path, ranked(1), bare(2)))


def test_a_run_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    """It has no proteins.tsv."""
    folder = written(tmp_path, ranked())
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["outputs"] = [one for one in record["outputs"] if one["name"] != "proteins.tsv"]
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InputError, match=r"holds no proteins\.tsv that run\.json knows: an earlier version made it"):
        read_run(folder)
