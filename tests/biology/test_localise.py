from __future__ import annotations

from dataclasses import replace

import pytest

from neosieve.biology.localise import localise
from neosieve.biology.translation import SequenceTranslator
from neosieve.model.annotation import TranscriptConsequence
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import AlleleCounts, Call

from .helpers import variant
from .spelledgene import Gene

GENE = Gene("ttACATGNAARCTTAAtt")
"""AC ATG NAA RCT TAA: a reference with N at 8 (1-based), and with R, which is A or G, at 11."""
PLAIN = Gene("ttACATGAAACTGTAAtt")
"""AC ATG AAA CTG TAA; c.n is position 4 + n."""


def bare(text: str, *told: TranscriptConsequence) -> Call:
    """Make a call on line 7."""
    return Call(variant(text), 7, (), AlleleCounts(), consequences=told)


def told(
    terms: str = "missense_variant", label: str = "", normal: str = "", name: str = "ENST1.1"
) -> TranscriptConsequence:
    """Annotate as VEP might."""
    return TranscriptConsequence(name, "TOY", "ENSG1", tuple(terms.split("&")), "", hgvs_p=label, normal_protein=normal)


def test_a_call_on_the_reference_gets_its_consequences() -> None:
    """c.5A>G is K2R; what the VCF said of it is replaced, and a ledger entry passes by."""
    entry = LedgerEntry("x", None, None, None, Outcome.FILTERED, "", 0)
    done = localise([entry, bare("chr1:9:A>G", told())], PLAIN, SequenceTranslator(PLAIN))
    first, second = done.records
    assert first is entry
    assert isinstance(second, Call)
    (consequence,) = second.consequences
    assert consequence.hgvs_p.endswith("p.Lys2Arg")
    assert (done.checked, done.mismatched, done.compared, done.unknown_transcripts) == (1, 0, 1, 0)
    assert (done.differences, done.unknown_contigs) == ((), {})


def test_a_contig_that_the_reference_lacks() -> None:
    """Each call there is refused, and the calls counted by contig; none of them was checked."""
    done = localise([bare("chr9:1:A>C"), bare("chr9:2:A>C"), bare("chrUn:2:A>C")], PLAIN, SequenceTranslator(PLAIN))
    assert done.records[0] == LedgerEntry(
        "chr9:1:A>C", None, None, None, Outcome.NOT_IN_REFERENCE,
        "line 7: the reference holds no contig chr9 with coding transcripts", 0,
    )  # fmt: skip
    assert (done.unknown_contigs, done.checked, done.mismatched) == ({"chr9": 2, "chrUn": 1}, 0, 0)


@pytest.mark.parametrize(
    ("gene", "text", "accepted", "checked"),
    [
        (PLAIN, "chr1:9:A>G", True, 1),
        (PLAIN, "chr1:9:C>G", False, 1),
        (PLAIN, "chr1:9:AAG>A", False, 1),  # the reference has AAC
        (PLAIN, "chr1:10:AC>A", True, 1),
        (GENE, "chr1:8:C>G", True, 0),  # N may be anything, and says nothing
        (GENE, "chr1:11:A>T", True, 1),  # R is A or G
        (GENE, "chr1:11:C>T", False, 1),
        (GENE, "chr1:8:CA>C", True, 1),
        (GENE, "chr1:8:CG>C", False, 1),
    ],
)
def test_ref_is_compared_with_the_reference(gene: Gene, text: str, *, accepted: bool, checked: int) -> None:
    """What can't be REF there is refused; where all is N there is nothing to compare."""
    done = localise([bare(text)], gene, SequenceTranslator(gene))
    assert isinstance(done.records[0], Call) is accepted
    assert (done.checked, done.mismatched) == (checked, int(not accepted))


def test_a_mismatch_is_told_in_words() -> None:
    """Both bases are named."""
    (entry,) = localise([bare("chr1:9:C>G")], PLAIN, SequenceTranslator(PLAIN)).records
    assert entry == LedgerEntry(
        "chr1:9:C>G", None, None, None, Outcome.REFERENCE_MISMATCH, "line 7: REF is C but the reference has A", 0
    )


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        pytest.param(told(label="ENSP1.1:p.Lys2Arg"), "", id="the same"),
        pytest.param(told(label="p.(Lys2Arg)"), "", id="brackets say that it was predicted"),
        pytest.param(told(name="ENST1.9", label="p.Lys2Arg"), "", id="another version"),
        pytest.param(
            told("synonymous_variant", "p.Lys2Arg"),
            "synonymous_variant where the sequence gives missense_variant",
            id="the same name, but other terms",
        ),
        pytest.param(told("missense_variant&splice_region_variant"), "", id="terms of other things don't count"),
        pytest.param(told(normal="MKL"), "", id="the same protein"),
        pytest.param(told(label="p.Lys2Gly"), "p.Lys2Gly where the sequence gives p.Lys2Arg", id="another name"),
        pytest.param(
            told("synonymous_variant"), "synonymous_variant where the sequence gives missense_variant", id="other terms"
        ),
        pytest.param(
            told("intron_variant"), "no change of the protein where the sequence gives missense_variant", id="no term"
        ),
        pytest.param(
            told("stop_gained&frameshift_variant"),
            "frameshift_variant&stop_gained where the sequence gives missense_variant",
            id="several",
        ),
        pytest.param(told(normal="MKV"), "another normal protein", id="another protein"),
        pytest.param(
            told(label="p.Lys2Gly", normal="MKV"),
            "p.Lys2Gly where the sequence gives p.Lys2Arg and another normal protein",
            id="both",
        ),
    ],
)
def test_an_annotation_that_says_otherwise_is_told(annotation: TranscriptConsequence, words: str) -> None:
    """By HGVS p. where the two names differ, else by the terms that speak of the protein."""
    done = localise([bare("chr1:9:A>G", annotation)], PLAIN, SequenceTranslator(PLAIN))
    detail = f"the VCF's annotation of {annotation.transcript} says {words}; the sequence was used"
    entry = LedgerEntry("chr1:9:A>G", "TOY", "ENST1.1", "missense_variant", Outcome.ANNOTATION_DIFFERS, detail, 0)
    assert done.differences == ((entry,) if words else ())
    assert done.compared == 1


def test_a_silent_name_may_be_escaped() -> None:
    """VEP writes p.Lys2%3D; c.6A>G is silent."""
    done = localise([bare("chr1:10:A>G", told("synonymous_variant", "p.Lys2%3D"))], PLAIN, SequenceTranslator(PLAIN))
    assert done.differences == ()


def test_coding_transcripts_that_the_reference_lacks_are_counted() -> None:
    """Those with a normal protein; others are non-coding."""
    call = bare("chr1:9:A>G", told(normal="M", name="ENST2.1"), told(name="ENST3.1"), told(normal="MKL"))
    done = localise([call, replace(call, line=8)], PLAIN, SequenceTranslator(PLAIN))
    assert (done.unknown_transcripts, done.compared) == (2, 2)
    lacking = bare("chr1:9:A>G", *(told(normal="M", name=f"ENST{at}.1") for at in (2, 3, 4)), told(name="ENST1"))
    done = localise([lacking], PLAIN, SequenceTranslator(PLAIN))
    assert (done.unknown_transcripts, done.compared) == (3, 1)  # an id without a version is the same transcript


def test_each_record_counts() -> None:
    """Some fit, some don't, of one nothing can be told and one is elsewhere: all are there, in order."""
    texts = ["chr1:10:A>G", "chr1:5:C>G", "chr1:9:A>G", "chr1:6:C>G", "chr9:1:A>C", "chr1:14:T>C", "chr1:8:C>G"]
    gene = Gene("ttACATGNAACTGTAAtt")  # N at 8
    done = localise([bare(text, told("stop_gained")) for text in texts], gene, SequenceTranslator(gene))
    kept = [isinstance(record, Call) for record in done.records]
    assert kept == [True, False, True, False, False, True, True]
    assert (done.checked, done.mismatched, done.compared) == (5, 2, 4)
    assert [entry.variant for entry in done.differences] == ["chr1:10:A>G", "chr1:9:A>G", "chr1:14:T>C", "chr1:8:C>G"]


def test_all_terms_are_told_of_a_difference() -> None:
    """c.9G>A, CTG → CTA, is silent and an exon's last base: AC ATG AAA CTG | TAA."""
    gene = Gene("ttACATGAAACTGgtaagtttttccttttagTAAtt")
    done = localise([bare("chr1:13:G>A", told())], gene, SequenceTranslator(gene))
    (entry,) = done.differences
    assert entry.consequence == "splice_region_variant&synonymous_variant"
