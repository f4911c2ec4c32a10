"""Two other programs on the same random variants: bcftools csq and varcode beside the engine. Run on demand.

Neither is a referee: both have rules of their own, and every disagreement is counted under what is known of them, or as
unexplained. bcftools must be on the path (Debian: ``apt-get install bcftools``); varcode wants its own environment::

    python -m venv PEERS && PEERS/bin/pip install varcode pyensembl
    python -m tests.oracle.peers --count 500 --varcode PEERS/bin/python

Variants are drawn over GRCh37's chromosome 20 (``../shared/genome``), each asked about on the transcript that it was
aimed at. Every haplotype is a sample of its own in the VCF for bcftools, so that none is combined with another.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.oracle.adapter import NOTHING, Answer, Engine
from tests.oracle.bruteforce import (
    Edit,
    Model,
    is_sound,
    judge,
    normal_protein,
    normal_text,
    placements,
    read_fasta,
    read_gtf,
    trim,
)
from tests.oracle.generate import classes, random_haplotype

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GRCH37 = Path(__file__).parents[2].parent / "shared" / "genome" / "grch37"
WORKER = Path(__file__).with_name("peers_varcode.py")
CODON = 3
CHANGE = re.compile(r"(\d+)([A-Z*.]*)(?:>(\d+)([A-Z*.]*))?")
SHOWN = 10
CHANGE_FIELD = 5  # of csq: kind, gene, transcript, biotype, strand, residues, bases
JOINED = {"exon_edge_deletion", "whole_exon_deletion", "whole_intron_deletion"}
SILENT = {"synonymous", "stop_retained", "start_retained", "intron", "5_prime_utr", "3_prime_utr", "splice_region"}


@dataclass(frozen=True)
class Case:
    """A haplotype on the transcript that it was aimed at, with our answer."""

    number: int
    model: Model
    haplotype: tuple[Edit, ...]
    normal: str
    mutant: str | None
    """The mutant protein, the normal one if nothing changes, None if it can't be told."""
    reason: str
    """Why it can't be told."""
    classes: frozenset[str]

    def __str__(self) -> str:
        edits = " + ".join(map(str, self.haplotype))
        return f"{edits} on {self.model.name} ({self.model.strand}): {', '.join(sorted(self.classes))}"


# Files for the other programs


def feature_line(model: Model, kind: str, start: int, end: int, frame: str, attributes: str) -> str:
    """Write a line that GTF and GFF3 share but for the attributes."""
    return "\t".join((model.contig, "x", kind, str(start + 1), str(end), ".", model.strand, frame, attributes))


def stretches(model: Model, low: int, high: int) -> list[tuple[int, int]]:
    """Find where offsets [low, high) of the spliced transcript lie on the genome, ascending."""
    kept = set(model.positions[max(low, 0) : high])
    parts = [[place for place in range(start, end) if place in kept] for start, end in model.exons]
    return [(part[0], part[-1] + 1) for part in parts if part]


def coding_lines(model: Model, end: int) -> list[tuple[int, int, int]]:
    """Cut the coding sequence up to an offset into exons, 5′ to 3′, each with its frame."""
    parts = stretches(model, model.coding[0], end)
    frame, lines = model.frame, []
    for start, stop in parts if model.strand == "+" else parts[::-1]:
        lines.append((start, stop, frame))
        frame = (frame - (stop - start)) % CODON
    return lines


def has_stop(model: Model) -> bool:
    """Tell whether a stop codon follows the coding sequence."""
    return "cds_end_NF" not in model.tags and model.coding[1] + CODON <= len(model.positions)


def write_gff3(models: Iterable[Model], path: Path) -> None:
    """Write Ensembl's flavour: ids with their kind before them, the stop codon within the CDS."""
    lines = ["##gff-version 3"]
    for model in models:
        span = model.exons[0][0], model.exons[-1][1]
        gene, name = f"G_{model.name}", model.name
        lines.append(feature_line(model, "gene", *span, ".", f"ID=gene:{gene};Name={gene};biotype=protein_coding"))
        lines.append(
            feature_line(model, "mRNA", *span, ".", f"ID=transcript:{name};Parent=gene:{gene};biotype=protein_coding")
        )
        lines += [feature_line(model, "exon", *exon, ".", f"Parent=transcript:{name}") for exon in model.exons]
        start, end = model.coding
        end += CODON if has_stop(model) else 0
        before, behind = stretches(model, 0, start), stretches(model, end, len(model.positions))
        lines += [feature_line(model, "five_prime_UTR", *part, ".", f"Parent=transcript:{name}") for part in before]
        lines += [feature_line(model, "three_prime_UTR", *part, ".", f"Parent=transcript:{name}") for part in behind]
        lines += [
            feature_line(model, "CDS", low, high, str(frame), f"ID=CDS:{name};Parent=transcript:{name}")
            for low, high, frame in coding_lines(model, end)
        ]
    path.write_text("\n".join(lines) + "\n")


def write_gtf(models: Iterable[Model], path: Path) -> None:
    """Write Ensembl's GTF: the stop codon beside the CDS, biotypes, exon numbers, protein ids."""
    lines = []
    for model in models:
        span = model.exons[0][0], model.exons[-1][1]
        gene = f'gene_id "G_{model.name}"; gene_name "G_{model.name}"; gene_biotype "protein_coding";'
        about = f'{gene} transcript_id "{model.name}"; transcript_name "{model.name}";'
        about += ' transcript_biotype "protein_coding";'
        coded = f'{about} protein_id "P_{model.name}";'
        lines.append(feature_line(model, "gene", *span, ".", gene))
        lines.append(feature_line(model, "transcript", *span, ".", about))
        ordered = model.exons if model.strand == "+" else model.exons[::-1]
        for number, exon in enumerate(ordered, 1):
            extra = f'{about} exon_number "{number}"; exon_id "E_{model.name}_{number}";'
            lines.append(feature_line(model, "exon", *exon, ".", extra))
        start, end = model.coding
        for low, high, frame in coding_lines(model, end):
            lines.append(feature_line(model, "CDS", low, high, str(frame), coded))
        if not model.start_unknown:
            parts = stretches(model, start, start + CODON)
            lines += [feature_line(model, "start_codon", *part, "0", about) for part in parts]
        if has_stop(model):
            parts = stretches(model, end, end + CODON)
            lines += [feature_line(model, "stop_codon", *part, "0", about) for part in parts]
    path.write_text("\n".join(lines) + "\n")


def write_fasta(sequences: dict[str, str], path: Path) -> None:
    """Write sequences, one line each."""
    path.write_text("".join(f">{name}\n{text}\n" for name, text in sequences.items()))


def left_aligned(chromosome: str, model: Model, edit: Edit, others: Iterable[Edit]) -> Edit:
    """Write an indel as far left as it goes without touching another variant or an exon's edge, which csq asks for."""
    patch = trim(chromosome, edit)
    if not patch.pure:
        start = patch.start
        ref, alt = chromosome[start : patch.end].upper(), patch.text
        if len(ref) != len(alt):  # csq wants a shared first base
            start, ref, alt = start - 1, chromosome[start - 1].upper() + ref, chromosome[start - 1].upper() + alt
        return replace(edit, position=start + 1, ref=ref, alt=alt)
    taken = [(other.position - 1, other.position - 1 + len(other.ref)) for other in others]
    taken += [(edge, edge) for exon in model.exons for edge in exon if not patch.start <= edge <= patch.end]
    ways = [patch, *placements(chromosome, patch)]
    free = [way for way in ways if not any(low < way.end + 1 and way.start - 1 < high for low, high in taken)]
    best = min(free or [patch], key=lambda way: way.start)
    before = chromosome[best.start - 1].upper()
    ref = before + chromosome[best.start : best.end].upper()
    return replace(edit, position=best.start, ref=ref, alt=before + best.text)


def write_vcf(cases: Sequence[Case], chromosome: str, path: Path) -> None:
    """Write one sample per haplotype."""
    carriers: dict[Edit, list[int]] = {}
    for case in cases:
        for edit in case.haplotype:
            others = [other for other in case.haplotype if other is not edit]
            carriers.setdefault(left_aligned(chromosome, case.model, edit, others), []).append(case.number)
    samples = [f"h{case.number}" for case in cases]
    header = ["##fileformat=VCFv4.2", "##contig=<ID=20>", '##FORMAT=<ID=GT,Number=1,Type=String,Description="GT">']
    header.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples]))
    rows = []
    for edit in sorted(carriers, key=lambda edit: (edit.position, edit.ref, edit.alt)):
        held = set(carriers[edit])
        genotypes = ["1|1" if case.number in held else "0|0" for case in cases]
        rows.append(
            "\t".join([edit.contig, str(edit.position), ".", edit.ref, edit.alt, ".", "PASS", ".", "GT", *genotypes])
        )
    path.write_text("\n".join([*header, *rows]) + "\n")


# The other programs


def ask_csq(cases: Sequence[Case], chromosome: str, folder: Path) -> dict[tuple[int, str], list[list[str]]]:
    """Run bcftools csq: its consequences, split at the bars, by haplotype and transcript."""
    models = {case.model.name: case.model for case in cases}
    write_fasta({"20": chromosome.upper()}, folder / "20.fa")
    write_gff3(models.values(), folder / "models.gff3")
    write_vcf(cases, chromosome, folder / "variants.vcf")
    command = ["bcftools", "csq", "-p", "a", "-O", "t", "--force", "-f", "20.fa", "-g", "models.gff3", "variants.vcf"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    told: dict[tuple[int, str], list[list[str]]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("CSQ\t"):
            _, sample, side, _, _, text = line.split("\t")
            if side == "1":
                fields = text.split("|")
                told.setdefault((int(sample[1:]), fields[2]), []).append(fields)
    return told


def ask_varcode(cases: Sequence[Case], chromosome: str, python: str, folder: Path) -> dict[int, tuple[str, str | None]]:
    """Run varcode in its own environment: its class of effect and mutant protein by case."""
    models = {case.model.name: case.model for case in cases}
    write_gtf(models.values(), folder / "models.gtf")
    write_fasta({name: normal_text(model, chromosome) for name, model in models.items()}, folder / "cdna.fa")
    write_fasta(
        {f"P_{name}": normal_protein(model, chromosome) for name, model in models.items()}, folder / "protein.fa"
    )
    lone = [case for case in cases if len(case.haplotype) == 1]
    questions = [
        [case.number, case.model.name, edit.position, edit.ref, edit.alt] for case in lone for edit in case.haplotype
    ]
    (folder / "questions.json").write_text(json.dumps(questions))
    done = subprocess.run([python, str(WORKER), str(folder)], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return {int(number): (kind, protein) for number, kind, protein in json.loads((folder / "answers.json").read_text())}


# Comparison


def applied(changes: Iterable[str], normal: str) -> set[str]:
    """Write the changes of csq (``25RK>25Q``) into the normal protein: the proteins that they may mean."""
    whole = normal + "*"
    found = [one for change in set(changes) if (one := CHANGE.fullmatch(change)) and one[3] is not None]
    parts = [(int(one[1]) - 1, one[2].rstrip("."), one[4].rstrip(".")) for one in found]
    tail, behind = "", len(whole)
    for start, old, new in sorted(parts, reverse=True):
        if whole[start : start + len(old)] != old:
            return set()
        tail = new if new.endswith("*") and not old.endswith("*") else new + whole[start + len(old) : behind] + tail
        behind = start
    full = whole[:behind] + tail
    shortest = min((len(whole[:start]) + len(new) for start, _, new in parts[-1:]), default=len(full))
    return {full.partition("*")[0], full[:shortest].partition("*")[0]}


def compare_csq(case: Case, told: list[list[str]]) -> str:
    """Name how csq stands to us."""
    kinds = {kind.lstrip("*") for fields in told for kind in fields[0].split("&")}
    changes = [
        fields[CHANGE_FIELD] for fields in told if len(fields) > CHANGE_FIELD and "?" not in fields[CHANGE_FIELD]
    ]
    if case.mutant is None:
        return f"not told by us ({case.reason})"
    possible = applied(changes, case.normal)
    if case.mutant in possible and (changes or kinds <= SILENT):
        return "agrees"
    if known := known_of_csq(case, kinds, changes, possible):
        return f"known: {known}"
    said = ", ".join(sorted(kinds)) or "nothing"
    return f"differs: {'silent' if case.mutant == case.normal else 'changed'}, csq says {said}"


def known_of_csq(case: Case, kinds: set[str], changes: list[str], possible: set[str]) -> str:
    """Say which limit of csq is behind a difference; empty if none is known to be."""
    assert case.mutant is not None
    limits = {
        "csq does not join what a deletion over an exon's edge leaves": bool(case.classes & JOINED),
        "csq reads no further than the annotated stop": "stop_lost" in kinds
        or (bool(changes) and any(map(case.mutant.startswith, possible))),
        "csq calls the start lost though it reads the same": "start_lost" in kinds,
        "csq gives no residues for it": not changes and bool(kinds - SILENT),
        "csq misreads the last codon of several indels in cis": len(case.haplotype) > 1
        and any(len(edit.ref) != len(edit.alt) for edit in case.haplotype),
        "csq counts residues of an incomplete start differently": "cds_start_NF" in case.classes,
        "the stop goes and nothing lies behind it": case.mutant == case.normal and "stop_retained" not in case.classes,
    }
    return next((name for name, holds in limits.items() if holds), "")


def compare_varcode(case: Case, told: tuple[str, str | None] | None) -> str:
    """Name how varcode stands to us."""
    if told is None:
        return "not asked: several variants"
    kind, protein = told
    if case.mutant is None:
        return f"not told by us ({case.reason})"
    if protein == case.mutant or (case.mutant == case.normal and protein is None):
        return "agrees"
    if known := known_of_varcode(case, kind, protein):
        return f"known: {known}"
    return f"differs: {'silent' if case.mutant == case.normal else 'changed'}, varcode says {kind}"


def known_of_varcode(case: Case, kind: str, protein: str | None) -> str:
    """Say which limit of varcode is behind a difference; empty if none is known to be."""
    assert case.mutant is not None
    (edit,) = case.haplotype
    limits = {
        "varcode does not join what a deletion over an exon's edge leaves": bool(case.classes & JOINED),
        "varcode translates no incomplete transcript": kind == "IncompleteTranscript",
        "varcode calls the start lost though it reads the same": kind == "StartLoss",
        "varcode drops residues before a new stop": kind == "PrematureStop"
        and protein is not None
        and case.mutant.startswith(protein),
        "varcode does not tell the residues at a splice site": kind == "SpliceOutcomeSet",
        "varcode misreads an indel that takes part of the stop codon": kind == "StopLoss",
        "varcode misplaces alleles without a shared first base": len(edit.ref) != len(edit.alt)
        and edit.ref[0] != edit.alt[0],
    }
    return next((name for name, holds in limits.items() if holds), "")


def report(title: str, cases: Sequence[Case], outcomes: Sequence[str]) -> None:
    """Print counts, and a few cases of each disagreement."""
    lines = [f"\n{title}: {len(cases)} haplotypes"]
    for outcome, count in Counter(outcomes).most_common():
        lines.append(f"  {count:5}  {outcome}")
        if outcome.startswith("differs"):
            examples = [case for case, one in zip(cases, outcomes, strict=True) if one == outcome]
            lines += [f"           {case}" for case in sorted(examples, key=lambda case: len(str(case)))[:SHOWN]]
    sys.stdout.write("\n".join(lines) + "\n")


def told_by_engine(answer: Answer, normal: str) -> tuple[str | None, str]:
    """Read the engine's one mutant protein, or why there is none; an X for what the transcript lacks is left off."""
    if not answer.proteins:
        return (None, ", ".join(sorted(answer.reasons))) if answer.reasons else (normal, "")
    (mutant,) = answer.proteins
    mutant = mutant.removesuffix("X")
    if "X" in mutant.lstrip("X"):
        return None, "unknown from a residue on"
    return mutant, ""


def draw_cases(seed: int, count: int, models: Sequence[Model], chromosome: str, *, engine: bool) -> list[Case]:
    """Draw haplotypes of somatic variants, and answer for each."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    cases: list[Case] = []
    asked = Engine.on(models, {"20": chromosome}) if engine else None
    while len(cases) < count:
        model = rng.choice(models)
        haplotype = random_haplotype(rng, chromosome, model)
        verdicts = judge(model, chromosome, haplotype)
        if any(edit.germline for edit in haplotype) or verdicts[0].reason in {"refused", "conflict"}:
            continue
        normal = verdicts[0].normal
        mutant: str | None = None if verdicts[0].reason else verdicts[0].mutant
        reason = verdicts[0].reason
        if asked is not None:
            answer = asked.answers(haplotype).get(model.name)
            mutant, reason = told_by_engine(answer or NOTHING, normal)
        named = frozenset(classes(model, chromosome, haplotype, verdicts))
        cases.append(Case(len(cases), model, haplotype, normal, mutant, reason, named))
    return cases


def main() -> None:
    """Draw variants, ask all, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--varcode", help="Python interpreter of an environment that has varcode")
    parser.add_argument("--oracle", action="store_true", help="compare the peers with the oracle, not the engine")
    options = parser.parse_args()
    chromosome = read_fasta(GRCH37 / "20.fa.gz")["20"]
    models = read_gtf(GRCH37 / "gencode_v19_basic.chr20.gtf.gz", {"chr20": "20"})
    models = [model for model in models if is_sound(model, chromosome)]
    cases = draw_cases(options.seed, options.count, models, chromosome, engine=not options.oracle)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = ask_csq(cases, chromosome, folder)
        outcomes = [compare_csq(case, told.get((case.number, case.model.name), [])) for case in cases]
        report("bcftools csq", cases, outcomes)
        if options.varcode:
            answers = ask_varcode(cases, chromosome, options.varcode, folder)
            report("varcode", cases, [compare_varcode(case, answers.get(case.number)) for case in cases])


if __name__ == "__main__":
    main()
