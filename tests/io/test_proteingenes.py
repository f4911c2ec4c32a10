from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.io.proteingenes import genes_of_proteins
from neosieve.io.reference import open_reference
from tests.io.annotationtext import write
from tests.madeup import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("header", "gene"),
    [
        (
            ">ENSP01.2 pep chromosome:GRCh38:1:1:9:1 gene:ENSG07.3 transcript:ENST1 gene_symbol:KRAS",
            ("ENSG07.3", "KRAS"),
        ),
        (">sp|P01116|RASK_HUMAN GTPase KRas OS=Homo sapiens OX=9606 GN=KRAS PE=1 SV=1", ("", "KRAS")),
        (">ENSP01.2|ENST02.1|ENSG07.3|OTT1|OTT2|KRAS-201|KRAS|189", ("ENSG07.3", "KRAS")),
        (">P01116", None),
    ],
)
def test_a_proteomes_headers_name_the_gene(tmp_path: Path, header: str, gene: tuple[str, str] | None) -> None:
    """Ensembl's, UniProt's and GENCODE's; a bare accession names none, and nothing is guessed."""
    proteome = write(tmp_path / "p.fa", [header, "MTEYKLVVVG"])
    name = f"{header[1:].split(maxsplit=1)[0]} in p.fa"
    assert genes_of_proteins([name], None, proteome, {}) == ({name: (gene,)} if gene else {})


def test_names_of_every_source_are_understood(tmp_path: Path) -> None:
    """The reference's proteins, what germline variants make of them, the annotation's transcripts, and HLA alleles."""
    reference = open_reference(World(tmp_path).reference)
    names = ["ENST2.1 (TWIN)", "ENST3.1 with chr21:9:A>G", "ENST7.1", "HLA-A*02:01", "HLA-F (UniProt P30511)", "other"]
    assert genes_of_proteins(names, reference, None, {"ENST7.1": ("ENSG7", "SEVEN")}) == {
        "ENST2.1 (TWIN)": (("ENSG2", "TWIN"),),
        "ENST3.1 with chr21:9:A>G": (("ENSG3", "BYSTANDER"),),
        "ENST7.1": (("ENSG7", "SEVEN"),),
        "HLA-A*02:01": (("", "HLA-A"),),
        "HLA-F (UniProt P30511)": (("", "HLA-F"),),
    }
