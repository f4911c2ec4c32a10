"""Which transcripts may give mutant proteins. Generous in self, strict in neo: all of them give normal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.biology.terms import (
    CODING_BIOTYPES,
    IMMUNE_RECEPTOR,
    NEAR_SPLICE_SITE,
    NMD_BIOTYPES,
    PROTEIN_ALTERING,
    SILENT,
    severity,
)
from neosieve.model.ledger import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.model.annotation import TranscriptConsequence

NON_CODING = frozenset({"non_coding_transcript_variant", "non_coding_transcript_exon_variant"})
INCOMPLETE = frozenset({"cds_start_NF", "cds_end_NF"})


def alters_protein(consequence: TranscriptConsequence) -> bool:
    """Whether the annotated terms say that the protein may differ."""
    terms = frozenset(consequence.terms)
    return bool(terms & PROTEIN_ALTERING) and not terms & NON_CODING


def touches_coding(consequence: TranscriptConsequence) -> bool:
    """Whether a call can matter to a neighbour in cis, even if it is silent by itself."""
    return alters_protein(consequence) or bool(SILENT.intersection(consequence.terms))


def relevant(consequences: Iterable[TranscriptConsequence]) -> tuple[TranscriptConsequence, ...]:
    """Keep what can matter: consequences in or near coding sequence; where there is none, the most severe one."""
    told = tuple(consequences)
    kept = tuple(one for one in told if touches_coding(one) or NEAR_SPLICE_SITE.intersection(one.terms))
    worst = most_severe(told)
    return kept or (() if worst is None else (worst,))


def refusal(consequence: TranscriptConsequence, *, admit_incomplete: bool) -> tuple[Outcome, str] | None:
    """Say why a transcript gives no mutant protein; None if it may."""
    biotype = consequence.biotype
    if IMMUNE_RECEPTOR.match(biotype):
        return Outcome.IMMUNE_RECEPTOR_SEGMENT, f"{biotype}: its protein exists only after V(D)J recombination"
    if biotype in NMD_BIOTYPES:
        return Outcome.NMD_TRANSCRIPT, f"{biotype}: adds to the normal proteins only"
    if biotype not in CODING_BIOTYPES:
        return Outcome.UNSUPPORTED_BIOTYPE, f"{biotype}: adds to the normal proteins only"
    if consequence.problem:
        return Outcome.UNTRANSLATABLE_TRANSCRIPT, f"{consequence.problem}: adds to the normal proteins only"
    if not consequence.normal_protein:
        return Outcome.NO_WILDTYPE_PROTEIN, "the annotation has no WildtypeProtein for this transcript"
    lacking = sorted(INCOMPLETE & consequence.flags)
    if lacking and not admit_incomplete:
        return Outcome.INCOMPLETE_TRANSCRIPT, f"{', '.join(lacking)}; --incomplete-transcripts admits it"
    return None


def most_severe(consequences: Iterable[TranscriptConsequence]) -> TranscriptConsequence | None:
    """Return the consequence with the most severe term; None if there is none."""
    return min(
        consequences,
        key=lambda one: (min(map(severity, one.terms), default=severity("")), one.gene, one.transcript),
        default=None,
    )


def preference(consequence: TranscriptConsequence) -> tuple[bool, bool, int, str]:
    """Sort key for the representative of several transcripts: MANE, canonical, best supported, first by name."""
    level = consequence.support_level
    return not consequence.mane_select, not consequence.canonical, 9 if level is None else level, consequence.transcript
