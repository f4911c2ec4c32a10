"""Time how fast coding variants become peptides.

    .venv/bin/neosieve reference build --gtf ../shared/genome/grch37/gencode_v19_basic.chr20.gtf.gz \
        --fasta ../shared/genome/grch37/20.fa.gz -o grch37_chr20.ref
    .venv/bin/python tests/benchmarks/coding_variants.py grch37_chr20.ref

Draws distinct variants in coding sequence (nine in ten SNVs, the others insertions and deletions of one base), none of
them phased, and takes them all the way to distinct peptides of 8–11 residues on every transcript. On one chromosome
10,000 variants lie so close together that most have neighbours of unknown phase, each of which is looked at and, where
near, translated as well: a real tumour's are far sparser. ``--samples 20`` deals them out to twenty tumours, one after
the other. CPU seconds of one process; nothing is asserted.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import gc
import random
import time
from pathlib import Path

from neosieve.biology.assembly import assemble
from neosieve.biology.coordinates import Layout
from neosieve.biology.localise import localise
from neosieve.biology.translation import SequenceTranslator
from neosieve.io.reference import open_reference
from neosieve.model.genome import Interval
from neosieve.model.variant import AlleleCounts, Call, Variant

SEED = 20
LENGTHS = (8, 9, 10, 11)
WHOLE_CONTIG = Interval(0, 2**31 - 1)


def main() -> None:
    """Draw, time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--samples", type=int, default=1, help="tumours that share the variants out among them")
    arguments = parser.parse_args()
    reference = open_reference(arguments.reference)
    rng = random.Random(SEED)  # noqa: S311 - a sample, no secret
    layouts = [
        Layout.of(transcript)
        for contig in reference.contigs
        for transcript in reference.transcripts_at(contig, WHOLE_CONTIG)
        if not transcript.flags and not transcript.problem
    ]
    calls: dict[Variant, Call] = {}
    while len(calls) < arguments.count:
        layout = rng.choice(layouts)
        transcript = layout.transcript
        position = layout.position(rng.randrange(transcript.cds.start, transcript.cds.end - 1))
        bases = reference.bases(transcript.contig, Interval(position, position + 2))
        if "N" in bases:
            continue
        drawn = rng.random()
        ref, alt = bases[0], rng.choice([base for base in "ACGT" if base != bases[0]])
        if drawn > 0.95:
            ref, alt = bases, bases[0]
        elif drawn > 0.9:
            alt = ref + alt
        variant = Variant(transcript.contig, position, ref, alt)
        calls[variant] = Call(variant, len(calls) + 1, (), AlleleCounts())

    gc.disable()  # as `neosieve run` does
    begun = time.process_time()
    drawn_calls, used, pairs, peptides, labelling = list(calls.values()), 0, 0, 0, 0.0
    for sample in range(arguments.samples):
        started = time.process_time()
        translator = SequenceTranslator(reference)
        localised = localise(drawn_calls[sample :: arguments.samples], reference, translator)
        labelling += time.process_time() - started
        own = [record for record in localised.records if isinstance(record, Call)]
        assembly = assemble(own, LENGTHS, translator, admit_incomplete=False)
        used, peptides = used + len(own), peptides + len(assembly.sources)
        pairs += sum(len(call.consequences) for call in own)
    spent = time.process_time() - begun
    print(f"{used:,} coding variants, {pairs:,} times on a transcript, {peptides:,} peptides")
    print(f"consequences and labels {labelling:.1f} s, haplotypes to peptides {spent - labelling:.1f} s CPU")
    print(f"in all {spent:.1f} s CPU on one core")


if __name__ == "__main__":
    main()
