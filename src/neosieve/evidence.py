"""Evidence from beside the VCF: expression, aligned reads, copy numbers, lost HLA alleles, near-self, hotspots."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from neosieve.biology.abundance import gene_level, join_report
from neosieve.biology.candidates import Support
from neosieve.biology.clonality import cancer_cell_fractions, clonality_counts, of_compound, site
from neosieve.biology.nearself import NEAR, NO, find_near
from neosieve.biology.normaltissues import level_facts, with_levels
from neosieve.biology.presentation import presentation_findings
from neosieve.biology.readphase import PairCounts, pairs_to_phase, phase_from_reads
from neosieve.biology.regions import region_facts, regions_of_compound
from neosieve.biology.selfmatch import find_sources
from neosieve.io.contigs import plain
from neosieve.io.expression import read_expression
from neosieve.io.hotspots import read_hotspots
from neosieve.io.loh import read_hla_loss
from neosieve.io.normaltissues import read_normal_tissues
from neosieve.io.proteingenes import genes_of_proteins
from neosieve.io.reads import count_alleles, phase_evidence
from neosieve.io.segments import read_segments

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from neosieve.biology.candidates import Representative
    from neosieve.biology.hotspots import Hotspots
    from neosieve.biology.nearself import NearSelf
    from neosieve.biology.sources import Source
    from neosieve.inputs import Inputs
    from neosieve.io.reads import Bases
    from neosieve.model.evidence import (
        CancerCellFraction,
        CopyNumberProfile,
        ExpressionTable,
        Finding,
        HlaLossTable,
        JoinReport,
        NormalTissues,
        RegionCount,
    )
    from neosieve.model.genome import Interval
    from neosieve.model.variant import Call, Variant
    from neosieve.settings import RunSettings

    Sources = Mapping[tuple[tuple[Call, ...], str], Sequence[Source]]
    Facts = dict[str, str | int]
    NearMatches = dict[str, tuple[NearSelf, ...]]

UNIT_OF_THRESHOLDS = "TPM"


def with_reads(inputs: Inputs, settings: RunSettings) -> Inputs:
    """Count and phase the calls in aligned reads, where there are such files.

    RNA counts replace those of the VCF. DNA counts are taken for somatic calls whose depth the VCF doesn't tell. Both
    files' fragments phase calls whose phase is unknown; what the VCF says of phase stays.

    Raises
    ------
    InputError
        A file is missing, unreadable, not indexed, or of another genome build.
    """
    files = [file for file in (settings.dna_bam, settings.rna_bam) if file is not None]
    if not files:
        return inputs
    # the reads are the first region's: of a variant that it lacks they tell nothing
    somatic = [call for call in inputs.records.calls if call.region is None]
    fasta, bases, warnings = settings.reads_fasta, _bases(inputs), list(inputs.warnings)
    calls = somatic
    if settings.rna_bam is not None:
        counted = count_alleles(settings.rna_bam, [call.variant for call in calls], reference_fasta=fasta, bases=bases)
        overridden = sum(call.rna is not None for call in calls)
        calls = [
            replace(call, rna=counted[call.variant]) if counted[call.variant].depth is not None else call
            for call in calls
        ]
        known = sum(counts.depth is not None for counts in counted.values())
        instead = f", instead of the VCF's RNA counts of {overridden:,}" if overridden else ""
        warnings.append(f"{settings.rna_bam.name}: RNA reads were counted at {known:,} variants{instead}")
    lacking = [call.variant for call in calls if call.tumor.depth is None]
    if settings.dna_bam is not None and lacking:
        counted = count_alleles(settings.dna_bam, lacking, reference_fasta=fasta, bases=bases)
        calls = [
            replace(call, tumor=counted[call.variant])
            if call.tumor.depth is None and counted[call.variant].depth is not None
            else call
            for call in calls
        ]
        known = sum(counts.depth is not None for counts in counted.values())
        warnings.append(f"{settings.dna_bam.name}: DNA reads were counted at {known:,} variants that lack such")
    everyone = [*calls, *inputs.germline]
    phased = _phased(everyone, files, fasta, bases)
    told = sum(one is not other for one, other in zip(everyone, phased, strict=True))
    if told:
        warnings.append(f"aligned reads phase {told:,} calls whose phase the VCF doesn't tell")
    own = iter(phased[: len(calls)])
    records = inputs.records.with_calls([next(own) if one.region is None else one for one in inputs.records.calls])
    return replace(inputs, records=records, germline=tuple(phased[len(calls) :]), warnings=tuple(warnings))


def _bases(inputs: Inputs) -> Bases | None:
    genome = inputs.genome
    if genome is None:
        return None

    def bases(chrom: str, span: Interval) -> str:
        return genome.bases(genome.contig(chrom) or chrom, span)

    return bases


def _phased(calls: Sequence[Call], files: Iterable[Path], fasta: Path | None, bases: Bases | None) -> list[Call]:
    pairs = pairs_to_phase(calls)
    if not pairs:
        return list(calls)
    by_file = [phase_evidence(file, pairs, reference_fasta=fasta, bases=bases) for file in files]
    return phase_from_reads(calls, {pair: _sum([one[pair] for one in by_file]) for pair in pairs})


def _sum(counts: Collection[PairCounts]) -> PairCounts:
    """Add up the fragments of several files: each is a molecule of its own."""
    return PairCounts(
        sum(one.both for one in counts),
        sum(one.first for one in counts),
        sum(one.second for one in counts),
        sum(one.neither for one in counts),
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run knows of its calls from beside the VCF; a part that wasn't given is None."""

    expression: ExpressionTable | None
    """As read: of genes or of transcripts."""
    genes: ExpressionTable | None
    """The same by gene; None where the table doesn't tell which gene a transcript belongs to."""
    tissues: NormalTissues | None
    profile: CopyNumberProfile | None
    losses: HlaLossTable | None
    ccf: Mapping[Variant, CancerCellFraction | None]
    findings: tuple[Finding, ...]
    hotspots: Hotspots
    regions: tuple[RegionCount, ...]
    """Of each somatic call; empty where the tumour has one region."""
    warnings: tuple[str, ...]
    _hotspot_of: dict[tuple[str, str], tuple[bool, str] | None] = field(default_factory=dict, repr=False)

    def support(self, one: Representative, sources: Sequence[Source], near: NearMatches | None) -> Support:
        """Gather what is known of a peptide.

        Parameters
        ----------
        one
            The peptide.
        sources
            Its transcripts, the representative first.
        near
            The near matches of all peptides; None where they weren't looked for.
        """
        peptide = one.peptide
        if self.expression is None:
            told = one.support_in_vcf()
        else:
            of_sources = tuple(map(self._of_source, sources))
            told = Support(
                gene_expression=of_sources[0][1],
                transcript_expression=self._of_transcripts(one.transcripts),
                of_sources=of_sources,
            )
        neighbours = () if near is None else near.get(peptide.sequence, ())
        return replace(
            told,
            ccf=of_compound(self.ccf.get(call.variant) for call in peptide.calls if not call.germline),
            losses=self.losses,
            self_match=None if near is None else NEAR if neighbours else NO,
            near=neighbours,
            hotspot=self._hotspot(sources),
            regions=regions_of_compound([call.regions for call in peptide.calls if not call.germline]),
        )

    def _of_source(self, source: Source) -> tuple[float | None, float | None]:
        """Look up a source's transcript, and its gene, in the expression table."""
        consequence, table, genes = source.change.transcript, self.expression, self.genes
        of_transcripts = table is not None and table.level == "transcript"
        return (
            table.value(consequence.transcript) if table is not None and of_transcripts else None,
            None if genes is None else genes.value(consequence.gene_id, consequence.gene),
        )

    def _of_transcripts(self, names: Sequence[str]) -> float | None:
        if self.expression is None or self.expression.level != "transcript":
            return None
        values = [value for name in names if (value := self.expression.value(name)) is not None]
        return sum(values) if len(values) == len(names) else None

    def _hotspot(self, sources: Sequence[Source]) -> str | None:
        """Name the hotspot that a peptide's change meets on any of its transcripts, a recurrent change first."""
        found = [match for one in sources if (match := self._match(one)) is not None]
        return max(found, key=lambda match: match[0])[1] if found else None

    def _match(self, source: Source) -> tuple[bool, str] | None:
        key = source.change.transcript.gene, source.change.named(source.window.calls)[0] or _residues(source)
        if key not in self._hotspot_of:
            match = self.hotspots.match(*key)
            self._hotspot_of[key] = None if match is None else (match.recurrent, str(match))
        return self._hotspot_of[key]

    def facts(self, sources: Sources, near: NearMatches | None = None) -> tuple[tuple[str, Facts], ...]:
        """Say what each table is and how far it could be joined, for ``run.json``."""
        told: list[tuple[str, Facts]] = []
        if self.expression is not None:
            table = self.expression
            facts: Facts = {"tool": table.tool, "level": table.level, "unit": table.unit}
            consequences = [one.change.transcript for many in sources.values() for one in many]
            if self.genes is not None:
                facts |= _joined("genes", join_report(self.genes, {(one.gene_id, one.gene) for one in consequences}))
            if table.level == "transcript":
                facts |= _joined("transcripts", join_report(table, {(one.transcript,) for one in consequences}))
            told.append(("expression", facts))
        if self.tissues is not None:
            told.append(("normal_expression", level_facts(self.tissues, near or {})))
        if self.profile is not None:
            told.append(("segments", {"tool": self.profile.tool, "segments": self.profile.count}))
            counts = clonality_counts(self.ccf.values())
            told.append(("clonality", {name.replace(" ", "_"): count for name, count in counts.items()}))
        if self.losses is not None:
            told.append(("hla_loh", {"tool": self.losses.tool, "rule": self.losses.rule}))
        if self.regions:
            told.append(("regions", region_facts(self.regions)))
        return tuple(told)


def read_evidence(settings: RunSettings, inputs: Inputs) -> Evidence:
    """Read the tables that a run was given, and join them with its calls.

    Raises
    ------
    InputError
        A table is missing, unreadable or not what it should be.
    """
    warnings: list[str] = []
    table = genes = None
    if settings.expression is not None:
        table = read_expression(settings.expression)
        genes = gene_level(table)
        warnings += _about(settings.expression, table.remarks)
        warnings += _about(settings.expression, _cautions(table, genes))
    tissues = None
    if settings.normal_expression is not None:
        tissues = read_normal_tissues(settings.normal_expression)
        warnings += _about(settings.normal_expression, tissues.remarks)
        if settings.reference is None and settings.proteome is None:
            warnings.append(
                "without --reference or --proteome, near-self peptides aren't looked for, nor their expression"
            )
    profile = None
    if settings.segments is not None:
        profile = read_segments(settings.segments, sample=settings.segments_sample)
        warnings += _about(settings.segments, profile.remarks)
    if (settings.segments is None) != (settings.purity is None):
        lacking = "--segments" if settings.segments is None else "--purity"
        warnings.append(f"without {lacking}, cancer cell fractions are not estimated")
    losses = None
    if settings.hla_loh is not None:
        losses = read_hla_loss(settings.hla_loh)
        warnings += _about(settings.hla_loh, losses.remarks)
    calls = [call for call in inputs.records.calls if not call.germline]
    sites = {
        call.variant: site(plain(call.variant.chrom), call.variant.start, call.tumor, profile, settings.sex)
        if call.region is None  # purity and copies are the first region's
        else None
        for call in calls
    }
    fractions = cancer_cell_fractions(list(sites.values()), settings.purity)
    findings = presentation_findings(calls, sites=sites, purity=settings.purity, losses=losses)
    ccf = dict(zip(sites, fractions, strict=True))
    regions = tuple(call.regions for call in calls if call.regions is not None)
    return Evidence(table, genes, tissues, profile, losses, ccf, findings, read_hotspots(), regions, tuple(warnings))


def near_self(
    sources: Sources, excluded: Collection[str], normal: Mapping[str, str], settings: RunSettings
) -> NearMatches | None:
    """Find the normal peptides at one mismatch to each peptide, its own wild types aside.

    None without a reference and a proteome: of the few normal proteins that are known then, "no" would say nothing.
    """
    if settings.reference is None and settings.proteome is None:
        return None
    own: dict[str, set[str]] = {}
    for (_, sequence), many in sources.items():
        if sequence not in excluded:
            wildtypes = (one.peptide.wildtype for one in many)
            own.setdefault(sequence, set()).update(one for one in wildtypes if one is not None)
    return find_near(own, normal, own=own)


def expressed_where(
    near: NearMatches, normal: Mapping[str, str], tissues: NormalTissues, inputs: Inputs, settings: RunSettings
) -> NearMatches:
    """Tell of the normal peptides that candidates resemble how highly their genes are expressed in normal tissues."""
    sources = find_sources({one.peptide for some in near.values() for one in some}, normal)
    transcripts = {one.transcript: (one.gene_id, one.gene) for call in inputs.calls for one in call.consequences}
    names = {name for many in sources.values() for name in many}
    return with_levels(near, sources, genes_of_proteins(names, inputs.genome, settings.proteome, transcripts), tissues)


def _residues(source: Source) -> str:
    """Name a change by its residues, ``G12D``, where the annotation has no HGVS name; empty if it has no residues."""
    change = source.change.transcript.change
    if change is None or len(source.window.calls) > 1:
        return ""
    return f"{change.reference}{change.position.start + 1}{change.alternative}"  # 0-based → HGVS, 1-based


def join_warnings(evidence: Iterable[tuple[str, Facts]]) -> Iterable[str]:
    """Say how many of the candidates' genes and transcripts an expression table doesn't name."""
    for table, facts in evidence:
        for what in ("genes", "transcripts"):
            asked, lacking = facts.get(f"{what}_asked", 0), facts.get(f"{what}_not_in_table", 0)
            if table == "expression" and lacking:
                hint = "; are its names of another kind, symbols against ids?" if lacking == asked else ""
                yield f"the expression table lacks {lacking:,} of {asked:,} {what} that make peptides{hint}"


def _about(path: Path, remarks: Iterable[str]) -> list[str]:
    return [f"{path.name}: {remark}" for remark in remarks]


def _cautions(table: ExpressionTable, genes: ExpressionTable | None) -> Iterable[str]:
    if genes is None:
        yield "it doesn't tell which gene a transcript belongs to, so gene expression is not assessed"
    if UNIT_OF_THRESHOLDS not in table.unit:
        yield f"its unit is {table.unit}, but the thresholds of expression are in {UNIT_OF_THRESHOLDS}"


def _joined(what: str, report: JoinReport) -> Facts:
    return {
        f"{what}_asked": report.asked,
        f"{what}_joined": report.joined,
        f"{what}_without_value": report.without_value,
        f"{what}_not_in_table": report.unjoined,
    }
