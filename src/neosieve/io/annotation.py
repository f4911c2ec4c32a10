"""VEP's CSQ field: its header line, its entries, and which entry speaks of which ALT."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from neosieve.biology.policy import relevant
from neosieve.biology.terms import NEAR_SPLICE_SITE, PROTEIN_ALTERING, SILENT, severity
from neosieve.errors import InputError
from neosieve.model.annotation import ResidueChange, TranscriptConsequence
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from pathlib import Path

Entry = Mapping[str, str]
"""One CSQ entry: field name → raw text."""

FORMAT = re.compile(r"Format: *([^\"' ]+)")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
REQUIRED = ("Allele", "Consequence", "Feature", "Protein_position", "Amino_acids")
HOW_TO_ANNOTATE = (
    "annotate it with Ensembl VEP: "
    "vep --vcf --symbol --terms SO --hgvs --biotype --canonical --mane_select --tsl "
    "--plugin Wildtype --plugin Frameshift"
)
OR_REFERENCE = "or give --reference, which needs no annotation (neosieve reference build makes one)"


MATTERING = PROTEIN_ALTERING | SILENT | NEAR_SPLICE_SITE
"""Terms of which an entry must have one to be kept beside the most severe."""
TELLING = ("Allele", "ALLELE_NUM", "Feature_type", "Feature", "Consequence", "SYMBOL", "Gene")
"""Fields that say whose entry it is, and how severe."""
WHOLE = ""


@dataclass(frozen=True)
class CsqReader:
    """Reads CSQ entries laid out as the VCF's header says."""

    fields: tuple[str, ...]

    @classmethod
    def from_header(cls, info: Mapping[str, str], path: Path) -> CsqReader:
        """Make a reader from the header's INFO descriptions.

        Raises
        ------
        InputError
            The VCF is not annotated by VEP, or lacks the Wildtype plugin's protein.
        """
        if "CSQ" not in info:
            also = "; its SnpEff annotation (ANN) holds no protein sequences" if "ANN" in info else ""
            raise InputError(
                f"{path} has no VEP annotation (no CSQ in its header){also}; {HOW_TO_ANNOTATE}, {OR_REFERENCE}"
            )
        match = FORMAT.search(info["CSQ"])
        if match is None:
            raise InputError(f"{path}: the header's CSQ line states no 'Format: …'; {HOW_TO_ANNOTATE}")
        fields = tuple(match[1].split("|"))
        if "WildtypeProtein" not in fields:
            raise InputError(
                f"{path}: the VEP annotation lacks the WildtypeProtein field, without which no peptide can be made; "
                f"{HOW_TO_ANNOTATE}"
            )
        lacking = [field for field in REQUIRED if field not in fields]
        if lacking:
            raise InputError(f"{path}: the VEP annotation lacks {', '.join(lacking)}; {HOW_TO_ANNOTATE}")
        return cls(fields)

    @classmethod
    def if_any(cls, info: Mapping[str, str]) -> CsqReader | None:
        """Make a reader for an annotation to compare with; None where there is none that names transcripts."""
        match = FORMAT.search(info.get("CSQ", ""))
        fields = tuple(match[1].split("|")) if match else ()
        return cls(fields) if {"Allele", "Consequence", "Feature"}.issubset(fields) else None

    def add_normal_proteins(self, value: str, proteins: dict[str, str]) -> None:
        """Add transcript → normal protein of a record's CSQ value, whatever its consequences; the first one stays."""
        if self._protein < 0:
            return
        feature, protein = self._feature, self._protein
        for text in value.split(","):
            head = text.split("|", feature + 1)
            if len(head) <= feature or head[feature] in proteins:  # most transcripts come again and again
                continue
            cells = text.split("|")
            if len(cells) > protein and cells[protein]:
                proteins[cells[feature]] = _normal_protein(cells[protein])

    def relevant(
        self, value: str, ref: str, alts: Sequence[str]
    ) -> list[tuple[tuple[TranscriptConsequence, ...], bool]]:
        """Read a record's CSQ value.

        Parameters
        ----------
        value
            As written.
        ref, alts
            The record's alleles.

        Returns
        -------
        list
            For each ALT, the consequences that can matter (:func:`neosieve.biology.policy.relevant`), and whether any
            entry is surely the ALT's.
        """
        heads = self._heads(value) if self._plain else None
        if heads is None or any(_matters(one.get("Consequence", "")) for one in heads):
            return [
                (relevant(consequence(entry) for entry in own if on_transcript(entry)), bool(own))
                for own in allot(self.entries(value), ref, alts)
            ]
        return [(self._most_severe(own), bool(own)) for own in allot(heads, ref, alts)]

    def _heads(self, value: str) -> list[Entry]:
        """Read of each entry what says whose it is and how severe; the entry itself comes with it."""
        heads: list[Entry] = []
        for text in value.split(","):
            if "|" in text:
                cells = text.split("|", self._enough)
                head = {field: cells[at] for field, at in self._telling if at < len(cells)}
                heads.append(head | {WHOLE: text})
        return heads

    def _most_severe(self, heads: Sequence[Entry]) -> tuple[TranscriptConsequence, ...]:
        """Read the most severe entry of one ALT alone, since no other is kept where none can matter."""
        worst = min(filter(on_transcript, heads), key=_severity_of, default=None)
        if worst is None:
            return ()
        return (consequence(dict(zip(self.fields, worst[WHOLE].split("|"), strict=False))),)

    @cached_property
    def _plain(self) -> bool:
        """Whether each field is named once, and none as we name an entry's text."""
        return len(set(self.fields)) == len(self.fields) and WHOLE not in self.fields

    @cached_property
    def _telling(self) -> tuple[tuple[str, int], ...]:
        return tuple((field, self.fields.index(field)) for field in TELLING if field in self.fields)

    @cached_property
    def _enough(self) -> int:
        """How often an entry is split until its telling fields stand alone."""
        return max((at for _, at in self._telling), default=0) + 1

    @cached_property
    def _feature(self) -> int:
        return self.fields.index("Feature")

    @cached_property
    def _protein(self) -> int:
        return self.fields.index("WildtypeProtein") if "WildtypeProtein" in self.fields else -1

    def entries(self, value: str) -> list[Entry]:
        """Split a record's CSQ value into its entries; a lone ``-`` or ``.`` is none."""
        return [dict(zip(self.fields, text.split("|"), strict=False)) for text in value.split(",") if "|" in text]


def allot(entries: Sequence[Entry], ref: str, alts: Sequence[str]) -> list[list[Entry]]:
    """Give each ALT of a record its entries.

    VEP names an ALT by its number (ALLELE_NUM) where asked to, else by its letters: whole; without the base that all
    alleles of the record share at their start, an empty rest written ``-``; or the word ``deletion``.

    Returns
    -------
    list
        For each ALT, in order, its entries; an entry that fits no ALT, or several, is given to none.
    """
    names: list[list[set[str]]] = [[], [], []]
    shared = all(alt[:1] == ref[:1] for alt in alts if alt[:1].isalpha())
    for alt in alts:
        names[0].append({alt[1:] or "-"} if shared and any(len(a) != len(ref) for a in alts) else {alt})
        names[1].append({alt, alt[1:] or "-"} if len(alt) != len(ref) and alt[:1] == ref[:1] else {alt})
        names[2].append(
            {_minimal(ref, alt) or "-"} | ({"deletion"} if len(alt) < len(ref) or alt == "<DEL>" else set())
        )
    allotted: list[list[Entry]] = [[] for _ in alts]
    for entry in entries:
        number = entry.get("ALLELE_NUM", "")
        if number.isdecimal() and 1 <= int(number) <= len(alts):
            allotted[int(number) - 1].append(entry)
            continue
        for way in names:
            fitting = [index for index, known in enumerate(way) if entry.get("Allele") in known]
            if fitting:
                if len(fitting) == 1:
                    allotted[fitting[0]].append(entry)
                break
    return allotted


def _minimal(ref: str, alt: str) -> str:
    """Return the ALT without the start and then the end that it shares with REF (VEP --minimal)."""
    while ref and alt and ref[0] == alt[0]:
        ref, alt = ref[1:], alt[1:]
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return alt


def on_transcript(entry: Entry) -> bool:
    """Whether an entry speaks of a transcript, not of a regulatory feature or a motif."""
    return entry.get("Feature_type", "Transcript") in {"Transcript", ""}


def _severity_of(entry: Entry) -> tuple[int, str, str]:
    """Sort entries as :func:`neosieve.biology.policy.most_severe` does their consequences."""
    gene = entry.get("SYMBOL", "") or entry.get("Gene", "")
    return _severest(entry.get("Consequence", "")), gene, entry.get("Feature", "")


@lru_cache(4096)
def _matters(terms: str) -> bool:
    return not MATTERING.isdisjoint(terms.split("&"))


@lru_cache(4096)
def _severest(terms: str) -> int:
    return min((severity(term) for term in terms.split("&") if term), default=severity(""))


def consequence(entry: Entry) -> TranscriptConsequence:
    """Read one entry."""
    get = entry.get
    return TranscriptConsequence(
        transcript=get("Feature", ""),
        gene=get("SYMBOL", "") or get("Gene", ""),
        gene_id=get("Gene", ""),
        terms=tuple(term for term in get("Consequence", "").split("&") if term),
        biotype=get("BIOTYPE", ""),
        flags=frozenset(flag for flag in get("FLAGS", "").split("&") if flag),
        change=_residue_change(entry),
        cds_position=_span(get("CDS_position", "")),
        hgvs_c=unquote(get("HGVSc", "")),
        hgvs_p=unquote(get("HGVSp", "")),
        normal_protein=_normal_protein(get("WildtypeProtein", "")),
        frameshift_protein=_residues(get("FrameshiftSequence", "").partition("*")[0]),
        canonical=get("CANONICAL", "") == "YES",
        mane_select=bool(get("MANE_SELECT", "")),
        support_level=_level(get("TSL", "")),
        exon=_exon(get("EXON", "")),
    )


def _normal_protein(text: str) -> str:
    """Read the Wildtype plugin's protein; one object for all records that repeat it."""
    return sys.intern(_residues(text.removesuffix("*")))


def _residues(protein: str) -> str:
    """Return a protein in upper case; a letter that no protein has, in a damaged record, is unknown."""
    return (protein if protein.isascii() else NOT_ASCII.sub("X", protein)).upper()


def _residue_change(entry: Entry) -> ResidueChange | None:
    residues = entry.get("Amino_acids", "")
    position = _span(entry.get("Protein_position", ""))
    if not residues or position is None:
        return None
    before, slash, after = residues.partition("/")  # no slash: the residues stay
    reference, alternative = before.replace("-", ""), (after if slash else before).replace("-", "")
    if slash and not reference:  # '-/L' at 257-258 inserts between the two residues
        if len(position) not in {1, 2}:
            return None
        between = position.start + 1 if len(position) == 2 else position.start  # noqa: PLR2004
        position = Interval(between, between)
    codons = entry.get("Codons", "")
    old, _, new = codons.replace("-", "").partition("/")
    return ResidueChange(position, reference, alternative, old, new)


def _span(text: str) -> Interval | None:
    """Read VEP's 1-based inclusive ``12``, ``12-14``, either with ``/length``; None for ``?`` or ``-``."""
    first, dash, last = text.partition("/")[0].partition("-")
    if not dash:
        last = first
    if not (first.isdecimal() and last.isdecimal()) or int(first) < 1:
        return None
    low, high = sorted((int(first), int(last)))
    return Interval(low - 1, high)


def _level(text: str) -> int | None:
    digit = text.removeprefix("tsl")[:1]
    return int(digit) if digit.isdecimal() else None


def _exon(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d+)(?:-(\d+))?/(\d+)", text)
    return None if match is None else (int(match[1]), int(match[3]))
