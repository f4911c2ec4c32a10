from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.policy import relevant
from neosieve.errors import InputError
from neosieve.io.annotation import CsqReader, allot, consequence, on_transcript
from neosieve.model.annotation import ResidueChange
from neosieve.model.genome import Interval

VCF = Path("x.vcf")
FIELDS = "Allele|Consequence|Feature|Protein_position|Amino_acids|WildtypeProtein"
DESCRIPTION = f"Consequence annotations from Ensembl VEP. Format: {FIELDS}"


@pytest.mark.parametrize(
    "description",
    [
        DESCRIPTION,
        f"Consequence type as predicted by VEP. Format: {FIELDS}",
        f"Format:{FIELDS}",
        f"'Format: {FIELDS}'",
        f"Format: {FIELDS} (see the manual)",
    ],
)
def test_the_header_lists_the_fields(description: str) -> None:
    """Everything between 'Format:' and the next blank or quote, in order."""
    assert CsqReader.from_header({"CSQ": description}, VCF).fields == tuple(FIELDS.split("|"))


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({}, r"x\.vcf has no VEP annotation \(no CSQ in its header\); annotate it with Ensembl VEP: vep .*Wildtype"),
        ({"DP": "Depth"}, r"no CSQ in its header"),
        ({"ANN": "Functional annotations: 'Allele | Annotation'"}, r"SnpEff annotation \(ANN\) holds no protein"),
        ({"CSQ": "Consequence annotations"}, r"states no 'Format: …'; annotate it .*--plugin Wildtype"),
        (
            {"CSQ": "Format: Allele|Consequence|Feature|Protein_position|Amino_acids"},
            r"lacks the WildtypeProtein field.*--plugin Wildtype",
        ),
        ({"CSQ": "Format: Allele|Feature|Amino_acids|WildtypeProtein"}, r"lacks Consequence, Protein_position; annot"),
    ],
    ids=["nothing", "no CSQ", "SnpEff", "no format", "no Wildtype plugin", "too few fields"],
)
def test_a_header_without_what_is_needed_says_how_to_get_it(info: dict[str, str], message: str) -> None:
    """Whoever reads the message can run VEP as it says."""
    with pytest.raises(InputError, match=message):
        CsqReader.from_header(info, VCF)


@pytest.mark.parametrize("value", ["", "-", "."])
def test_an_empty_csq_has_no_entries(value: str) -> None:
    """VEP leaves CSQ out, other tools write '-' or '.'."""
    assert CsqReader.from_header({"CSQ": DESCRIPTION}, VCF).entries(value) == []


def test_entries_are_split_at_commas_and_bars() -> None:
    """One entry for each allele and transcript; an entry cut short lacks its last fields; too many are dropped."""
    reader = CsqReader.from_header({"CSQ": DESCRIPTION}, VCF)
    first, second, third = reader.entries("A|missense_variant|ENST1|12|K/R|MKV,T|intron_variant,G|x|y|z|a|b|c|d")

    assert first == dict(zip(FIELDS.split("|"), ["A", "missense_variant", "ENST1", "12", "K/R", "MKV"], strict=True))
    assert second == {"Allele": "T", "Consequence": "intron_variant"}
    assert third["WildtypeProtein"] == "b"
    assert len(third) == 6


# Which ALT an entry speaks of. VEP's rule for a VCF record (its documentation, 'VCF' input, and its Parser/VCF.pm):
# if an ALT differs in length from REF, and REF and all ALTs begin with one base, that base is cut off all of them;
# nothing left is '-'. Otherwise the letters stay whole.
@pytest.mark.parametrize(
    ("ref", "alts", "alleles", "expected"),
    [
        ("G", "A", "A", [[0]]),
        ("G", "A,T", "A T", [[0], [1]]),
        ("G", "A,T", "T A", [[1], [0]]),  # the order of the entries is not that of the ALTs
        ("G", "A,T", "T T", [[], [0, 1]]),  # nothing for A (pVACtools PR#1153: not to be handed T's)
        ("G", "A,T", "C", [[], []]),
        ("GT", "G", "-", [[0]]),
        ("GT", "G", "deletion", [[0]]),
        ("G", "GT", "T", [[0]]),
        ("G", "GT", "GT", [[0]]),  # whole all the same (other annotators)
        ("TCC", "AAA", "AAA", [[0]]),  # an MNV stays whole
        ("TCC", "TAA", "TAA", [[0]]),  # even where its first base is shared
        ("TCC", "TAA", "AA", [[0]]),  # --minimal cuts it
        ("TC", "AG", "AG", [[0]]),
        ("CTT", "C,CT,CTTT", "- T TTT", [[0], [1], [2]]),  # lengths differ, C is shared: less the C
        ("GA", "GT,G", "T -", [[0], [1]]),  # GT is as long as REF, but it is cut with the others
        ("GA", "G,GAA", "- AA", [[0], [1]]),
        ("G", "A,GT", "A GT", [[0], [1]]),  # A doesn't begin with G: nothing is cut
        ("A", "T,AT", "T AT", [[0], [1]]),  # T is the SNV's, whole; the insertion is AT, not T
        ("AT", "A,ATT", "- TT", [[0], [1]]),
        ("GA", "A,G", "A G", [[0], [1]]),
        ("GA", "A,G", "-", [[], [0]]),  # annotated alone, GA>G is '-'; GA>A shares no first base and would be 'A'
        ("TG", "T,TGG,C", "T TGG C", [[0], [1], [2]]),  # C is no T: whole
        ("AT", "AG,*", "G *", [[0], []]),  # '*' is as long as one base: REF's A goes; '*' has no entries of its own
        ("A", "G,<DEL>", "G deletion", [[0], [1]]),
        ("A", "G,G]17:198982]", "G", [[0], []]),
        ("AT", "A,<DEL>", "-", [[0], []]),
        ("ACC", "A,AC", "deletion", [[], []]),  # fits both deletions: given to none
        ("A", "G,G", "G", [[], []]),  # a record that repeats an ALT: likewise
        ("ATG", "ACG,ATGA", "CG TGA", [[0], [1]]),
        ("ATG", "ACG", "C", [[0]]),  # --minimal: the shared start, then the shared end
        ("CAG", "CG", "-", [[0]]),  # likewise: C at the start, G at the end
        ("CAG", "CG", "G", [[0]]),  # VEP's own: the first base alone
        ("CTT", "C,T", "-", [[0], []]),  # annotated before a merge: only the ALT with REF's first base can be '-'
    ],
)
def test_entries_go_to_the_alt_that_they_name(ref: str, alts: str, alleles: str, expected: list[list[int]]) -> None:
    """`expected` has, for each ALT, the numbers of its entries; an entry that fits none or several is in none."""
    entries = [{"Allele": allele, "number": str(number)} for number, allele in enumerate(alleles.split())]
    allotted = [[int(entry["number"]) for entry in own] for own in allot(entries, ref, alts.split(","))]

    # '*' beside a normal ALT may keep VEP's own entries for '*': they never reach a call
    assert [own for own, alt in zip(allotted, alts.split(","), strict=True) if alt != "*"] == [
        own for own, alt in zip(expected, alts.split(","), strict=True) if alt != "*"
    ]


def test_allele_num_goes_before_letters() -> None:
    """VEP --allele_number: the number is the ALT's place, whatever the letters would say."""
    entries = [{"Allele": "T", "ALLELE_NUM": "2"}, {"Allele": "T", "ALLELE_NUM": "1"}]

    assert allot(entries, "GTT", ["GT", "G"]) == [[entries[1]], [entries[0]]]


@pytest.mark.parametrize("number", ["", "0", "3", "x"])
def test_an_impossible_allele_num_is_ignored(number: str) -> None:
    """Then letters decide."""
    entries = [{"Allele": "T", "ALLELE_NUM": number}]

    assert allot(entries, "G", ["A", "T"]) == [[], entries]


def test_an_entry_without_an_allele_goes_to_none() -> None:
    """An entry cut off before its Allele field is no reason to stop."""
    assert allot([{"Consequence": "intron_variant"}], "G", ["A"]) == [[]]


@pytest.mark.parametrize(
    ("kind", "expected"), [("Transcript", True), ("", True), ("RegulatoryFeature", False), ("MotifFeature", False)]
)
def test_only_entries_on_transcripts_make_proteins(kind: str, expected: bool) -> None:  # noqa: FBT001
    """VEP writes regulatory features and motifs into the same field."""
    assert on_transcript({"Feature_type": kind}) is expected


def test_without_feature_types_every_entry_counts() -> None:
    """The field is optional."""
    assert on_transcript({"Feature": "ENST1"})


@pytest.mark.parametrize(
    ("position", "residues", "expected"),
    [
        # a missense: residue 12 (1-based) is [11, 12)
        ("12", "K/R", ResidueChange(Interval(11, 12), "K", "R")),
        ("12/300", "K/R", ResidueChange(Interval(11, 12), "K", "R")),  # --total_length
        ("1", "M/V", ResidueChange(Interval(0, 1), "M", "V")),
        ("12-14", "KVL/R", ResidueChange(Interval(11, 14), "KVL", "R")),
        ("12-14/300", "KVL/-", ResidueChange(Interval(11, 14), "KVL", "")),
        ("14-12", "KVL/-", ResidueChange(Interval(11, 14), "KVL", "")),
        ("301", "*/Q", ResidueChange(Interval(300, 301), "*", "Q")),
        ("12", "K/*", ResidueChange(Interval(11, 12), "K", "*")),
        ("12", "K/X", ResidueChange(Interval(11, 12), "K", "X")),
        ("12", "K", ResidueChange(Interval(11, 12), "K", "K")),  # synonymous: one residue, no slash
        # '-/LP' at 20-21 goes between residues 20 and 21: the point before index 20
        ("20-21", "-/LP", ResidueChange(Interval(20, 20), "", "LP")),
        ("20-21/300", "-/X", ResidueChange(Interval(20, 20), "", "X")),  # a frameshift that inserts (pVAC-Seq#323)
        ("20", "-/LP", ResidueChange(Interval(19, 19), "", "LP")),  # before residue 20
        ("20-23", "-/LP", None),  # an insertion has one place, not four
        ("20", "L/LLP", ResidueChange(Interval(19, 20), "L", "LLP")),
        ("-/12", "K/R", None),
        ("?-14", "K/R", None),
        ("?-14/300", "K/R", None),
        ("12-?", "K/R", None),
        ("?", "K/R", None),
        ("0", "K/R", None),
        ("", "K/R", None),
        ("12", "", None),
        ("x", "K/R", None),
    ],
)
def test_residue_changes(position: str, residues: str, expected: ResidueChange | None) -> None:
    """Protein_position is 1-based and inclusive; inside, it is 0-based and half-open; what is partly known is None."""
    assert consequence({"Protein_position": position, "Amino_acids": residues}).change == expected


@pytest.mark.parametrize(
    ("codons", "old", "new"),
    [
        ("aAg/aGg", "aAg", "aGg"),
        ("-/CTTCCT", "", "CTTCCT"),
        ("GAA/-", "GAA", ""),
        ("ttC", "ttC", ""),
        ("", "", ""),
        ("aag/aAag", "aag", "aAag"),
    ],
)
def test_codons_stay_as_vep_spells_them(codons: str, old: str, new: str) -> None:
    """Capitals mark the changed bases; '-' is nothing."""
    change = consequence({"Protein_position": "12", "Amino_acids": "K/R", "Codons": codons}).change

    assert change is not None
    assert (change.reference_codons, change.alternative_codons) == (old, new)


def test_an_entry_is_read_field_by_field() -> None:
    """Each field lands where it belongs, decoded; lower-case residues and a final stop are put right."""
    read = consequence(
        {
            "Consequence": "missense_variant&splice_region_variant",
            "SYMBOL": "TP53",
            "Gene": "ENSG00000141510",
            "Feature": "ENST00000269305.9",
            "BIOTYPE": "protein_coding",
            "FLAGS": "cds_start_NF&cds_end_NF",
            "CDS_position": "524-526/1182",
            "HGVSc": "ENST00000269305.9:c.524G%3EA",
            "HGVSp": "ENSP00000269305.4:p.Thr190%3D",
            "WildtypeProtein": "meeP*",
            "FrameshiftSequence": "meeQRS*VW",
            "CANONICAL": "YES",
            "MANE_SELECT": "NM_000546.6",
            "TSL": "1",
            "EXON": "5/11",
        }
    )

    assert read.terms == ("missense_variant", "splice_region_variant")
    assert (read.gene, read.gene_id, read.transcript) == ("TP53", "ENSG00000141510", "ENST00000269305.9")
    assert read.biotype == "protein_coding"
    assert read.flags == {"cds_start_NF", "cds_end_NF"}
    assert read.cds_position == Interval(523, 526)
    assert read.hgvs_c == "ENST00000269305.9:c.524G>A"
    assert read.hgvs_p == "ENSP00000269305.4:p.Thr190="
    assert read.normal_protein == "MEEP"
    assert read.frameshift_protein == "MEEQRS"  # what stands after the stop isn't translated
    assert read.canonical
    assert read.mane_select
    assert (read.support_level, read.exon) == (1, (5, 11))


def test_a_damaged_protein_is_unknown_there() -> None:
    """É is no residue, and no reason to stop: X is never scored."""
    read = consequence({"WildtypeProtein": "MKÉVL", "FrameshiftSequence": "MéK*"})

    assert (read.normal_protein, read.frameshift_protein) == ("MKXVL", "MXK")


def test_an_empty_entry_says_nothing() -> None:
    """Missing is missing: no field is needed, and none is made up."""
    read = consequence({})

    assert (read.transcript, read.gene, read.normal_protein, read.frameshift_protein) == ("", "", "", "")
    assert (read.terms, read.flags) == ((), frozenset())
    assert (read.change, read.cds_position, read.support_level, read.exon) == (None, None, None, None)
    assert not read.canonical
    assert not read.mane_select


def test_a_gene_without_a_symbol_goes_by_its_id() -> None:
    """As pVACtools' input_no_gene_name has it: a novel gene."""
    read = consequence({"SYMBOL": "", "Gene": "ENSG00000284874"})

    assert (read.gene, read.gene_id) == ("ENSG00000284874", "ENSG00000284874")


@pytest.mark.parametrize(
    ("text", "level"), [("1", 1), ("5", 5), ("tsl3", 3), ("1 (assigned to version 4)", 1), ("NA", None), ("", None)]
)
def test_transcript_support_levels(text: str, level: int | None) -> None:
    """NA is not assigned, which is neither the best nor the worst (pVACtools#870)."""
    assert consequence({"TSL": text}).support_level == level


@pytest.mark.parametrize(("text", "exon"), [("5/11", (5, 11)), ("5-6/11", (5, 11)), ("", None), ("x/2", None)])
def test_exons(text: str, exon: tuple[int, int] | None) -> None:
    """Of several exons the first counts."""
    assert consequence({"EXON": text}).exon == exon


TERMS = ("intron_variant", "intergenic_variant", "downstream_gene_variant", "made_up", "", "splice_region_variant")
CODING_TERMS = ("missense_variant", "synonymous_variant", "stop_gained", "non_coding_transcript_variant")
QUICK = (
    "Allele",
    "Consequence",
    "SYMBOL",
    "Gene",
    "Feature_type",
    "Feature",
    "BIOTYPE",
    "Amino_acids",
    "WildtypeProtein",
)
CELLS = {
    "Allele": st.sampled_from(["A", "C", "-", "GA", "deletion", ""]),
    "ALLELE_NUM": st.sampled_from(["", "1", "2", "9", "x"]),
    "Consequence": st.lists(st.sampled_from(TERMS), min_size=1, max_size=2).map("&".join)
    | st.lists(st.sampled_from(TERMS + CODING_TERMS), min_size=1, max_size=3).map("&".join),
    "SYMBOL": st.sampled_from(["", "ONE", "TWO", "missense_variant"]),
    "Gene": st.sampled_from(["", "ENSG1", "ENSG2"]),
    "Feature_type": st.sampled_from(["Transcript", "", "RegulatoryFeature"]),
    "Feature": st.sampled_from(["ENST1.1", "ENST2.1", ""]),
    "WildtypeProtein": st.sampled_from(["", "MKV", "mkv*", "MKL"]),
}


@st.composite
def csq(draw: st.DrawFn) -> tuple[tuple[str, ...], str]:
    """Draw fields in any order, one of them named twice at times, and a value with cut and long entries."""
    names = draw(st.permutations([*QUICK, *draw(st.sampled_from([(), ("ALLELE_NUM",), ("SYMBOL",), ("",)]))]))
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        cells = [draw(CELLS.get(name, st.sampled_from(["", "K/R", "x"]))) for name in names]
        rows.append(
            "|".join(cells[: draw(st.sampled_from([len(cells)] * 4 + [1, 3]))]) + draw(st.sampled_from(["", "|z"]))
        )
    return tuple(names), ",".join(rows)


@given(
    csq(), st.sampled_from([("G", ["A"]), ("G", ["A", "C"]), ("G", ["GA", "A"]), ("GA", ["G"]), ("G", ["<DEL>", "C"])])
)
def test_the_quick_reading_of_a_record_is_the_full_one(
    drawn: tuple[tuple[str, ...], str], alleles: tuple[str, list[str]]
) -> None:
    """Whatever CSQ holds: the same consequences as from all entries read in full, and whether any is the ALT's."""
    fields, value = drawn
    reader = CsqReader(fields)
    full = [
        (relevant(consequence(entry) for entry in own if on_transcript(entry)), bool(own))
        for own in allot(reader.entries(value), *alleles)
    ]
    assert reader.relevant(value, *alleles) == full


@given(st.lists(csq(), max_size=1).map(lambda some: some[0] if some else (QUICK, "")), st.data())
def test_normal_proteins_are_those_of_the_first_entry_that_names_one(
    drawn: tuple[tuple[str, ...], str], data: st.DataObject
) -> None:
    """Spelled out: entry by entry, its transcript's protein in upper case and without a stop, unless it is known."""
    fields, value = drawn
    known = data.draw(st.sampled_from([{}, {"ENST1.1": "MMM"}]))
    feature, protein = fields.index("Feature"), fields.index("WildtypeProtein")
    expected = dict(known)
    for cells in (text.split("|") for text in value.split(",")):
        if len(cells) > max(feature, protein) and cells[protein]:
            expected.setdefault(cells[feature], cells[protein].removesuffix("*").upper())
    proteins = dict(known)
    CsqReader(fields).add_normal_proteins(value, proteins)
    assert list(proteins.items()) == list(expected.items())
