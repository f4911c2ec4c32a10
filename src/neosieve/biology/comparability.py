"""Whether the runs of a cohort may be compared."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from neosieve.model.cohort import Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from neosieve.model.cohort import RunRecord, Sample

_SAME_FOR_ALL = ("lengths", "include_filtered", "incomplete_transcripts", "unphased", "hypotheses")
"""Settings that decide which candidates there are."""
_EVIDENCE = ("region", "germline", "expression", "normal_expression", "segments", "hla_loh", "rna_bam", "dna_bam")
"""Inputs that move tiers, or peptides, where one run has them and another doesn't."""
_NAMED = 3  # samples that a warning names, of each value


def _file(role: str) -> Callable[[RunRecord], str]:
    def value(record: RunRecord) -> str:
        return record.checksum(role) or "none"

    return value


def _policy(record: RunRecord) -> str:
    name, checksum = record.settings.get("policy", "default"), record.checksum("policy")
    return name if checksum is None else f"{PurePath(name).name} {checksum}"


def _setting(name: str) -> Callable[[RunRecord], str]:
    return lambda record: record.settings.get(name) or "none"


def _evidence(record: RunRecord) -> str:
    return ", ".join(role for role in _EVIDENCE if record.checksum(role) is not None) or "none"


_ASPECTS: tuple[tuple[str, Callable[[RunRecord], str]], ...] = (
    ("version of neosieve", lambda record: record.version),
    ("prediction models", lambda record: record.predictor),
    ("ranking policy", _policy),
    ("reference", _file("reference")),
    ("proteome", _file("proteome")),
    *((name, _setting(name)) for name in _SAME_FOR_ALL),
    ("normal sample", lambda record: "none" if record.normal is None else "given"),
    ("evidence files", _evidence),
)


def differences_of(samples: Sequence[Sample]) -> Iterator[Difference]:
    """Yield what should be equal in runs that are compared, and isn't."""
    for what, value_of in _ASPECTS:
        values: defaultdict[str, list[str]] = defaultdict(list)
        for sample in samples:
            values[value_of(sample.record)].append(sample.name)
        if len(values) > 1:
            ordered = sorted(values.items(), key=lambda one: (-len(one[1]), one[0]))
            yield Difference(what, tuple((value, tuple(names)) for value, names in ordered))


def warnings_of(samples: Sequence[Sample], differences: Iterable[Difference]) -> Iterator[str]:
    """Yield in words why runs may not be comparable: their differences, and runs of one and the same tumour."""
    for difference in differences:
        told = "; ".join(f"{value} ({_several(names)})" for value, names in difference.values)
        yield f"the runs differ in {difference.what.replace('_', ' ')}, so they compare badly: {told}"
    same: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for sample in samples:
        same[sample.record.checksum("vcf") or sample.name, sample.record.tumor].append(sample.name)
    for (_, tumor), names in sorted(same.items(), key=lambda one: one[1]):
        if len(names) > 1:
            yield (
                f"{_several(names)} are runs of one VCF's sample {tumor!r}: they count as several samples here, and "
                "share every variant"
            )


def _several(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
