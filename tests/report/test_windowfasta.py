"""Mutant windows as FASTA."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.model.genome import Interval
from neosieve.report.windowfasta import fasta_chunks, stretches, write_window_fasta

from .builders import NORMAL, run_result
from .originated import frameshift, kras

if TYPE_CHECKING:
    from pathlib import Path


def test_a_substitution_has_fifteen_residues_on_each_side() -> None:
    """Residue 12 of 40: eleven before it, which is all there are, and fifteen behind."""
    (text,) = fasta_chunks(stretches([kras()]))
    header, sequence = text.splitlines()
    assert header == ">chr12-25245350-C-T|ENST00000256078.10|1-27 gene=KRAS change=p.Gly12Asp altered=12"
    assert sequence == NORMAL[:11] + "D" + NORMAL[12:27]


def test_a_frameshift_goes_to_its_end() -> None:
    """All new residues; the change is told by its place in the window."""
    (text,) = fasta_chunks(stretches([frameshift()]))
    header, sequence = text.splitlines()
    assert header.endswith("|1-17 gene=KRAS change=p.Gly12LeufsTer7 altered=12-17")
    assert sequence == NORMAL[:11] + "LLWSKH"


def test_every_transcript_has_its_window_once() -> None:
    """Two candidates of one protein share a window; two transcripts don't."""
    names = ("ENST00000311936.8", "ENST00000256078.10")
    found = stretches([kras(1, transcripts=names), kras(2, transcripts=names)])
    assert [one.change.transcript.transcript for one in found] == ["ENST00000256078.10", "ENST00000311936.8"]


def test_a_deletion_is_a_point_between_two_residues() -> None:
    """Nothing is new but the junction: 11^12."""
    row = kras()
    (origin,) = row.candidate.origins
    (edit,) = origin.change.edits
    edit = replace(edit, normal=Interval(11, 12), mutant=Interval(11, 11), aligned=False)
    change = replace(origin.change, mutant=NORMAL[:11] + NORMAL[12:], edits=(edit,))
    (text,) = fasta_chunks(
        stretches([row._replace(candidate=row.candidate._replace(origins=(origin._replace(change=change),)))])
    )
    assert text.splitlines()[0].endswith("|1-26 gene=KRAS change=p.Gly12Asp altered=11^12")


def test_edits_far_apart_have_windows_of_their_own() -> None:
    """Of a protein with two changes 31 residues apart, only the one that makes the peptide is written."""
    row = kras()
    (origin,) = row.candidate.origins
    (edit,) = origin.change.edits
    other = replace(edit, normal=Interval(43, 44), mutant=Interval(43, 44))
    normal = NORMAL + "AAAAAAAAAA"
    change = replace(origin.change, normal=normal, mutant=normal[:11] + "D" + normal[12:], edits=(edit, other))
    found = stretches([row._replace(candidate=row.candidate._replace(origins=(origin._replace(change=change),)))])
    assert [one.name.rpartition("|")[2] for one in found] == ["1-27"]


def test_a_name_that_comes_again_gets_a_number() -> None:
    """Two assumptions' proteins of one variant and transcript are told apart."""
    row = kras()
    (origin,) = row.candidate.origins
    change = replace(origin.change, mutant=origin.change.mutant[:20] + "W" + origin.change.mutant[21:])
    other = row._replace(candidate=row.candidate._replace(origins=(origin._replace(change=change),)))
    names = [text.split()[0].rpartition("|")[2] for text in fasta_chunks(stretches([row, other]))]
    assert names == ["1-27", "2"]


def test_a_gene_name_can_not_break_a_record(tmp_path: Path) -> None:
    """Line breaks in a name become blanks."""
    row = kras()
    (origin,) = row.candidate.origins
    change = replace(origin.change, transcript=replace(origin.change.transcript, gene="A\n>B"))
    row = row._replace(candidate=row.candidate._replace(origins=(origin._replace(change=change),)))
    write_window_fasta(run_result(row), tmp_path)
    assert (tmp_path / "windows.fasta").read_text().count("\n") == 2
