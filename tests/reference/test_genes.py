"""The embedded genes: a reference that opens, mutations that get their published names, and the peptides they make."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neosieve import building
from neosieve.building import build_reference
from neosieve.inputs import read_inputs
from neosieve.io.reference import open_reference
from neosieve.model.ledger import Outcome
from neosieve.model.variant import Call
from neosieve.pipeline import run
from neosieve.settings import RunSettings
from neosieve.timing import Stages
from tests.biology.fakes import FakePredictor

if TYPE_CHECKING:
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.run import RunResult

ROOT = Path(__file__).parents[2]
GENES = ROOT / "reference" / "genes"
VCF = GENES / "demo_unannotated.vcf"
REFERENCE = GENES / "genes.ref"

NAMES = [
    # Where, transcript, HGVS c., HGVS p.; "published" is what the literature calls it, the others were worked out by
    # hand from the sequence.
    ("20:31022402", "ENST00000375687.4", "c.1900_1922del", "p.Glu635ArgfsTer15"),  # published: E635Rfs*15
    ("20:31022441", "ENST00000375687.4", "c.1934dup", "p.Gly646TrpfsTer12"),  # published: G646Wfs*12, c.1934dupG
    ("20:31022592", "ENST00000375687.4", "c.2077C>T", "p.Arg693Ter"),  # published: R693*
    ("20:35526363", "ENST00000262878.4", "c.1609-1G>C", ""),  # published: c.1609-1G>C
    # R290 is CGT: without its C the frame reads GTC CTG AAA …, VLKTKASFMR and a stop: 10 new residues
    ("20:35545436", "ENST00000262878.4", "c.868del", "p.Arg290ValfsTer11"),
    ("20:35563508", "ENST00000262878.4", "c.433C>T", "p.Arg145Ter"),  # published: R145X
    ("20:36031762", "ENST00000373578.2", "c.1591C>T", "p.Gln531Ter"),  # published: Q531*
    ("20:39742756", "ENST00000361337.2", "c.1599C>T", "p.Asp533="),  # GAC and GAT are both Asp
    ("20:39750765", "ENST00000361337.2", "c.2165A>G", "p.Asn722Ser"),  # published: N722S
    ("20:39792584", "ENST00000244007.3", "c.1034_1035delinsTT", "p.Ser345Phe"),  # published: S345F (there c.1034C>T)
    # …GTG|TATGAGGAAGACATG|TTT: T follows what begins with T, so c. shifts by one; published: VYEEDM1161V
    ("20:39802380", "ENST00000244007.3", "c.3485_3499del", "p.Tyr1162_Met1166del"),
    # AAT|GGATCC|GAG: G follows what begins with G, so c. shifts by one; GGA TCC is Gly Ser
    ("20:41076889", "ENST00000373187.1", "c.1531_1532insGATCCG", "p.Asn510_Glu511insGlySer"),
    ("20:41385122", "ENST00000373187.1", "c.839A>G", "p.Tyr280Cys"),  # alone: TAC to TGC
    ("20:41385123", "ENST00000373187.1", "c.838T>C", "p.Tyr280His"),  # published: Y280H
    ("20:41385218", "ENST00000373187.1", "c.743T>C", "p.Phe248Ser"),  # published: F248S
    ("20:41400134", "ENST00000373187.1", "c.625G>A", "p.Ala209Thr"),  # published: A209T
    # (CAG)6 CAA from c.3742: CAG moves by five units and two bases (CA), 17 in all; the glutamines end with Q1276
    ("20:46279815", "ENST00000371998.3", "c.3759_3761del", "p.Gln1276del"),
    ("20:54958142", "ENST00000395909.4", "c.465C>A", "p.Ser155Arg"),  # published: S155R
    ("20:54961538", "ENST00000395909.4", "c.94C>T", "p.Pro32Ser"),  # CCT to TCT
    ("20:54961541", "ENST00000395909.4", "c.91T>A", "p.Phe31Ile"),  # published: F31I, rs2273535
    ("20:57484420", "ENST00000371085.3", "c.601C>T", "p.Arg201Cys"),  # published: R201C
    ("20:57484421", "ENST00000371085.3", "c.602G>A", "p.Arg201His"),  # published: R201H
]


@pytest.fixture(scope="module")
def consequences() -> dict[str, tuple[TranscriptConsequence, ...]]:
    """Return chrom:pos → what the sequence says of the call."""
    records = read_inputs(_settings()).records
    return {
        str(record.variant).rpartition(":")[0]: record.consequences for record in records if isinstance(record, Call)
    }


@pytest.fixture(scope="module")
def result() -> RunResult:
    """Return a run on the VCF; its scores are made up."""
    return run(_settings(), predictor=FakePredictor())


def _settings() -> RunSettings:
    return RunSettings(vcf=VCF, reference=REFERENCE, hla="A*02:01,B*07:02", out=Path("unused"))


def test_the_reference_opens_and_its_checksums_match() -> None:
    """The contig is found by either name; GNAS is there with its strand, its mark and its protein."""
    reference = open_reference(REFERENCE)
    reference.verify()

    assert reference.contig("20") == reference.contig("chr20") is not None
    gnas = reference.transcript("ENST00000371085")
    assert gnas is not None
    assert (gnas.gene, gnas.strand, gnas.canonical) == ("GNAS", 1, True)
    proteins = reference.normal_proteins().values()
    # how GNAS begins and how it goes on around R201, as in UniProt P63092
    (whole,) = (one for one in proteins if len(one) == 394 and one.startswith("MGCLGNSKTEDQRNEEKAQREANKKIEKQL"))
    assert whole[192:209] == "SDQDLLRCRVLTSGIFE"


@pytest.mark.parametrize(("where", "transcript", "coding", "protein"), NAMES)
def test_each_mutation_gets_its_published_name(
    consequences: dict[str, tuple[TranscriptConsequence, ...]], where: str, transcript: str, coding: str, protein: str
) -> None:
    """HGVS c. and p. on the transcript that the published name counts on."""
    (told,) = (one for one in consequences[where] if one.transcript == transcript)

    assert (told.hgvs_c, told.hgvs_p) == (coding, protein)


def test_every_record_of_the_vcf_has_a_name_to_check() -> None:
    """All but TOP1 F361S, which fails FILTER."""
    lines = [line.split("\t") for line in VCF.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    unnamed = {f"20:{line[1]}" for line in lines} - {where for where, *_ in NAMES}

    assert unnamed == {"20:39728802"}


@pytest.mark.parametrize(
    ("variant", "window", "middle"),
    [
        # 17 residues around the one that changes, from the protein's published sequence: nine windows of nine, all new
        ("20:57484421:G>A", "SDQDLLRCHVLTSGIFE", "H"),  # GNAS R201H; R201C is in trans, so no peptide holds both
        ("20:57484420:C>T", "SDQDLLRCCVLTSGIFE", "C"),  # GNAS R201C
        ("20:41385123:A>G", "DGGSGVSNRAELIVKEP", "R"),  # PTPRT TAC (Y280) with T>C and A>G in cis: CGC, Arg
        ("20:41385122:T>C", "DGGSGVSNRAELIVKEP", "R"),  # the same, from its other half
        ("20:54961538:G>A", "RVLVTQQISCQNPLPVN", "S"),  # AURKA P32S on the germline's I31, not on F31
    ],
)
def test_the_nonamers_over_a_changed_residue_are_the_candidates(
    result: RunResult, variant: str, window: str, middle: str
) -> None:
    """Residue 9 of 17 is the mutant one: the nine 9-mers that hold it, no other."""
    assert window[8] == middle
    expected = {window[at : at + 9] for at in range(9)}

    assert expected == {
        one.candidate.peptide.sequence
        for one in result.ranked
        if variant in {str(call.variant) for call in one.candidate.peptide.calls}
        and len(one.candidate.peptide.sequence) == 9
    }


def test_the_germline_neighbour_is_in_the_wild_type_too(result: RunResult) -> None:
    """AURKA P32S in cis with F31I: the wild type of VTQQISCQN is the patient's VTQQIPCQN, not the reference's …F…."""
    wildtypes = {one.candidate.peptide.sequence: one.candidate.peptide.wildtype for one in result.ranked}

    assert wildtypes["VTQQISCQN"] == "VTQQIPCQN"


def test_every_alt_ends_as_candidates_or_as_a_reason(result: RunResult) -> None:
    """The ledger names each ALT of the VCF, and no other; the outcomes of those without peptides are known."""
    lines = [line.split("\t") for line in VCF.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    outcomes: dict[str, set[Outcome]] = {}
    peptides: dict[str, int] = {}
    for entry in result.ledger:
        outcomes.setdefault(entry.variant, set()).add(entry.outcome)
        peptides[entry.variant] = peptides.get(entry.variant, 0) + entry.n_peptides

    assert outcomes.keys() == {f"20:{line[1]}:{line[3]}>{line[4]}" for line in lines}
    ranked = {str(call.variant) for one in result.ranked for call in one.candidate.peptide.calls}
    assert {variant for variant, number in peptides.items() if number} == ranked
    assert {variant for variant, told in outcomes.items() if Outcome.CANDIDATES in told} == ranked
    assert len(ranked) == 15
    assert outcomes["20:39728802:T>C"] == {Outcome.FILTERED}
    assert outcomes["20:39742756:C>T"] == {Outcome.NO_PROTEIN_CHANGE}
    assert outcomes["20:54961541:A>T"] == {Outcome.GERMLINE}
    # stops make no residue; of 29 glutamines 28 are left, and a window of 11 holds at most 11
    for variant in ("20:31022592:C>T", "20:35563508:G>A", "20:36031762:C>T", "20:46279815:GCAG>G"):
        assert outcomes[variant] == {Outcome.NO_NOVEL_PEPTIDE}
    assert not peptides["20:35526363:C>G"]  # a lost splice site: what is made instead isn't known


def test_the_records_show_both_strands_and_each_kind() -> None:
    """What the VCF is for."""
    names = {line.split("\t")[7] for line in VCF.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    strands = {one.strand for one in (open_reference(REFERENCE).transcript(name) for _, name, *_ in NAMES) if one}

    assert strands == {1, -1}
    assert len(names) == 23
    assert "made up" in VCF.read_text(encoding="utf-8")


def test_the_shipped_slices_build_the_shipped_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte; only the version of neosieve that is noted in it may be an older one.

    If this fails because a reference's format has changed, run reference/build/genes.py again.
    """
    noted = open_reference(REFERENCE).info["neosieve"]
    monkeypatch.setattr(building, "__version__", noted)
    built = tmp_path / "genes.ref"
    build_reference(GENES / "genes.gtf.gz", GENES / "chr20_slices.fa.gz", built, proteome=None, stages=Stages())

    assert built.read_bytes() == REFERENCE.read_bytes()


def test_the_script_cuts_the_slices_that_ship(tmp_path: Path, shared: Path) -> None:
    """Same inputs, same text (compressed bytes may differ with the version of zlib)."""
    source = shared / "genome" / "grch37"
    script = ROOT / "reference" / "build" / "genes.py"
    genome, models = source / "20.fa.gz", source / "gencode_v19_basic.chr20.gtf.gz"
    command: list[str | Path] = [sys.executable, script, "--genome", genome, "--gtf", models, "--out", tmp_path]
    subprocess.run(command, check=True, capture_output=True)

    assert (tmp_path / VCF.name).read_bytes() == VCF.read_bytes()
    for name in ("genes.gtf.gz", "chr20_slices.fa.gz"):
        assert gzip.decompress((tmp_path / name).read_bytes()) == gzip.decompress((GENES / name).read_bytes())
