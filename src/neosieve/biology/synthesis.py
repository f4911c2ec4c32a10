"""How hard a peptide is to synthesise, purify and keep.

The rules are those of peptide manufacturers' and solid-phase synthesis' common guidance (Chan & White 2000, *Fmoc Solid
Phase Peptide Synthesis*, Oxford; Bodanszky 1984, *Principles of Peptide Synthesis*), which pVACtools' vaccine ordering
follows as well (Hundal 2020, Cancer Immunol Res 8:409). They warn; none makes a peptide impossible.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

# Kyte & Doolittle 1982, J Mol Biol 157:105, table 2.
HYDROPATHY = {
    "I": 4.5,
    "V": 4.2,
    "L": 3.8,
    "F": 2.8,
    "C": 2.5,
    "M": 1.9,
    "A": 1.8,
    "G": -0.4,
    "T": -0.7,
    "S": -0.8,
    "W": -0.9,
    "Y": -1.3,
    "P": -1.6,
    "H": -3.2,
    "E": -3.5,
    "Q": -3.5,
    "D": -3.5,
    "N": -3.5,
    "K": -3.9,
    "R": -4.5,
}
_TENTHS = {residue: round(10 * value) for residue, value in HYDROPATHY.items()}
WINDOW = 7  # residues: pVACtools' max_7mer_gravy_score
HYDROPHOBIC_GRAVY = 2.0  # seven residues as hydrophobic as alanine (1.8) to cysteine (2.5) on average stick together


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What makes a peptide difficult; immutable."""

    max_gravy: float
    """Greatest mean Kyte–Doolittle hydropathy of seven neighbouring residues (of all, in a shorter peptide), −4.5 to
    4.5: above about 2 a peptide aggregates on the resin and dissolves badly."""
    c_terminal_gravy: float
    """Of the last seven residues: synthesis begins there, so aggregation there costs most."""
    cysteines: int
    """They form disulphides."""
    difficult_n_terminus: str | None
    """``Q`` or ``E`` (cyclise to pyroglutamate), ``C`` (oxidises, cyclises with aldehydes) or ``N`` (its protecting
    group comes off slowly at the end of the chain); None for any other."""
    difficult_c_terminus: str | None
    """``P`` (diketopiperazine formation takes the growing chain off) or ``C`` (racemises); None for any other."""
    acid_labile_bonds: int
    """Asp-Pro bonds, which acid cleaves (Piszkiewicz 1970, Biochem Biophys Res Commun 40:1173); Asn-Pro is stable."""
    deamidation_sites: int
    """Asn-Gly (deamidates: Robinson & Robinson 2001, PNAS 98:944) and Asp-Gly (forms aspartimide: both by way of one
    succinimide)."""
    oxidation_sites: int
    """Methionines and tryptophans."""

    def words(self) -> tuple[str, ...]:
        """Say what is difficult, gravest first; empty for an easy peptide."""
        said = []
        if self.max_gravy > HYDROPHOBIC_GRAVY:
            said.append(f"hydrophobic stretch (7-mer GRAVY {self.max_gravy:.2f} > {HYDROPHOBIC_GRAVY:g})")
        if self.c_terminal_gravy > HYDROPHOBIC_GRAVY:
            said.append(f"hydrophobic C-terminus (7-mer GRAVY {self.c_terminal_gravy:.2f} > {HYDROPHOBIC_GRAVY:g})")
        if self.cysteines:
            said.append(_counted(self.cysteines, "cysteine"))
        if self.difficult_n_terminus is not None:
            said.append(f"N-terminal {self.difficult_n_terminus}")
        if self.difficult_c_terminus is not None:
            said.append(f"C-terminal {self.difficult_c_terminus}")
        if self.acid_labile_bonds:
            said.append(_counted(self.acid_labile_bonds, "acid-labile Asp-Pro bond"))
        if self.deamidation_sites:
            said.append(_counted(self.deamidation_sites, "Asn-Gly or Asp-Gly site"))
        if self.oxidation_sites:
            said.append(f"{self.oxidation_sites} oxidation-prone Met or Trp")
        return tuple(said)


def synthesis(peptide: str) -> Synthesis:
    """Judge a peptide.

    Parameters
    ----------
    peptide
        One residue or more, of the twenty standard amino acids.

    Raises
    ------
    ValueError
        The peptide is empty or holds another letter.
    """
    if not peptide or not HYDROPATHY.keys() >= set(peptide):
        raise ValueError(f"{peptide!r} isn't a peptide of the twenty standard amino acids")
    width = min(WINDOW, len(peptide))
    # In tenths, which are whole numbers, so that a sum doesn't depend on its order.
    sums = [0, *accumulate(map(_TENTHS.__getitem__, peptide))]
    stretches = [last - first for first, last in zip(sums, sums[width:], strict=False)]
    count = peptide.count
    return Synthesis(
        max_gravy=max(stretches) / (10 * width),
        c_terminal_gravy=stretches[-1] / (10 * width),
        cysteines=count("C"),
        difficult_n_terminus=peptide[0] if peptide[0] in "QECN" else None,
        difficult_c_terminus=peptide[-1] if peptide[-1] in "PC" else None,
        acid_labile_bonds=count("DP"),
        deamidation_sites=count("NG") + count("DG"),
        oxidation_sites=count("M") + count("W"),
    )


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
