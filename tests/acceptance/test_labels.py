"""Our labels beside those that Ensembl VEP 105 gave a real tumour, HCC1395: HGVS names and consequence terms.

``label_differences.tsv`` lists every (variant, transcript) where a label differs, with the reason.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.codons import CODON, STOP
from neosieve.biology.consequences import describe
from neosieve.biology.coordinates import Layout, place, trimmed
from neosieve.biology.effects import protein_changes
from neosieve.biology.hgvs import protein_hgvs
from neosieve.biology.reading import Reading
from neosieve.biology.termrules import coding_terms
from neosieve.biology.translation import SequenceTranslator
from neosieve.building import build_reference
from neosieve.io.genemodels import read_gene_models
from neosieve.io.samples import choose_samples
from neosieve.io.vcf import Policy, read_calls, read_header
from neosieve.model.protein import UNKNOWN, ProteinChange
from neosieve.model.variant import Call
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.genome import Interval

DIFFERENCES = Path(__file__).with_name("label_differences.tsv")
DECAYING = "NMD_transcript_variant"
AGREEING_NAMES = {
    "missense_variant": 1133,
    "synonymous_variant": 369,
    "splice_region_variant": 16,  # and synonymous_variant
    "stop_gained": 50,
    "frameshift_variant": 41,
    "inframe_deletion": 35,
    "inframe_insertion": 1,
    "stop_retained_variant": 1,
}
"""Names equal to VEP's, by the first of VEP's terms."""
PLACES = ("splice", "intron", "UTR")
"""Parts of the names of terms that tell where a variant lies, not what it does to codons."""


Differences = dict[tuple[str, str, str], tuple[object, object]]
"""(variant, transcript, label) → (ours, VEP's)."""


def understood(label: str) -> Differences:
    """Return the listed differences of one label."""
    with DIFFERENCES.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["label"] == label]
    assert all(row["reason"] for row in rows)
    return {(row["variant"], row["transcript"], label): (row["ours"], row["vep"]) for row in rows}


@pytest.fixture(scope="module")
def calls(shared: Path) -> list[Call]:
    """Read all calls; nobody's normal protein matters here, so none is germline."""
    header = read_header(shared / "hcc1395" / "annotated.expression.vcf.gz")
    samples = choose_samples(header.samples, header.simple, tumor=None, normal=None, source="HCC1395")
    records = read_calls(header, samples, Policy(include_filtered=True))
    return [replace(one, germline=False) for one in records if isinstance(one, Call)]


def bare(hgvs: str) -> str:
    """Return an HGVS name without its sequence's id."""
    return hgvs.rpartition(":")[2]


def codon_terms(terms: Iterable[str]) -> set[str]:
    """Leave out what tells a place."""
    return {term for term in terms if term != DECAYING and not any(part in term for part in PLACES)}


@dataclass(frozen=True)
class Annotated:
    """A call on a transcript whose proteins the annotation tells."""

    call: Call
    told: TranscriptConsequence
    normal: str
    mutant: str

    @property
    def key(self) -> tuple[str, str]:
        """(variant, transcript)."""
        return str(self.call.variant), self.told.transcript

    @property
    def gain(self) -> int:
        """Coding bases gained."""
        return len(self.call.variant.alt) - len(self.call.variant.ref)


def annotated(calls: Iterable[Call]) -> Iterator[Annotated]:
    """Make both proteins of each call alone on each transcript where VEP names residues."""
    for call in calls:
        for told in call.consequences:
            if told.change is None or not told.normal_protein:
                continue
            made = [one for one in protein_changes([(call, told)]) if isinstance(one, ProteinChange)]
            if made:
                yield Annotated(call, told, made[0].normal, made[0].mutant)
            else:
                assert {"synonymous_variant", "stop_retained_variant"} & set(told.terms), told
                yield Annotated(call, told, told.normal_protein, told.normal_protein)


def test_protein_names_from_the_annotation(calls: list[Call]) -> None:
    """HGVS p. of every record on every coding transcript, from the two proteins: equal to VEP's."""
    different: Differences = {}
    agree = Counter[str]()
    for one in annotated(calls):
        assert one.told.change is not None
        complete = "cds_end_NF" not in one.told.flags
        at = one.told.change.position
        ours = protein_hgvs(one.normal, one.mutant, at=at, gain=one.gain, complete=complete)
        if ours == bare(one.told.hgvs_p):
            agree[one.told.terms[0]] += 1
        else:
            different[*one.key, "p"] = ours, bare(one.told.hgvs_p)
    assert different == understood("p")
    assert agree == AGREEING_NAMES


def test_terms_from_the_annotation(calls: list[Call]) -> None:
    """Terms for what happens to codons, from the two proteins and VEP's codons: equal to VEP's, without exception."""
    compared = 0
    for one in annotated(calls):
        change = one.told.change
        assert change is not None
        at = change.position
        before, after = one.normal + STOP, one.mutant.removesuffix(UNKNOWN) + STOP
        new = change.alternative
        if not one.gain % CODON and not one.mutant.endswith(UNKNOWN):
            new = after[at.start : at.end + one.gain // CODON]
        ours = replace(change, reference=before[at.start : at.end], alternative=new)
        assert coding_terms(ours, one.gain) == codon_terms(one.told.terms), one.key
        compared += 1
    assert compared == 1650


def test_chromosome_20_from_the_sequence(
    calls: list[Call], shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """All 25 records, from sequence and gene models: every label and the normal protein, on common transcripts."""
    genome = shared / "genome" / "grch38"
    models, sequence = genome / "gencode_v28_basic.chr20.gtf.gz", genome / "chr20_lifted_from_grch37.fa.gz"
    out = tmp_path_factory.mktemp("labels") / "chr20.ref"
    translator = SequenceTranslator(build_reference(models, sequence, out, proteome=None, stages=Stages()))
    different: Differences = {}
    compared, altered = 0, set()
    here = [call for call in calls if call.variant.chrom == "chr20"]
    for call in here:
        told = {one.transcript.partition(".")[0]: one for one in call.consequences}
        for ours in translator.annotate(call):
            theirs = told.get(ours.transcript.partition(".")[0])
            if theirs is None:
                continue
            compared += 1
            labels: dict[str, tuple[object, object]] = {
                "terms": ("&".join(sorted(ours.terms)), "&".join(sorted(theirs.terms))),
                "c": (ours.hgvs_c, bare(theirs.hgvs_c)),
                "p": (ours.hgvs_p, bare(theirs.hgvs_p)),
                "codons": (ours.change, theirs.change),
                "cds": (ours.cds_position, theirs.cds_position),
                "exon": (ours.exon, theirs.exon),
                "protein": unlike(ours.normal_protein, theirs.normal_protein),
            }
            name = str(call.variant), theirs.transcript
            different |= {(*name, label): pair for label, pair in labels.items() if pair[0] != pair[1]}
            if translator.alters_protein(call, ours):
                altered.add(call.variant)
    assert different == understood("protein")
    assert (len(here), compared, len(altered)) == (25, 53, 11)


def unlike(ours: str, theirs: str) -> tuple[str, str]:
    """Tell the residues that differ in two proteins, as 12A; the whole proteins if their lengths do."""
    if len(ours) != len(theirs):
        return ours, theirs
    at = [place for place in range(len(ours)) if ours[place] != theirs[place]]
    return " ".join(f"{place + 1}{ours[place]}" for place in at), " ".join(
        f"{place + 1}{theirs[place]}" for place in at
    )


@pytest.mark.slow
def test_places_on_all_chromosomes(calls: list[Call], shared: Path) -> None:
    """Without any sequence: HGVS c. of substitutions, and terms that tell a place, on transcripts of one version."""
    models = read_gene_models(shared / "genome" / "grch38" / "gencode_v28_basic.gtf.gz").models
    transcripts = {model.transcript.name: model.transcript for model in models}
    different: Differences = {}
    compared = Counter[str]()
    for call in calls:
        span, new = trimmed(call.variant)
        for told in call.consequences:
            transcript = transcripts.get(told.transcript)
            if transcript is None or transcript.contig != call.variant.chrom or told.biotype != transcript.biotype:
                continue
            if "upstream_gene_variant" in told.terms or "downstream_gene_variant" in told.terms:
                continue
            layout = Layout.of(transcript)
            reading = Reading(
                "N" * transcript.length,
                transcript.cds.start - transcript.missing,
                UNKNOWN * ((len(transcript.cds) + transcript.missing) // CODON),
                None if "cds_end_NF" in transcript.flags else transcript.cds.end,
            )
            ours = describe(call.variant, layout, place(span, new, layout), reading, reading, unknown)
            places = [
                "&".join(sorted(term for term in terms if any(part in term for part in PLACES)))
                for terms in (ours.terms, told.terms)
            ]
            labels: dict[str, tuple[object, object]] = {"place": (places[0], places[1]), "exon": (ours.exon, told.exon)}
            if len(call.variant.ref) == len(call.variant.alt):
                labels["c"] = ours.hgvs_c, bare(told.hgvs_c)
            for label, pair in labels.items():
                compared[label] += 1
                if pair[0] != pair[1]:
                    different[str(call.variant), told.transcript, label] = pair
    assert different == {}
    assert compared == {"place": 1096, "exon": 1096, "c": 1025}


def unknown(interval: Interval) -> str:
    """Return bases that nobody knows."""
    return "N" * len(interval)
