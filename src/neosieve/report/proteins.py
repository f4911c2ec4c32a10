"""``proteins.tsv``: the mutant proteins that the candidates lie in, each once, beside their normal ones."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from neosieve.report.column import Column, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.model.candidate import Ranked
    from neosieve.model.genome import Interval
    from neosieve.model.protein import ProteinChange, ResidueEdit

DIGITS = 12  # of the name's checksum: 2^48, so that two proteins of one transcript never share it by chance


def protein_name(change: ProteinChange) -> str:
    """Name a mutant protein by its transcript and a checksum of what sets it apart; the same in every run."""
    return _named(change.transcript.transcript, change.mutant, change.normal, change.edits)


@lru_cache(maxsize=1 << 16)
def _named(transcript: str, mutant: str, normal: str, edits: tuple[ResidueEdit, ...]) -> str:
    text = "\n".join((mutant, normal, *map(_edit, edits)))
    return f"{transcript}/{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def distinct_proteins(ranked: Iterable[Ranked]) -> tuple[ProteinChange, ...]:
    """Gather the proteins of the candidates, in the order of the best of each."""
    found: dict[str, ProteinChange] = {}
    for row in ranked:
        found.setdefault(protein_name(row.candidate.change), row.candidate.change)
    return tuple(found.values())


def _span(interval: Interval) -> str:
    # 0-based half-open inside → 1-based, both ends included; a point as between two residues
    return f"{interval.start + 1}-{interval.end}" if len(interval) else f"{interval.start}^{interval.start + 1}"


def _edit(edit: ResidueEdit) -> str:
    calls = "+".join(str(call.variant) for call in edit.calls)
    return f"{_span(edit.normal)}{'=' if edit.aligned else '>'}{_span(edit.mutant)} {calls}".rstrip()


def _somatic(change: ProteinChange) -> str | None:
    return joined(dict.fromkeys(str(call.variant) for edit in change.edits for call in edit.calls), "+")


def _spans(change: ProteinChange, *, germline: bool) -> str | None:
    told = sorted(change.inherited if germline else change.unphased, key=lambda one: (one[0], one[1].variant))
    return joined([f"{_span(span)} {call.variant}" for span, call in told], "; ")


PROTEIN_COLUMNS: tuple[Column[ProteinChange], ...] = (
    Column("protein", str, None, "Name of the protein, as in candidates.tsv: transcript/checksum.", protein_name),
    Column("gene", str, None, "Gene symbol.", lambda p: p.transcript.gene),
    Column("gene_id", str, None, "Gene identifier.", lambda p: p.transcript.gene_id),
    Column("transcript", str, None, "Transcript that is translated.", lambda p: p.transcript.transcript),
    Column("protein_change", str, "HGVS p.", "The whole change.", lambda p: p.label),
    Column("variants", str, "chrom:pos:ref>alt", "Somatic variants that make it, joined by +.", _somatic),
    Column(
        "edits",
        str,
        "1-based",
        "Normal residues and the mutant ones in their place, with the variants; = where they stand for each other one "
        "to one, > elsewhere; 4^5 is the point between residues 4 and 5.",
        lambda p: joined(map(_edit, p.edits), "; "),
    ),
    Column(
        "germline",
        str,
        "1-based",
        "Residues of the mutant protein that germline variants on the same copy reach, with those variants.",
        lambda p: _spans(p, germline=True),
    ),
    Column(
        "unphased",
        str,
        "1-based",
        "Residues of the mutant protein that variants of unknown phase would change in cis, with those variants; "
        "looked for around the edits, as far as a construct reaches.",
        lambda p: _spans(p, germline=False),
    ),
    Column(
        "incomplete",
        str,
        None,
        "Ends at which the transcript's coding sequence is incomplete: cds_start_NF, cds_end_NF; NA if complete.",
        lambda p: joined(sorted(p.transcript.flags), ","),
    ),
    Column(
        "mutant_protein", str, "amino acids", "The mutant protein, without stop; X where unknown.", lambda p: p.mutant
    ),
    Column("normal_protein", str, "amino acids", "The normal protein, germline variants included.", lambda p: p.normal),
)
"""``proteins.tsv``: one row per mutant protein that candidates lie in."""
