"""A VCF whose names hold HTML and script, read, scored, written and opened: the page shows them as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve.pipeline import run
from neosieve.report.outputs import write_outputs
from neosieve.settings import RunSettings

from ..biology.fakes import FakePredictor  # noqa: TID252 - helpers are shared within the tests only
from .browsing import opened, table

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
GENE = "</script><img/src=x/onerror=alert(1)><script>alert(2)</script>"
ID = "<svg/onload=alert(3)>"
TRANSCRIPT = "ENST1.1'\"><iframe/srcdoc=alert(4)>"
SAMPLE = "<b>tumour</b>&amp;<script>alert(5)</script>"
FILTER = "<style>*{display:none}</style>"
CONTIG = "chr<u>1</u>"
CSQ = "Allele|Consequence|SYMBOL|Gene|Feature|BIOTYPE|CDS_position|Protein_position|Amino_acids|Codons|WildtypeProtein"
HEADER = f"""##fileformat=VCFv4.2
##tumor_sample={SAMPLE}
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {CSQ}">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO	FORMAT	NORMAL	{SAMPLE}
"""


def record() -> str:
    """Write KRAS G12D under hostile names."""
    entry = f"A|missense_variant|{GENE}|{ID}|{TRANSCRIPT}|protein_coding||12|G/D|gGt/gAt|{KRAS}"
    columns = (CONTIG, "135", ID, "G", "A", ".", FILTER, f"CSQ={entry}", "GT:AD", "0/0:80,0", "0/1:60,40")
    return "\t".join(columns) + "\n"


def test_html_and_script_in_a_vcf_show_as_text(chromium: Browser, tmp_path: Path) -> None:
    """In the table, its titles, the card, the plots, the list of genes and the summary; nothing of it runs."""
    vcf = tmp_path / "<i>tumour.vcf"
    vcf.write_text(HEADER + record(), encoding="utf-8")
    settings = RunSettings(vcf=vcf, hla="A*02:01", out=tmp_path, lengths=(9,), include_filtered=True)
    write_outputs(run(settings, predictor=FakePredictor()), tmp_path)
    rows = table(tmp_path / "candidates.tsv")
    assert rows
    with opened(chromium, tmp_path / "report.html") as watched:
        page = watched.page
        card = watched.open_card(1)
        assert watched.column("gene") == [GENE] * len(rows)
        assert page.locator("h1").inner_text() == SAMPLE
        told = card.inner_text()
        for text in (GENE, ID, TRANSCRIPT, FILTER, f"{CONTIG}:135:G>A"):
            assert text in told
        assert GENE in str(page.locator("figure .mark").first.get_attribute("aria-label"))
        assert page.locator("#genes option").get_attribute("value") == GENE
        page.locator("#gene").fill(GENE)
        assert watched.column("gene") == [GENE] * len(rows)
        assert page.locator("img, iframe, i, u, svg[onload]").count() == 0
        assert page.locator("style").count() == 1
        assert page.locator("script").count() == 2
        card.get_by_label("Note").fill("<img src=x onerror=alert(6)>")
        assert page.locator(".badge").first.get_attribute("title") in {"", "<img src=x onerror=alert(6)>"}
        name = re.sub(r"[^\w.-]+", "_", SAMPLE)
        with page.expect_download() as download:
            page.get_by_role("button", name="Export marks").click()
        assert download.value.suggested_filename == f"{name}.review.json"
