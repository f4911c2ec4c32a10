"""Score pairs with networks that aren't packaged yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import encode
from neosieve.binding.motifs import ends

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from neosieve.binding.motifs import Motifs
    from neosieve.binding.network import Network

BLOCK = 4096


def pair_logits(
    networks: Sequence[Network], groove: Mapping[str, str], peptides: Sequence[str], alleles: Sequence[str]
) -> NDArray[np.float64]:
    """Logits of pairs, shape (networks, pairs, 2): affinity, ligand."""
    names = sorted(set(alleles))
    row = {name: index for index, name in enumerate(names)}
    allele_rows = np.asarray([row[name] for name in alleles])
    lengths = np.asarray([len(peptide) for peptide in peptides])
    result = np.empty((len(networks), len(peptides), 2))
    for index, network in enumerate(networks):
        parts = network.allele_part(encode([groove[name] for name in names]))
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            for start in range(0, len(chosen), BLOCK):
                block = chosen[start : start + BLOCK]
                first = network.peptide_part(encode([peptides[pair] for pair in block.tolist()]))
                result[index, block] = network.logits(first + parts[allele_rows[block]])
    return result


def joined_logits(
    networks: Sequence[Network],
    motifs: Motifs,
    groove: Mapping[str, str],
    peptides: Sequence[str],
    alleles: Sequence[str],
) -> NDArray[np.float64]:
    """Ligand logits of networks and motifs together, shape (pairs,)."""
    logits: NDArray[np.float64] = pair_logits(networks, groove, peptides, alleles)[:, :, 1].mean(axis=0)
    order = np.asarray(sorted(range(len(peptides)), key=lambda pair: len(peptides[pair])), dtype=np.intp)
    codes, lengths = ends([peptides[pair] for pair in order.tolist()])
    grooves = np.asarray([groove[allele] for allele in alleles])[order]
    joined = np.empty_like(logits)
    for residues in np.unique(grooves):
        chosen = np.flatnonzero(grooves == residues)
        joined[order[chosen]] = motifs.join(logits[order[chosen]], str(residues), codes[chosen], lengths[chosen])
    return joined
