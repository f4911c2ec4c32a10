"""Codons for a protein: the ones that human genes use most, within what synthesis and cloning allow.

A beam search from the first codon to the last: of the sequences so far, the best few go on. Restriction sites, of
either strand, and long runs of one base are never made. Windows whose GC share is out of range, and stretches that
occur twice (in either reading direction), are made only where nothing better is left, and told.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from Bio.Data.CodonTable import unambiguous_dna_by_id
from Bio.Data.IUPACData import ambiguous_dna_complement, ambiguous_dna_values

from neosieve.biology.codons import CODON, STANDARD_TABLE, STOP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Codon Usage Database (Nakamura 2000, Nucleic Acids Res 28:292; Kazusa DNA Research Institute), Homo sapiens [gbpri]:
# 93,487 coding sequences, 40,662,582 codons, from GenBank release 160.
_KAZUSA = """
TTT 714298  TCT 618711  TAT 495699  TGT 430311
TTC 824692  TCC 718892  TAC 622407  TGC 513028
TTA 311881  TCA 496448  TAA 40285  TGA 63237
TTG 525688  TCG 179419  TAG 32109  TGG 535595
CTT 536515  CCT 713233  CAT 441711  CGT 184609
CTC 796638  CCC 804620  CAC 613713  CGC 423516
CTA 290751  CCA 688038  CAA 501911  CGA 250760
CTG 1611801  CCG 281570  CAG 1391973  CGG 464485
ATT 650473  ACT 533609  AAT 689701  AGT 493429
ATC 846466  ACC 768147  AAC 776603  AGC 791383
ATA 304565  ACA 614523  AAA 993621  AGA 494682
ATG 896005  ACG 246105  AAG 1295568  AGG 486463
GTT 448607  GCT 750096  GAT 885429  GGT 437126
GTC 588138  GCC 1127679  GAC 1020595  GGC 903565
GTA 287712  GCA 643471  GAA 1177632  GGA 669873
GTG 1143534  GCG 299495  GAG 1609975  GGG 669768
"""
HUMAN_CODONS: Mapping[str, int] = {
    codon: int(count) for codon, count in (pair.split() for pair in re.split(r"\s{2,}|\n", _KAZUSA.strip()))
}
"""Codon → how often human genes use it."""

LONGEST_RUN = 6  # equal bases: longer runs make polymerases slip, and gene synthesis firms refuse or warn
GC_WINDOW = 50  # bases
LOWEST_GC, HIGHEST_GC = 0.30, 0.70
"""Share of G and C in any window: what gene synthesis firms commonly ask for."""
SHORTEST_REPEAT = 15  # bases that occur twice let synthesis and cloning join the wrong ends
AVOIDED = ("BsaI", "Esp3I", "BbsI", "SapI", "EcoRI", "HindIII", "XhoI", "NotI")
"""Enzymes whose sites are avoided by default: those that commonly open a template at its end, or put a gene in one."""
BEAM = 64  # sequences that go on
SUFFIX = 12  # bases by which sequences so far are told apart: what comes later depends on little more
PENALTY = 5.0  # of a repeat, or a window out of range: more than the rarest codon costs, ln 0.07 = -2.7
STEEPNESS = 20.0  # of the slope that leads away from the limits before a window is out of range: 1 for 0.05 beyond …
MARGIN = 0.05  # … this much inside them


@dataclass(frozen=True, slots=True)
class Site:
    """A restriction site."""

    enzyme: str
    site: str
    """Recognised bases, IUPAC letters included."""

    @property
    def pattern(self) -> str:
        """Regular expression of either strand."""
        strands = dict.fromkeys((self.site, "".join(ambiguous_dna_complement[base] for base in reversed(self.site))))
        return "|".join("".join(f"[{ambiguous_dna_values[base]}]" for base in strand) for strand in strands)


@dataclass(frozen=True, slots=True)
class Coding:
    """A coding sequence."""

    dna: str
    """From the start codon to the stop codon, both included."""
    adaptation: float
    """Codon adaptation index to human genes (Sharp & Li 1987, Nucleic Acids Res 15:1281), 0–1; over residues that have
    a choice."""
    gc: float
    """Share of G and C."""
    remarks: tuple[str, ...]
    """Windows out of range and repeats that couldn't be helped, in words."""

    @property
    def rna(self) -> str:
        """The same as RNA."""
        return self.dna.replace("T", "U")


class _Path(NamedTuple):
    """A sequence so far."""

    score: float
    dna: str


def sites_of(enzymes: Iterable[str]) -> tuple[Site, ...]:
    """Look up restriction sites by the enzymes' names, in REBASE as Biopython holds it.

    Raises
    ------
    ValueError
        There is no such enzyme, or it recognises no one site.
    """
    from Bio.Restriction import Restriction_Dictionary  # noqa: PLC0415 - a tenth of a second that only cassettes need

    found = []
    for name in enzymes:
        known = Restriction_Dictionary.rest_dict.get(name)
        if known is None:
            raise ValueError(f"{name!r} is no restriction enzyme of REBASE; names are spelled as in BsaI, EcoRI")
        site = str(known.get("site") or "")
        if not site or not set(site) <= set(ambiguous_dna_values):
            raise ValueError(f"{name} has no one recognition site to avoid; leave it out")
        found.append(Site(name, site))
    return tuple(found)


def code(protein: str, sites: Sequence[Site] = ()) -> Coding:
    """Choose codons for a protein, a stop codon at its end.

    Parameters
    ----------
    protein
        The twenty standard amino acids.
    sites
        Restriction sites that the sequence may not hold.

    Raises
    ------
    ValueError
        The protein is empty or holds another letter, or no choice of codons avoids a site.
    """
    if not protein or not _CHOICES.keys() >= set(protein) - {STOP} or STOP in protein:
        raise ValueError(f"{protein[:40]!r} isn't a protein of the twenty standard amino acids")
    forbidden = re.compile("|".join([rf"([ACGT])\1{{{LONGEST_RUN}}}", *(site.pattern for site in sites)]))
    reach = max([LONGEST_RUN, *(len(site.site) - 1 for site in sites)])
    paths = [_Path(0.0, "")]
    for place, residue in enumerate(protein + STOP):
        best: dict[str, _Path] = {}
        for path in paths:
            tail = path.dna[-reach:]
            for codon, weight in _CHOICES[residue]:
                if forbidden.search(tail + codon):
                    continue
                dna = path.dna + codon
                new = _Path(path.score + weight - _faults(dna), dna)
                known = best.get(dna[-SUFFIX:])
                if known is None or (new.score, known.dna) > (known.score, new.dna):
                    best[dna[-SUFFIX:]] = new
        if not best:
            around = protein[max(0, place - 3) : place + 1]
            names = ", ".join(site.enzyme for site in sites)
            raise ValueError(f"no choice of codons for {around} at residue {place + 1} avoids every site of {names}")
        paths = sorted(best.values(), key=lambda path: (-path.score, path.dna))[:BEAM]
    dna = paths[0].dna
    return Coding(dna, adaptation_index(dna), _gc(dna), tuple(_remarks(dna)))


def adaptation_index(dna: str) -> float:
    """Return the geometric mean of the codons' use relative to the commonest for the same residue."""
    weights = [_WEIGHTS[dna[place : place + CODON]] for place in range(0, len(dna) - CODON, CODON)]
    free = [weight for weight, choices in weights if choices > 1]
    return math.exp(sum(free) / len(free)) if free else 1.0


def _gc(dna: str) -> float:
    return (dna.count("G") + dna.count("C")) / len(dna)


def _faults(dna: str) -> float:
    """Weigh what the last codon brings: windows out of range or near it, and repeats."""
    faults = 0.0
    for end in range(len(dna) - CODON + 1, len(dna) + 1):
        if end >= GC_WINDOW and not LOWEST_GC <= _gc(dna[end - GC_WINDOW : end]) <= HIGHEST_GC:
            faults += PENALTY
        if end > SHORTEST_REPEAT and _repeats(dna, end):
            faults += PENALTY
    if len(dna) >= GC_WINDOW // 2:  # of the first bases as well, whose windows are not yet full
        gc = _gc(dna[-GC_WINDOW:])
        faults += STEEPNESS * max(0.0, LOWEST_GC + MARGIN - gc, gc - HIGHEST_GC + MARGIN)
    return faults


def _repeats(dna: str, end: int) -> bool:
    stretch = dna[end - SHORTEST_REPEAT : end]
    return dna.find(stretch, 0, end - 1) >= 0 or dna.find(stretch.translate(_PAIRED)[::-1], 0, end) >= 0


def _remarks(dna: str) -> Iterator[str]:
    out = [
        place
        for place in range(len(dna) - GC_WINDOW + 1)
        if not LOWEST_GC <= _gc(dna[place : place + GC_WINDOW]) <= HIGHEST_GC
    ]
    if out:
        yield (
            f"{len(out)} windows of {GC_WINDOW} bases have a GC share outside {LOWEST_GC:.0%}–{HIGHEST_GC:.0%}, the "
            f"first from base {out[0] + 1}"
        )
    twice = [end for end in range(SHORTEST_REPEAT + 1, len(dna) + 1) if _repeats(dna, end)]
    if twice:
        yield (
            f"{len(twice)} stretches of {SHORTEST_REPEAT} bases occur again, the first at base "
            f"{twice[0] - SHORTEST_REPEAT + 1}"
        )


def _choices() -> tuple[dict[str, tuple[tuple[str, float], ...]], dict[str, tuple[float, int]]]:
    """Return each residue's codons with the logarithm of their relative use; and of each codon that, and its rivals."""
    table = unambiguous_dna_by_id[STANDARD_TABLE]
    of_residue: defaultdict[str, list[str]] = defaultdict(list)
    for codon in HUMAN_CODONS:
        of_residue[table.forward_table.get(codon, STOP)].append(codon)
    choices, weights = {}, {}
    for residue, codons in of_residue.items():
        most = max(HUMAN_CODONS[codon] for codon in codons)
        logs = {codon: math.log(HUMAN_CODONS[codon] / most) for codon in codons}
        choices[residue] = tuple(sorted(logs.items(), key=lambda pair: (-pair[1], pair[0])))
        weights.update({codon: (weight, len(codons)) for codon, weight in logs.items()})
    return choices, weights


_CHOICES, _WEIGHTS = _choices()
_PAIRED = str.maketrans("ACGT", "TGCA")
