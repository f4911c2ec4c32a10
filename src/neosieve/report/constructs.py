"""The files of a vaccine construct."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from neosieve import __version__
from neosieve.report.atomic import staged, write_chunks
from neosieve.report.constructcolumns import (
    JUNCTION_COLUMNS,
    LEFT_OUT_COLUMNS,
    SEGMENT_COLUMNS,
    SHEET_COLUMNS,
    STRATEGY_COLUMNS,
    SeamLine,
    lines_of,
    percent,
)
from neosieve.report.tables import table_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from neosieve.model.construct import Cassette, Design, Vaccine
    from neosieve.report.constructcolumns import OrderLine

WIDTH = 60  # letters in a line of FASTA


def write_vaccine(vaccine: Vaccine, folder: Path) -> tuple[str, ...]:
    """Write a construct's files, all of them or none; the JSON record comes last.

    Returns
    -------
    tuple of str
        Their names.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    kind = vaccine.format
    files: dict[str, tuple[Iterable[str], int | None]] = {}
    cassette = vaccine.cassette
    lines = lines_of(vaccine.names, vaccine.items, vaccine.marks, None if cassette is None else cassette.places)
    columns = SHEET_COLUMNS if cassette is None else SEGMENT_COLUMNS
    files[f"{kind}.tsv"] = table_chunks(columns, lines), len(lines)
    files[f"{kind}_left_out.tsv"] = table_chunks(LEFT_OUT_COLUMNS, vaccine.left_out), len(vaccine.left_out)
    if cassette is None:
        files[f"{kind}.fasta"] = _order_fasta(lines), None
    else:
        seams = [
            SeamLine(name, number, junction)
            for name, way in (("before", cassette.before), ("after", cassette.after))
            for number, junction in enumerate(way.junctions, start=1)
        ]
        title = f"cassette of {len(lines)} segments"
        files["mrna_segments.fasta"] = _order_fasta(lines), None
        files["mrna_junctions.tsv"] = table_chunks(JUNCTION_COLUMNS, seams), len(seams)
        files["mrna_designs.tsv"] = table_chunks(STRATEGY_COLUMNS, cassette.strategies), len(cassette.strategies)
        files["mrna_protein.fasta"] = _fasta("cassette_protein", title, cassette.after.protein), None
        files["mrna_dna.fasta"] = _fasta("cassette_dna", f"{title}, coding sequence", cassette.dna), None
        files["mrna_rna.fasta"] = _fasta("cassette_rna", f"{title}, coding sequence, unmodified", cassette.rna), None
    with staged(folder, last=f"{kind}.json") as stage:
        outputs = [
            {"name": name, "sha256": write_chunks(stage / name, chunks), "rows": rows}
            for name, (chunks, rows) in files.items()
        ]
        document = {**_record(vaccine), "outputs": outputs}
        write_chunks(stage / f"{kind}.json", [json.dumps(document, indent=2, ensure_ascii=False), "\n"])
    return (*files, f"{kind}.json")


def _fasta(name: str, title: str, sequence: str) -> Iterator[str]:
    yield f">{name} {title}\n"
    for start in range(0, len(sequence), WIDTH):
        yield f"{sequence[start : start + WIDTH]}\n"


def _order_fasta(lines: Sequence[OrderLine]) -> Iterator[str]:
    for line in lines:
        best = line.item.best
        title = f"{best.gene} {best.change} {best.variant} {best.peptide}/{best.allele}/{percent(best.percentile)}"
        yield from _fasta(line.name, title, line.item.sequence)


def _record(vaccine: Vaccine) -> dict[str, Any]:
    portfolio = vaccine.portfolio
    return {
        "software": {"name": "neosieve", "version": __version__},
        "format": vaccine.format,
        "run": dict(vaccine.run),
        "settings": dict(vaccine.settings),
        "rule": vaccine.rule,
        "portfolio": {
            "chosen": len(vaccine.items),
            "value": round(portfolio.value, 6),
            "bound": round(portfolio.bound, 6),
            "proved_best": portfolio.exact,
            "method": "branch and bound over allele, clone and gene coverage and scores",
        },
        "review": {mark: sum(one.mark == mark for one in vaccine.marks) for mark in ("accept", "reject", "review")},
        "warnings": list(vaccine.warnings),
        "cassette": None if vaccine.cassette is None else _cassette(vaccine.cassette, vaccine.names),
    }


def _cassette(cassette: Cassette, names: Sequence[str]) -> dict[str, Any]:
    return {
        "order": list(names),
        "linkers": [junction.linker for junction in cassette.after.junctions],
        "signal": cassette.begin if len(cassette.begin) > 1 else None,
        "mitd": cassette.end or None,
        "residues": len(cassette.after.protein),
        "optimiser": cassette.optimiser,
        "proved_best": cassette.exact,
        "before": _seams(cassette.before),
        "after": _seams(cassette.after),
        "codon_adaptation_index": round(cassette.adaptation, 4),
        "gc": round(cassette.gc, 4),
        "codon_remarks": list(cassette.codon_remarks),
    }


def _seams(way: Design) -> dict[str, Any]:
    return {
        "presented_at_0.5_percent": way.presented,
        "flagged_at_2_percent": way.flagged,
        "self_peptides": way.self_peptides,
        "linker_residues": way.linker_residues,
    }
