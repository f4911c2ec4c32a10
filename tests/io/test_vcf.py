from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.errors import InputError
from neosieve.io.vcf import read_header
from neosieve.model.evidence import Expression
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import AlleleCounts, Call, PhaseSet

from .vcftext import META, entry, only_call, read_file, record, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST_RECORD = len(META) + 2  # 1-based line: after the meta lines and the column names


def read(
    folder: Path,
    *records: str,
    samples: Sequence[str] = ("NORMAL", "TUMOR"),
    meta: Sequence[str] = META,
    include_filtered: bool = False,
) -> list[Call | LedgerEntry]:
    """Write a VCF and read it."""
    path = folder / "x.vcf"
    path.write_text(text(records, samples=samples, meta=meta), encoding="utf-8")
    return read_file(path, include_filtered=include_filtered)


def told(items: Sequence[Call | LedgerEntry]) -> list[tuple[str, str]]:
    """Shorten what was read: (variant, 'call' or the outcome)."""
    return [
        (str(item.variant), "call" if isinstance(item, Call) else item.outcome.value) for item in items
    ]  # a ledger entry's variant is text


def test_a_record_becomes_a_call(tmp_path: Path) -> None:
    """All of a record's evidence is in the call; POS 100 is 99 from 0, and prints as 100 again."""
    call = only_call(read(tmp_path, record(100, "G", "A")))

    assert (call.variant.chrom, call.variant.start, call.variant.ref, call.variant.alt) == ("chr1", 99, "G", "A")
    assert str(call.variant) == "chr1:100:G>A"
    assert call.line == FIRST_RECORD
    assert call.filters == ()
    assert call.tumor == AlleleCounts(40, 10, 0.25)
    assert call.normal == AlleleCounts(40, 0, 0.0)
    assert (call.rna, call.phase) == (None, None)
    assert (call.homozygous, call.germline) == (False, False)
    assert [one.transcript for one in call.consequences] == ["ENST1"]


def test_a_vcf_without_records_gives_nothing(tmp_path: Path) -> None:
    """No variant is a result, not an error."""
    assert read(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "strict", "generous"),
    [
        ("PASS", "call", ()),
        (".", "call", ()),
        ("germline", "filtered", ("germline",)),
        ("clustered_events;germline", "filtered", ("clustered_events", "germline")),
        ("PASS;lowq", "filtered", ("lowq",)),
        ("pass", "filtered", ("pass",)),  # the VCF's own word for it is PASS
    ],
)
def test_filter_policy(tmp_path: Path, status: str, strict: str, generous: tuple[str, ...]) -> None:
    """PASS and '.' count; others are told by name, or read with --include-filtered and keep their filters."""
    assert told(read(tmp_path, record(status=status))) == [("chr1:100:G>A", strict)]
    assert only_call(read(tmp_path, record(status=status), include_filtered=True)).filters == generous


def test_each_alt_of_a_filtered_record_is_in_the_ledger(tmp_path: Path) -> None:
    """Nothing vanishes, and the detail names the filters."""
    items = read(tmp_path, record(alt="A,T", status="weak;germline"))

    assert told(items) == [("chr1:100:G>A", "filtered"), ("chr1:100:G>T", "filtered")]
    assert all(isinstance(item, LedgerEntry) and item.detail == "FILTER is weak;germline" for item in items)


@pytest.mark.parametrize(
    ("keys", "tumor", "outcome"),
    [
        ("GT:AD", "0/1:30,10", "call"),
        ("GT:AD", "1/1:0,10", "call"),
        ("GT:AD", "1|0:30,10", "call"),
        ("GT:AD", "1:0,10", "call"),
        ("GT:AD", "./1:30,10", "call"),
        ("GT:AD", "0/1:30,0", "call"),  # the caller's genotype goes before its counts
        ("GT:AD", "0/0:30,10", "not_in_tumor"),
        ("GT:AD", "0/2:30,10", "not_in_tumor"),
        ("GT:AD", "0/.:30,10", "not_in_tumor"),
        ("GT:AD", "./.:.", "no_genotype"),
        ("GT:AD", ".", "no_genotype"),
        # no GT, as Strelka writes it: the reads decide
        ("AD", "30,10", "call"),
        ("AD", "30,0", "not_in_tumor"),
        ("DP:AU:CU:GU:TU", "56:4,4:0,0:51,53:0,0", "call"),
        ("DP:AU:CU:GU:TU", "51:0,2:0,0:51,53:0,0", "not_in_tumor"),
        ("DP", "56", "no_genotype"),
        ("", "", "no_genotype"),
    ],
)
def test_the_tumour_must_carry_the_alt(tmp_path: Path, keys: str, tumor: str, outcome: str) -> None:
    """By its genotype; without one, by its reads; with neither, it isn't known (pVACtools#502, #548)."""
    assert told(read(tmp_path, record(tumor=tumor, normal=".", keys=keys))) == [("chr1:100:G>A", outcome)]


@pytest.mark.parametrize(
    ("keys", "tumor", "words"),
    [
        ("GT:AD", "0/0:30,10", ("genotype 0/0 lacks this ALT", "10 ALT reads of 40")),
        ("GT:AD", "./.:30,10", ("uncalled (./.", "10 ALT reads of 40")),
        ("GT:DP", "0/0:40", ("genotype 0/0 lacks this ALT", "ALT reads unknown")),
        ("AD", "30,0", ("no GT", "0 ALT reads of 30")),
        ("DP", "30", ("no GT and no read counts",)),
    ],
)
def test_why_the_tumour_lacks_it_is_told_with_the_reads(
    tmp_path: Path, keys: str, tumor: str, words: tuple[str, ...]
) -> None:
    """Whoever doubts the genotype sees the reads beside it."""
    (item,) = read(tmp_path, record(tumor=tumor, normal=".", keys=keys))

    assert isinstance(item, LedgerEntry)
    assert all(word in item.detail for word in words)


def test_strelka_snvs_and_indels_are_called_from_their_reads(tmp_path: Path) -> None:
    """The whole way: no GT anywhere, tier-1 counts, NORMAL before TUMOR."""
    meta = [*META[:3], '##FORMAT=<ID=AU,Number=2,Type=Integer,Description="A">']
    snv, indel = read(
        tmp_path,
        record(100, keys="DP:AU:CU:GU:TU", normal="40:0,0:0,0:40,40:0,0", tumor="50:20,21:0,0:30,30:0,0"),
        record(
            200, "GCT", "G", keys="DP:TAR:TIR", normal="40:40,40:0,0", tumor="50:30,30:10,11", info=f"CSQ={entry('-')}"
        ),
        meta=meta,
    )

    assert isinstance(snv, Call)
    assert isinstance(indel, Call)
    assert (snv.tumor, snv.normal) == (AlleleCounts(50, 20, 0.4), AlleleCounts(40, 0, 0.0))  # 20 / (30 + 20)
    assert (indel.tumor, indel.normal) == (AlleleCounts(50, 10, 0.25), AlleleCounts(40, 0, 0.0))  # 10 / (30 + 10)
    assert not snv.homozygous
    assert not snv.germline


@pytest.mark.parametrize(
    ("normal", "germline"),
    [("0/0:40,0", False), ("0/1:20,20", True), ("1|1:0,40", True), ("0/2:20,0", False), ("./.", False), (".", False)],
)
def test_a_variant_of_the_normal_is_germline(tmp_path: Path, normal: str, germline: bool) -> None:  # noqa: FBT001
    """By the matched normal's genotype and for this ALT alone."""
    assert only_call(read(tmp_path, record(normal=normal))).germline is germline


def test_without_a_normal_nothing_is_germline(tmp_path: Path) -> None:
    """Tumour-only: not known, so not claimed; no counts of the normal are made up."""
    call = only_call(read(tmp_path, record(normal=None), samples=["TUMOR"]))

    assert call.normal is None
    assert not call.germline


@pytest.mark.parametrize(
    ("genotype", "homozygous"), [("0/1", False), ("1/1", True), ("1|1", True), ("./1", False), ("1/2", False)]
)
def test_homozygous_is_every_copy(tmp_path: Path, genotype: str, homozygous: bool) -> None:  # noqa: FBT001
    """No other allele is known of."""
    assert only_call(read(tmp_path, record(tumor=f"{genotype}:3,9"))).homozygous is homozygous


def test_each_alt_has_its_own_counts_genotype_and_annotation(tmp_path: Path) -> None:
    """G>A,T with GT 0/2: T is in the tumour, A isn't; T's reads are the third number of AD."""
    first, second = read(
        tmp_path, record(alt="A,T", tumor="0/2:60,1,20", normal="0/0:40,0,0", info=f"CSQ={entry('T', 'ENST2')}")
    )

    assert told([first]) == [("chr1:100:G>A", "not_in_tumor")]
    assert isinstance(second, Call)
    assert str(second.variant) == "chr1:100:G>T"
    assert second.tumor.alt_reads == 20
    assert [one.transcript for one in second.consequences] == ["ENST2"]


@pytest.mark.parametrize(
    ("ref", "alts", "outcomes"),
    [
        ("G", "A,*", ["call", "symbolic_allele"]),
        ("G", "*,A", ["symbolic_allele", "call"]),
        ("G", "A,<DEL>", ["call", "symbolic_allele"]),
        ("G", "<INS:ME:alu>,A", ["symbolic_allele", "call"]),
        ("G", "A,G]chr2:321681]", ["call", "symbolic_allele"]),
        ("G", "]chr2:321681]G,A", ["symbolic_allele", "call"]),
        ("G", "A,G.", ["call", "symbolic_allele"]),  # a single breakend
        ("N", "<DEL>", ["symbolic_allele"]),  # Manta's REF at times: nobody needs it
        ("G", "N", ["malformed_record"]),
        ("G", "R", ["malformed_record"]),  # IUPAC: A or G
        ("G", "A,R", ["call", "malformed_record"]),
        ("R", "A", ["malformed_record"]),
        ("g", "a", ["call"]),  # soft-masked
    ],
)
def test_odd_alts_do_not_take_the_normal_one_with_them(
    tmp_path: Path, ref: str, alts: str, outcomes: list[str]
) -> None:
    """Each ALT by itself: what isn't a small variant has its row, what is stays."""
    genotype = "/".join(str(number) for number, _ in enumerate(alts.split(","), start=1))
    info = f"CSQ={entry('A')}"
    items = read(tmp_path, record(ref=ref, alt=alts, tumor=f"{genotype}:9,9", normal="0/0:9,0", info=info))

    assert [outcome for _, outcome in told(items)] == outcomes
    assert [name.casefold() for name, _ in told(items)] == [
        f"chr1:100:{ref}>{alt}".casefold() for alt in alts.split(",")
    ]


@pytest.mark.parametrize("alt", ["<INS:ME:alu>", "G]chr2:321681]", "*"])
def test_symbolic_alts_are_named_as_in_the_vcf(tmp_path: Path, alt: str) -> None:
    """A breakend's contig and a symbol's name have their own case: the ledger can be joined with the VCF."""
    assert told(read(tmp_path, record(alt=alt))) == [(f"chr1:100:G>{alt}", "symbolic_allele")]


def test_bases_in_lower_case_are_the_same_bases(tmp_path: Path) -> None:
    """Soft-masking says nothing of the variant, and VEP's entry may be in either case."""
    call = only_call(read(tmp_path, record(ref="g", alt="a", info=f"CSQ={entry('A')}")))

    assert str(call.variant) == "chr1:100:G>A"


def test_a_record_without_alt_is_told(tmp_path: Path) -> None:
    """'.' states that nothing varies, as in gVCFs."""
    items = read(tmp_path, record(alt=".", info="DP=40"))

    assert told(items) == [("chr1:100:G>.", "no_alternative_allele")]


@pytest.mark.parametrize(
    ("line", "name", "problem"),
    [
        ("chr1\t100\t.\tG\tA", "chr1:100:G>A", "5 columns where the header has 11"),
        ("chr1\t100\t.\tG\tA,T\t.\tPASS\tDP=3\tGT:AD\t0/0:9,0", "chr1:100:G>A", "10 columns where the header has 11"),
        ("chr1\t100\t.\tG", "chr1:100 (line 8)", "4 columns where the header has 11"),
        ("garbage", "record (line 8)", "1 columns where the header has 11"),
        (record("x"), "chr1:x (line 8)", "POS is 'x', not a positive number"),
        (record(0), "chr1:0 (line 8)", "POS is '0', not a positive number"),
        (record(-5), "chr1:-5 (line 8)", "POS is '-5', not a positive number"),
        (record("1e3"), "chr1:1e3 (line 8)", "POS is '1e3', not a positive number"),
        (record(ref=""), "chr1:100 (line 8)", "REF is '', not a base sequence"),
        (record(ref="."), "chr1:100 (line 8)", "REF is '.', not a base sequence"),
    ],
)
def test_a_bad_record_is_told_and_does_not_end_the_run(tmp_path: Path, line: str, name: str, problem: str) -> None:
    """pVACtools#368, #571, #611, #790, #1031: the record's line is in the message, and the next record is read."""
    assert FIRST_RECORD == 7
    before, *bad, after = read(tmp_path, record(50), line, record(200))

    assert isinstance(before, Call)
    assert isinstance(after, Call)
    assert isinstance(bad[0], LedgerEntry)
    assert bad[0].outcome is Outcome.MALFORMED_RECORD
    assert (bad[0].variant, bad[0].detail) == (name, f"line 8: {problem}")


def test_each_alt_of_a_bad_record_is_in_the_ledger_if_it_can_be_read(tmp_path: Path) -> None:
    """A record cut after its INFO still tells its ALTs: both are accounted for."""
    items = read(tmp_path, "chr1\t100\t.\tG\tA,T\t.\tPASS\tDP=3")

    assert told(items) == [("chr1:100:G>A", "malformed_record"), ("chr1:100:G>T", "malformed_record")]


def test_empty_lines_and_comments_between_records_are_passed_over(tmp_path: Path) -> None:
    """Files joined by hand have them; line numbers count them."""
    first, second = read(tmp_path, record(100), "", "#comment", record(200))

    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.line, second.line) == (FIRST_RECORD, FIRST_RECORD + 3)


def test_a_repeated_variant_is_read_once(tmp_path: Path) -> None:
    """Callers' files joined: the first is kept, the second names it; another ALT at the place is no repetition."""
    first, second, third = read(tmp_path, record(100), record(100, tumor="0/1:1,9"), record(100, alt="T"))

    assert isinstance(first, Call)
    assert first.tumor.alt_reads == 10
    assert told([second, third]) == [("chr1:100:G>A", "duplicate_record"), ("chr1:100:G>T", "call")]
    assert isinstance(second, LedgerEntry)
    assert second.detail == f"line {FIRST_RECORD + 1} repeats the variant of line {FIRST_RECORD}"


@pytest.mark.parametrize(
    ("first", "outcome"),
    [
        (record(tumor="0/0:40,0"), "not_in_tumor"),
        (record(status="weak"), "filtered"),
        (record(info="DP=40"), "no_annotation"),
    ],
)
def test_a_record_that_was_not_used_does_not_stand_in_for_a_later_one(tmp_path: Path, first: str, outcome: str) -> None:
    """Else the variant would be lost: the second record is the one that counts."""
    items = read(tmp_path, first, record(100))

    assert told(items) == [("chr1:100:G>A", outcome), ("chr1:100:G>A", "call")]


def test_two_records_at_one_position_stay_apart(tmp_path: Path) -> None:
    """An SNV and an indel at one POS: two variants, each with its own entries."""
    snv, indel = read(tmp_path, record(100, "G", "A"), record(100, "GCT", "G", info=f"CSQ={entry('-', 'ENST2')}"))

    assert isinstance(snv, Call)
    assert isinstance(indel, Call)
    assert [snv.consequences[0].transcript, indel.consequences[0].transcript] == ["ENST1", "ENST2"]


@pytest.mark.parametrize("info", [".", "DP=40", "CSQ", "CSQ=", "CSQ=-", "CSQ=.", f"CSQ={entry('T')}", "DP=3;;"])
def test_an_alt_without_annotation_is_told(tmp_path: Path, info: str) -> None:
    """No entry, or none that is this ALT's."""
    assert told(read(tmp_path, record(info=info))) == [("chr1:100:G>A", "no_annotation")]


def test_csq_is_found_wherever_it_stands(tmp_path: Path) -> None:
    """INFO's order is free, and flags have no value."""
    call = only_call(read(tmp_path, record(info=f"SOMATIC;CSQ={entry('A')};DP=40")))

    assert len(call.consequences) == 1


def test_entries_off_transcripts_are_no_consequences(tmp_path: Path) -> None:
    """A regulatory feature is an annotation, so the ALT isn't 'without'; but it makes no protein."""
    call = only_call(read(tmp_path, record(info=f"CSQ={entry('A', 'ENSR1', 'RegulatoryFeature')}")))

    assert call.consequences == ()


def test_rna_expression_and_phase_are_read_from_the_tumour(tmp_path: Path) -> None:
    """VAtools' fields and GATK's, in the tumour's column alone."""
    call = only_call(
        read(
            tmp_path,
            record(
                keys="GT:AD:PGT:PID:RDP:RAD:RAF:GX:TX",
                normal="0/0:40,0:.:.:90:45,45:0.5:GENE|99.0:ENST1|99.0",
                tumor="0/1:30,10:0|1:99_C_T:50:40,10:0.2:GENE|24.1:ENST1.2|3.5,ENST2|0.0",
            ),
        )
    )

    assert call.rna == AlleleCounts(50, 10, 0.2)
    assert call.phase == PhaseSet("PGT/PID", "99_C_T", 1)
    assert call.gene_expression == (Expression("GENE", 24.1),)
    assert call.transcript_expression == (Expression("ENST1.2", 3.5), Expression("ENST2", 0.0))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ENSG1|24.1", [("ENSG1", 24.1)]),
        ("ENSG1.7|24.1", [("ENSG1.7", 24.1)]),  # the version stays: joining is the pipeline's matter
        ("A|1,B|2", [("A", 1.0), ("B", 2.0)]),
        ("A|1e-3", [("A", 0.001)]),
        ("A|0.0", [("A", 0.0)]),  # measured, and none found: not the same as missing
        ("A|NA,B|2", [("B", 2.0)]),
        ("A|nan,B|2", [("B", 2.0)]),  # what Python writes for a missing number
        ("A|inf", []),
        ("A|", []),
        ("A", []),
        ("|5", []),
        (".", []),
        ("", []),
    ],
)
def test_expression(tmp_path: Path, value: str, expected: list[tuple[str, float]]) -> None:
    """feature|value, comma-separated; a missing value is left out, never 0."""
    call = only_call(read(tmp_path, record(keys="GT:AD:GX", tumor=f"0/1:30,10:{value}")))

    assert call.gene_expression == tuple(Expression(feature, number) for feature, number in expected)


def test_trailing_fields_may_be_left_out(tmp_path: Path) -> None:
    """VCF 4.3, section 1.6.2: a sample may drop its last fields, here all but GT."""
    call = only_call(read(tmp_path, record(keys="GT:AD:DP:GX", tumor="0/1", normal="0/0")))

    assert call.tumor == AlleleCounts(None, None, None)


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    """The carriage return is no part of the last sample's last field."""
    path = tmp_path / "x.vcf"
    path.write_bytes(text([record(100)]).replace("\n", "\r\n").encode())

    assert only_call(read_file(path)).tumor == AlleleCounts(40, 10, 0.25)


def test_a_file_that_breaks_off_among_its_records_ends_in_one_error(tmp_path: Path) -> None:
    """Half a tumour's variants must not pass for all of them."""
    whole = gzip.compress(text([record(pos) for pos in range(100, 5000)]).encode())
    path = tmp_path / "x.vcf.gz"
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(InputError, match=r"x\.vcf\.gz: the compressed file breaks off .* after line \d+"):
        read_file(path)


def test_the_header_is_read(tmp_path: Path) -> None:
    """Samples in their order, simple lines, descriptions, numbers."""
    path = tmp_path / "x.vcf"
    path.write_text(text([], meta=[*META, "##tumor_sample=TUMOR"]), encoding="utf-8")
    header = read_header(path)

    assert header.samples == ("NORMAL", "TUMOR")
    assert header.simple["tumor_sample"] == "TUMOR"
    assert header.info["DP"] == "Depth"
    assert header.info["CSQ"].startswith("Annotations from Ensembl VEP. Format: Allele|Consequence|")
    assert header.format_number == {"GT": "1", "AD": "R"}


def test_two_tumour_samples_in_the_header_name_neither(tmp_path: Path) -> None:
    """Mutect2 on several tumours of a patient writes ##tumor_sample for each: which is meant must be asked."""
    path = tmp_path / "x.vcf"
    path.write_text(text([], meta=[*META, "##tumor_sample=A", "##tumor_sample=B"]), encoding="utf-8")

    assert read_header(path).simple["tumor_sample"] not in {"A", "B"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no '#CHROM' line"),
        ("chr1\t100\t.\tG\tA\n", "is not a VCF: it doesn't begin with '##fileformat=VCF'"),
        ("##fileformat=VCFv4.2\n##x=y\n", "has no '#CHROM' line; it is not a VCF, or its header is cut off"),
        ("##fileformat=VCFv4.2\nchr1\t100\t.\tG\tA\n", "has no '#CHROM' line"),
        ("<html>404</html>", "is not a VCF"),
    ],
)
def test_what_is_no_vcf_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """The first line must say VCF, and the column names must come."""
    path = tmp_path / "x.vcf"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=message):
        read_header(path)


def test_a_vcf_without_annotation_is_refused(tmp_path: Path) -> None:
    """Before any record is read."""
    with pytest.raises(InputError, match="no VEP annotation"):
        read(tmp_path, record(100), meta=[META[0]])


# ---- properties

READS = st.integers(0, 500)
ALTS = st.lists(st.sampled_from(["A", "C", "T", "GA", "GTT"]), min_size=2, max_size=3, unique=True)


@given(alts=ALTS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_splitting_a_record_changes_no_counts(
    alts: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One record with several ALTs says the same of each as one record for each.

    AF and DP are stated, so that the frequency doesn't hang on reads of the ALT that is now elsewhere; REF has a read,
    since RNA counts that are all zero say that nothing was counted.
    """
    one, reference = "0/1/2/3"[: 2 * len(alts) + 1], data.draw(READS.map(lambda count: count + 1), "REF reads")
    reads = data.draw(st.lists(READS, min_size=len(alts), max_size=len(alts)), "ALT reads")
    depth = reference + sum(reads)
    frequencies = [round(count / depth, 5) if depth else 0.0 for count in reads]
    keys = "GT:AD:AF:DP:RAD:RAF:RDP"

    def sample(genotype: str, chosen: Sequence[int]) -> str:
        by_allele = ",".join(str(count) for count in (reference, *(reads[index] for index in chosen)))
        shares = ",".join(str(frequencies[index]) for index in chosen)
        return ":".join((genotype, by_allele, shares, str(depth), by_allele, shares, str(depth)))

    together = record(alt=",".join(alts), keys=keys, tumor=sample(one, range(len(alts))), normal="0/0")
    split = [record(alt=alt, keys=keys, tumor=sample("0/1", [at]), normal="0/0") for at, alt in enumerate(alts)]
    folder = tmp_path_factory.mktemp("split")

    def evidence(items: Sequence[Call | LedgerEntry]) -> list[tuple[str, AlleleCounts, AlleleCounts | None]]:
        assert all(isinstance(item, Call) for item in items)
        return [(str(item.variant), item.tumor, item.rna) for item in items if isinstance(item, Call)]

    # joined, VEP would cut the shared G; whole letters are allotted either way
    assert evidence(read(folder, together)) == evidence(read(folder, *split))


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_records_changes_no_call(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Distinct variants, whatever becomes of them, are read alike in any order; only line numbers move."""
    records = [
        record(100, alt="A,T", tumor="1/2:9,5,4"),
        record(100, "GC", "G", info=f"CSQ={entry('-')}"),
        record(200, tumor="0/0:9,9"),
        record(300, alt="<DEL>"),
        record(400, status="weak"),
        record(500, normal="0/1:9,9"),
        record(600, info="."),
        record(700, chrom="chr2"),
    ]
    folder = tmp_path_factory.mktemp("order")

    def read_all(lines: Sequence[str]) -> Counter[tuple[object, ...]]:
        return Counter(
            (item.variant, item.tumor, item.normal, item.germline, len(item.consequences))
            if isinstance(item, Call)
            else (item.variant, item.outcome, item.detail)
            for item in read(folder, *lines)
        )

    assert read_all(data.draw(st.permutations(records))) == read_all(records)
