"""Mutant proteins and candidates for constructs, made by hand."""

from __future__ import annotations

from neosieve.model.construct import Epitope, MutantProtein, ProteinEdit
from neosieve.model.genome import Interval

NORMAL = "MKLAAEVDHLADCPFERWTMAVNQHPMNISVKVPLDWRNYELQAFCGMPLQTIRLHNALDSVTAREWFPH"
"""Seventy residues in which no nonamer occurs twice."""
VARIANT = "chr1:100:A>T"


def substituted(position: int = 35, residue: str = "K", **more: object) -> MutantProtein:
    """Exchange one residue, at a 0-based position."""
    at = Interval(position, position + 1)
    edit = ProteinEdit(at, at, aligned=True, variants=(VARIANT,))
    mutant = NORMAL[:position] + residue + NORMAL[position + 1 :]
    return MutantProtein("T1/1", "GENE", "T1", "p.X", mutant, NORMAL, (edit,), **more)  # type: ignore[arg-type]


def shifted(position: int, tail: str) -> MutantProtein:
    """Put a frameshift's tail in the place of all residues from a 0-based position on."""
    edit = ProteinEdit(
        Interval(position, len(NORMAL)), Interval(position, position + len(tail)), aligned=False, variants=(VARIANT,)
    )
    return MutantProtein("T1/2", "GENE", "T1", "p.Xfs", NORMAL[:position] + tail, NORMAL, (edit,))


def shortened(start: int, end: int) -> MutantProtein:
    """Take out the residues from start to end, 0-based, half-open."""
    edit = ProteinEdit(Interval(start, end), Interval(start, start), aligned=False, variants=(VARIANT,))
    return MutantProtein("T1/3", "GENE", "T1", "p.Xdel", NORMAL[:start] + NORMAL[end:], NORMAL, (edit,))


def epitope(protein: MutantProtein, start: int, length: int = 9, rank: int = 1, **more: object) -> Epitope:
    """Cut a candidate out of a protein."""
    values: dict[str, object] = {
        "rank": rank,
        "tier": "strong",
        "score": 3.0 - rank / 10,
        "gene": protein.gene,
        "variant": VARIANT,
        "haplotype": VARIANT,
        "change": protein.change,
        "transcript": protein.transcript,
        "protein": protein.name,
        "start": start,
        "peptide": protein.mutant[start : start + length],
        "allele": "HLA-A*02:01",
        "altered": (),
        "percentile": 0.1 * rank,
        "affinity_nM": 50.0,
        "clonal": None,
        "doubtful": False,
        "remarks": "",
    }
    return Epitope(**{**values, **more})  # type: ignore[arg-type]
