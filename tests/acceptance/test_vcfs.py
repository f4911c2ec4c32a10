"""Every VCF at hand, as callers and annotators write them: none ends in a traceback, and every ALT is accounted for.

The files of ``../shared/vcfs`` are named after their oddities. What is in them is read here with a splitter of a few
lines, independent of neosieve's reader, and what should come of them was worked out by hand.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.binding.models import choose_models
from neosieve.errors import InputError, NeosieveError, SampleError
from neosieve.model.ledger import Outcome
from neosieve.pipeline import run
from neosieve.settings import RunSettings

if TYPE_CHECKING:
    from neosieve.binding.predictor import BindingPredictor
    from neosieve.model.run import RunResult

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
VCFS = SHARED / "vcfs"
LENGTHS = (8, 9, 10, 11)

HCC1395 = "H_NJ-HCC1395-HCC1395"
# file → (the tumour's name where it must be given, what becomes of the ALTs of a small file)
FINISHED: dict[str, tuple[str | None, dict[str, int] | None]] = {
    "full_input": (None, None),
    "input.empty_tx_gx": ("NORMAL", {"candidates": 2}),  # its only column is called NORMAL; two transcripts
    "input.no_csq": (None, {"no_annotation": 1}),  # the header has CSQ, the record hasn't
    "input.readcount": (HCC1395, {"candidates": 1}),  # two columns whose names say nothing
    "input.tx": (None, {"candidates": 1}),
    "input_dash_csq_allele": (None, {"candidates": 4}),
    "input_duplicate_index": (None, {"candidates": 2}),  # two ALTs, both R535H
    "input_empty_vaf_list": (None, {"candidates": 1}),
    "input_frameshift_variant_feature_elongation": (None, {"candidates": 1}),
    "input_hom_ref_genotype": (None, {"not_in_tumor": 1}),
    "input_inframe_deletion_aa_deletion": (None, {"no_novel_peptide": 1}),  # one of 26 E: no window of 11 spans the run
    "input_inframe_insertion_aa_insertion": (None, {"candidates": 1}),
    "input_inframe_insertion_aa_replacement": (None, {"candidates": 1}),
    "input_multiple_transcripts": (None, {"candidates": 2}),
    "input_mutation_at_relative_beginning_of_full_sequence": (None, {"candidates": 1}),
    "input_negative_start": (None, None),
    "input_no_gene_name": (None, {"nmd_transcript": 1}),
    "input_position_out_of_bounds": (None, {"annotation_mismatch": 1}),  # residue 535 of a protein of 404
    "input_short_wildtype_sequence": (None, {"candidates": 1}),
    "input_total_length": (None, {"candidates": 1}),
    "input_truncated_end": (None, {"malformed_record": 1}),  # the record has no sample column
    "input_uncalled_genotype": (None, {"no_genotype": 1}),
    "input_wildtype_sequence_with_stop": (None, {"unsupported_biotype": 1}),  # a polymorphic pseudogene
    "proximal_somatic": (None, None),
    "somatic.chr1-2": (None, None),
    "unsupported_aa": (None, {"splice_unmodelled": 1}),
}
# file → (tumour, error, its message)
REFUSED: dict[str, tuple[str | None, type[NeosieveError], str]] = {
    "mel218_mutect2": (None, InputError, r"mel218_mutect2\.vcf\.gz has no VEP annotation.*annotate it with.*--plugin"),
    "input.empty_tx_gx": (None, SampleError, r"can't tell which sample is the tumour.*--tumor.*: NORMAL$"),
    "input.readcount": (None, SampleError, r"can't tell which sample.*: H_NJ-HCC1395-HCC1395, H_NJ-HCC1395-HCC1396$"),
}


def path_of(name: str) -> Path:
    """Find a VCF by its short name; skip the test where real data is absent."""
    if name == "demo":
        return ROOT / "reference" / "demo" / "hcc1395_demo.vcf.gz"
    path = SHARED / "hcc1395" / "annotated.expression.vcf.gz" if name == "hcc1395" else VCFS / f"{name}.vcf.gz"
    if not path.exists():
        pytest.skip(f"no {path}: real data lies beside the checkout, not in it")
    return path


def rows_of(path: Path) -> list[list[str]]:
    """Split a VCF's records into columns: no more than that."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def alts_of(path: Path) -> Counter[str]:
    """Count a VCF's ALTs by chrom:pos:ref>alt."""
    return Counter(f"{row[0]}:{row[1]}:{row[3]}>{alt}" for row in rows_of(path) for alt in row[4].split(","))


def annotation_of(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Read CSQ entries by (chrom:pos, transcript)."""
    header = gzip.decompress(path.read_bytes()).decode().split("##INFO=<ID=CSQ", 1)[1]
    names = header.split("Format: ", 1)[1].split('"', 1)[0].split("|")
    entries = {}
    for row in rows_of(path):
        for entry in row[7].split("CSQ=", 1)[-1].split(";", 1)[0].split(","):
            fields = dict(zip(names, entry.split("|"), strict=False))
            entries[f"{row[0]}:{row[1]}", fields["Feature"]] = fields
    return entries


@cache
def predictor() -> BindingPredictor:
    """Load the embedded model once."""
    return choose_models("embedded").load()


def run_on(path: Path, tumor: str | None) -> RunResult:
    """Run the main job with everything that the file holds."""
    options = RunSettings(
        vcf=path, hla="HLA-A*02:01", out=Path("unused"), tumor=tumor, lengths=LENGTHS, include_filtered=True
    )
    return run(options, predictor=predictor())


@cache
def result_of(name: str) -> RunResult:
    """Run once for all the tests on a file."""
    return run_on(path_of(name), FINISHED[name][0] if name in FINISHED else None)


def test_no_vcf_is_forgotten() -> None:
    """A file that is added to the folder needs a line in one of the tables."""
    if not VCFS.is_dir():
        pytest.skip(f"no {VCFS}: real data lies beside the checkout, not in it")

    assert {path.name.removesuffix(".vcf.gz") for path in VCFS.glob("*.vcf.gz")} == FINISHED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", [*FINISHED, "demo", "hcc1395"])
def test_the_ledger_reconciles_with_the_vcf(name: str) -> None:
    """Every ALT has a row, repeated ones each their own; no row is of a variant that isn't in the file."""
    expected = alts_of(path_of(name))
    result = result_of(name)
    rows = Counter(entry.variant for entry in result.ledger)

    assert rows.keys() == expected.keys()
    assert all(rows[variant] >= count for variant, count in expected.items())
    assert result.funnel[0].count == expected.total()
    assert all((entry.n_peptides > 0) == (entry.outcome is Outcome.CANDIDATES) for entry in result.ledger)


@pytest.mark.parametrize("name", [*FINISHED, "demo", "hcc1395"])
def test_the_ledger_reconciles_with_the_candidates(name: str) -> None:
    """`n_peptides` of a variant on a transcript is how many distinct peptides the candidates hold for the two."""
    result = result_of(name)
    peptides: dict[tuple[str, str], set[str]] = {}
    for one in result.ranked:
        for call in one.candidate.peptide.calls:
            for transcript in one.candidate.transcripts:
                key = str(call.variant), transcript
                peptides.setdefault(key, set()).add(one.candidate.peptide.sequence)
    counted = {
        (entry.variant, entry.transcript or ""): entry.n_peptides for entry in result.ledger if entry.n_peptides > 0
    }

    assert counted == {key: len(found) for key, found in peptides.items()}


@pytest.mark.parametrize("name", [name for name, (_, outcomes) in FINISHED.items() if outcomes is not None])
def test_small_files_end_as_they_should(name: str) -> None:
    """Each oddity has the outcome that its biology asks for."""
    assert Counter(entry.outcome.value for entry in result_of(name).ledger) == FINISHED[name][1]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_with_a_reason(name: str) -> None:
    """An error of neosieve's own, whose message says how to mend it."""
    tumor, error, message = REFUSED[name]

    with pytest.raises(error, match=message):
        run_on(path_of(name), tumor)


@pytest.mark.parametrize(
    ("name", "place", "transcript", "residue", "old", "new"),
    [
        # read off HGVSp or Protein_position and Amino_acids; `residue` is 1-based, as there
        ("input.empty_tx_gx", "chr9:86323753", "ENST00000375960", 543, "T", "I"),
        ("input.empty_tx_gx", "chr9:86323753", "ENST00000375963", 666, "T", "I"),
        ("input.readcount", "22:18020272", "ENST00000262608", 535, "R", "H"),
        ("input.tx", "22:18644673", "ENST00000215794", 124, "A", "V"),
        ("input_dash_csq_allele", "chr2:139326521", "ENST00000280098.4", 351, "METSGWKSM", ""),
        ("input_duplicate_index", "22:18020272", "ENST00000262608", 535, "R", "H"),
        ("input_empty_vaf_list", "chr5:109378380", "ENST00000361189.7", 369, "G", "F"),
        ("input_inframe_deletion_aa_deletion", "6:43250725", "ENST00000259750", 750, "E", ""),
        ("input_inframe_insertion_aa_insertion", "6:41754573", "ENST00000458694", 288, "", "L"),  # between 287, 288
        ("input_inframe_insertion_aa_replacement", "2:217498305", "ENST00000233809", 20, "L", "LLP"),
        ("input_mutation_at_relative_beginning_of_full_sequence", "1:70671201", "ENST00000370952", 8, "A", "V"),
        ("input_short_wildtype_sequence", "17:79213212", "ENST00000431388", 17, "A", "T"),
        ("input_total_length", "chr1:1257268", "ENST00000347370.6", 20, "P", "L"),
    ],
)
def test_peptides_are_the_mutant_windows_that_the_normal_protein_lacks(
    name: str, place: str, transcript: str, residue: int, old: str, new: str
) -> None:
    """DESIGN's one rule, by brute force on the protein that stands in the file."""
    normal = annotation_of(path_of(name))[place, transcript]["WildtypeProtein"].rstrip("*")
    start = residue - 1
    assert normal[start : start + len(old)] == old
    mutant = normal[:start] + new + normal[start + len(old) :]

    assert scored(name, place, transcript) == windows(mutant) - windows(normal)


@pytest.mark.parametrize(
    ("name", "place", "transcript"),
    [
        ("input_dash_csq_allele", "chr3:88202567", "ENST00000318887.3"),
        ("input_dash_csq_allele", "chr16:19589630", "ENST00000538853.1"),
        ("input_dash_csq_allele", "chr19:40889960", "ENST00000291823.2"),
        ("input_frameshift_variant_feature_elongation", "6:44140054", "ENST00000398776.1"),
    ],
)
def test_a_frameshift_gives_the_windows_of_its_whole_new_protein(name: str, place: str, transcript: str) -> None:
    """The same rule, with the protein that VEP's Frameshift plugin wrote."""
    entry = annotation_of(path_of(name))[place, transcript]
    mutant, normal = entry["FrameshiftSequence"].partition("*")[0], entry["WildtypeProtein"].rstrip("*")

    assert len(mutant) > 100
    assert scored(name, place, transcript) == windows(mutant) - windows(normal)


def scored(name: str, place: str, transcript: str) -> set[str]:
    """List the peptides that a run scored for the variants at a place on a transcript."""
    return {
        one.candidate.peptide.sequence
        for one in result_of(name).ranked
        if transcript in one.candidate.transcripts and str(one.candidate.call.variant).startswith(f"{place}:")
    }


def windows(protein: str) -> set[str]:
    """Cut every peptide of the lengths that are asked for."""
    return {protein[start : start + k] for k in LENGTHS for start in range(len(protein) - k + 1)}


@pytest.mark.parametrize(
    ("first", "second", "residues", "peptide"),
    [
        # Two SNVs in one codon, in cis by PGT/PID: the codon with both, not one residue for each.
        # TRIB1 residue 340: tCc/tTc and tcC/tcT → TTT, Phe: the second is silent alone, and is carried all the same
        ("chr8:125436371:C>T", "chr8:125436372:C>T", "SF", "LLHPWFEFV"),
        # ATP8A2 residue 224: Gac/Cac (His) and gAc/gTc (Val) → CTC, Leu
        ("chr13:25541937:G>C", "chr13:25541938:A>T", "DL", "ALMQTREVLM"),
        # IL27RA residue 428: gCc/gTc and gcC/gcT → GTT, Val
        ("chr19:14049195:C>T", "chr19:14049196:C>T", "AV", "RLQDVPPGTPA"),
        # KNL1 residue 865: Cca/Tca (Ser) and cCa/cTa (Leu) → TTA, Leu
        ("chr15:40622779:C>T", "chr15:40622780:C>T", "PL", "FLKEKQNVKI"),
    ],
)
def test_two_changes_of_one_codon_are_one_residue(first: str, second: str, residues: str, peptide: str) -> None:
    """proximal_somatic: the peptide carries both variants, and neither variant alone gives one of its own."""
    ranked = result_of("proximal_somatic").ranked
    carrying = {
        tuple(str(call.variant) for call in one.candidate.peptide.calls): one.candidate
        for one in ranked
        if {str(call.variant) for call in one.candidate.peptide.calls} & {first, second}
    }
    (example,) = (one.candidate for one in ranked if one.candidate.peptide.sequence == peptide)
    (place,) = example.peptide.altered

    assert carrying.keys() == {(first, second)}
    assert example.phase == "PGT/PID"
    assert example.peptide.wildtype is not None
    assert example.peptide.wildtype[place] + peptide[place] == residues


def test_two_missense_variants_that_make_a_stop_together_give_nothing() -> None:
    """GMDS Phe218 TTC, minus strand: c.654C>A and c.653T>A, in cis by PGT/PID → TAA, not Leu and Tyr one by one."""
    result = result_of("proximal_somatic")
    entries = [entry for entry in result.ledger if entry.variant in {"chr6:1930220:G>T", "chr6:1930221:A>T"}]

    assert [entry.outcome for entry in entries] == [Outcome.NO_NOVEL_PEPTIDE] * 2


def test_the_reason_of_every_row_without_candidates_is_in_words() -> None:
    """But for variants that plainly change no protein, the detail says what the outcome's name can't."""
    silent = {Outcome.CANDIDATES, Outcome.NO_PROTEIN_CHANGE}
    mute = [
        entry
        for name in FINISHED
        for entry in result_of(name).ledger
        if entry.outcome not in silent and not re.search(r"\w{3}", entry.detail)
    ]

    assert mute == []


ODD = ("", "-", ".", "?", "É", "|", ",", ";", "\t", ":", "*", "0", "999999", "12-?", "K/R", "-/X", "*/K", "stop_lost")


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_damaged_records_end_in_the_ledger(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Real records with stretches cut out or overwritten: the run ends well, with a row for each of them at least."""
    text = gzip.decompress(path_of("demo").read_bytes()).decode().splitlines()
    header = [line for line in text if line.startswith("#")]
    damaged = []
    for record in data.draw(st.lists(st.sampled_from(text[len(header) :]), min_size=1, max_size=4)):
        line = record
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(1, len(line) - 1))  # the first letter stays: '#' would make a comment of it
            line = line[:start] + data.draw(st.sampled_from(ODD)) + line[start + data.draw(st.integers(0, 60)) :]
        damaged.append(line)
    path = tmp_path_factory.mktemp("damaged") / "x.vcf"
    path.write_text("\n".join([*header, *damaged, ""]), encoding="utf-8")

    result = run_on(path, None)

    assert result.funnel[0].count >= len(damaged)
    assert len(result.ledger) >= len(damaged)
    assert all((entry.n_peptides > 0) == (entry.outcome is Outcome.CANDIDATES) for entry in result.ledger)
