"""The one place where the oracle's tests meet the engine: their types on one side, neosieve's on the other."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from neosieve.biology.localise import localise
from neosieve.biology.translation import SequenceTranslator
from neosieve.biology.windows import neo_peptides
from neosieve.io.reference import Reference, open_reference
from neosieve.model.genome import Interval, Transcript
from neosieve.model.protein import ProteinChange, Unresolved
from neosieve.model.variant import AlleleCounts, Call, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from neosieve.model.annotation import TranscriptConsequence
    from tests.oracle.bruteforce import Edit, Model

LENGTHS = (8, 9, 10, 11)
CODON = 3


@dataclass(frozen=True)
class Answer:
    """What the engine makes of a haplotype on one transcript."""

    peptides: frozenset[str]
    """Peptides that are new to the transcript's own normal protein."""
    proteins: frozenset[str]
    """Mutant proteins."""
    normals: frozenset[str]
    """The normal proteins that they were compared with."""
    reasons: frozenset[str]
    """Why there is no protein."""
    labels: frozenset[str] = frozenset()
    """Consequence terms and HGVS p., for messages."""


NOTHING = Answer(frozenset(), frozenset(), frozenset(), frozenset())


def transcript_of(model: Model) -> Transcript:
    """Write a gene model in neosieve's terms."""
    return Transcript(
        name=model.name,
        gene=model.gene,
        gene_id=model.gene,
        contig=model.contig,
        strand=1 if model.strand == "+" else -1,
        exons=tuple(Interval(start, end) for start, end in model.exons),
        cds=Interval(*model.coding),
        missing=-model.frame % CODON if model.start_unknown else 0,
        flags=model.tags,
        biotype="protein_coding",
        selenocysteines=model.selenocysteines,
    )


def call_of(edit: Edit, line: int) -> Call:
    """Write a variant in neosieve's terms."""
    return Call(
        variant=Variant(edit.contig, edit.position - 1, edit.ref, edit.alt),
        line=line,
        filters=(),
        tumor=AlleleCounts(),
        homozygous=edit.homozygous,
        germline=edit.germline,
    )


class Engine:
    """The engine on one genome."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.translator = SequenceTranslator(reference)

    @classmethod
    def on(cls, models: Iterable[Model], sequences: Mapping[str, str]) -> Engine:
        """Make one from gene models and chromosomes in memory."""
        return cls(Reference.from_models(map(transcript_of, models), sequences))

    @classmethod
    def built(cls, gtf: Path, fasta: Path, folder: Path) -> Engine:
        """Make one from files, as a user does."""
        path = folder / "reference"
        build_cli = Path(sys.executable).with_name("neosieve")
        subprocess.run(
            [build_cli, "reference", "build", "--gtf", gtf, "--fasta", fasta, "-o", path],
            check=True,
            capture_output=True,
        )
        return cls(open_reference(path))

    def answers(self, haplotype: Iterable[Edit]) -> dict[str, Answer]:
        """Ask for every transcript that a haplotype touches; the others are not in the answer."""
        pairs: dict[str, list[tuple[Call, TranscriptConsequence]]] = {}
        calls = [call_of(edit, line) for line, edit in enumerate(haplotype, 1)]
        for call in localise(calls, self.reference, self.translator).records:
            if isinstance(call, Call):  # else it isn't on the reference
                for consequence in call.consequences:
                    pairs.setdefault(consequence.transcript, []).append((call, consequence))
        return {name: self.answer(tuple(some)) for name, some in pairs.items()}

    def answer(self, pairs: tuple[tuple[Call, TranscriptConsequence], ...]) -> Answer:
        """Ask for one transcript."""
        peptides, proteins, normals, reasons, labels = set(), set(), set(), set(), set()
        for change in self.translator.changes(pairs):
            match change:
                case ProteinChange():
                    proteins.add(change.mutant)
                    normals.add(change.normal)
                    labels.add(f"{change.consequence} {change.label}")
                    peptides |= {peptide.sequence for peptide in neo_peptides(change, LENGTHS)}
                case Unresolved():
                    reasons.add(str(change.reason))
                    labels.add(change.detail)
                case _:
                    assert_never(change)
        return Answer(*map(frozenset, (peptides, proteins, normals, reasons, labels)))
