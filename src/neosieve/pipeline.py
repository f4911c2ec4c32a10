"""The main job: a VCF and an HLA type in, ranked candidates and a full account out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neosieve import __version__
from neosieve.binding.models import load_models
from neosieve.biology.accounts import ledger_of
from neosieve.biology.assembly import assemble
from neosieve.biology.candidates import PRESENTED_PERCENTILE
from neosieve.biology.haplotypes import Unphased
from neosieve.biology.presentation import GENES
from neosieve.biology.selfmatch import find_self
from neosieve.biology.tiering import tier_rules
from neosieve.errors import HlaError, ModelError
from neosieve.evidence import expressed_where, join_warnings, near_self, read_evidence, with_reads
from neosieve.inputs import input_files, read_inputs
from neosieve.io.hla import read_hla
from neosieve.io.rankpolicies import read_policy
from neosieve.model.ledger import Outcome
from neosieve.model.records import FAILS_FILTER, HAS_EXPRESSION, HAS_NORMAL, HAS_RNA
from neosieve.model.run import ExcludedPeptide, FunnelStage, RunResult
from neosieve.pairs import supported
from neosieve.provenance import effective_settings
from neosieve.reuse import Reuse
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.assembly import Assembly
    from neosieve.evidence import Evidence, NearMatches
    from neosieve.inputs import Inputs
    from neosieve.model.candidate import Ranked
    from neosieve.model.ledgerrows import Ledger
    from neosieve.model.mhc import Allele
    from neosieve.model.patient import HlaType
    from neosieve.settings import RunSettings

NOT_RESULTS = frozenset(
    {
        *("vcf", "hla", "out", "proteome", "models", "reference", "germline", "regions", "also"),
        *("expression", "normal_expression", "segments", "hla_loh", "rna_bam", "dna_bam", "reads_fasta"),
    }
)
"""Settings that are told elsewhere in ``run.json``, or say only where results go."""


def run(
    settings: RunSettings,
    *,
    predictor: BindingPredictor | None = None,
    load: Callable[[str], tuple[str, BindingPredictor]] = load_models,
    reuse: Reuse | None = None,
    stages: Stages | None = None,
) -> RunResult:
    """Run the main job; nothing is written.

    Parameters
    ----------
    settings
        What to do.
    predictor
        Scores the peptides; None to take what ``settings.models`` names.
    load
        Loads those models, and says in words why it is these.
    reuse
        Holds what an earlier run has made, and is given what this one makes.
    stages
        Times the stages and tells their begin.

    Raises
    ------
    NeosieveError
        An input can't be used; the message says what, where, why and how to mend it.
    """
    stages = Stages() if stages is None else stages
    reuse = Reuse() if reuse is None else reuse
    policy = read_policy(settings.policy)  # fails now rather than after the work
    with stages.stage("reading"):
        hla = read_hla(settings.hla)
        inputs = reuse.of("inputs", settings, lambda: read_inputs(settings))
    with stages.stage("evidence"):
        inputs, evidence = reuse.of("evidence", settings, lambda: _with_evidence(inputs, settings))
    with stages.stage("loading models"):
        choice = "given by the caller"
        if predictor is None:
            choice, predictor = load(settings.models)
        alleles, warnings = scorable(hla, predictor, settings.lengths)
    with stages.stage("proteins and windows"):
        assembly = reuse.of("assembly", settings, lambda: _assembled(inputs, settings))
    with stages.stage("self-matching"):
        found, near = reuse.of("self", settings, lambda: _in_self(assembly, inputs, evidence, settings))
    with stages.stage("evidence"):
        peptides = reuse.of("peptides", settings, lambda: supported(assembly, found, evidence, near))
    with stages.stage("scoring"):
        pairs = reuse.pairs(peptides, predictor, policy)
        pairs.score(alleles)
    with stages.stage("ranking"):
        ranked = pairs.ranked(alleles)
    facts = reuse.of("facts", settings, lambda: evidence.facts(assembly.sources, near))
    ledger = reuse.of(
        "ledger", settings, lambda: ledger_of(inputs.records, assembly.accounts, found, inputs.differences)
    )
    return RunResult(
        version=__version__,
        samples=inputs.samples,
        hla=hla,
        predictor=predictor.identity,
        predictor_choice=choice,
        percentile_background=predictor.percentile_background,
        inputs=input_files(settings),
        reference=inputs.reference,
        settings=effective_settings(
            settings.model_copy(update={"policy": Path(settings.policy).name}), without=NOT_RESULTS
        ),
        warnings=(*warnings, *_warnings(inputs, settings), *evidence.warnings, *join_warnings(facts)),
        funnel=_funnel(inputs, ledger, found, assembly, ranked),
        ranked=ranked,
        ledger=ledger,
        excluded=reuse.of("excluded", settings, lambda: _excluded(assembly, found)),
        findings=evidence.findings,
        evidence=facts,
        ranking=policy.title,
        genes_without_models=_genes_without_models(inputs),
        tiers=() if policy == read_policy() else tuple(tier_rules(policy).items()),
    )


def _with_evidence(inputs: Inputs, settings: RunSettings) -> tuple[Inputs, Evidence]:
    inputs = with_reads(inputs, settings)
    return inputs, read_evidence(settings, inputs)


def _assembled(inputs: Inputs, settings: RunSettings) -> Assembly:
    return assemble(
        inputs.calls,
        settings.lengths,
        inputs.translator,
        admit_incomplete=settings.incomplete_transcripts,
        unphased=Unphased(settings.unphased),
        beside=inputs.beside,
    )


def _in_self(
    assembly: Assembly, inputs: Inputs, evidence: Evidence, settings: RunSettings
) -> tuple[dict[str, str], NearMatches | None]:
    """Find the new peptides that normal proteins hold, and those that they nearly hold."""
    queries = {peptide for _, peptide in assembly.sources}
    normal = dict(assembly.germline_proteins)
    for proteins in inputs.normal_proteins:
        normal |= proteins
    found = find_self(queries, normal)
    near = near_self(assembly.sources, found, normal, settings)
    if near is not None and evidence.tissues is not None:
        near = expressed_where(near, normal, evidence.tissues, inputs, settings)
    return found, near


def _genes_without_models(inputs: Inputs) -> tuple[str, ...]:
    """List the genes of presentation that the reference lacks; none without a reference, where the VCF names genes."""
    if inputs.genome is None:
        return ()
    symbols = inputs.genome.gene_symbols()
    return tuple(gene for gene in GENES if gene not in symbols)


def scorable(hla: HlaType, predictor: BindingPredictor, lengths: Sequence[int]) -> tuple[tuple[Allele, ...], list[str]]:
    """Return the alleles that are supported, and a warning on each that isn't, or is known from others only.

    Raises
    ------
    ModelError
        The models don't score peptides of these lengths.
    HlaError
        They support none of the alleles.
    """
    wrong = [length for length in lengths if length not in predictor.lengths]
    if wrong:
        shortest, longest = predictor.lengths[0], predictor.lengths[-1]
        raise ModelError(
            f"{predictor.identity} scores peptides of {shortest}–{longest} residues, not {wrong[0]}; "
            "choose --lengths within that"
        )
    supported = predictor.supported()
    alleles = tuple(allele for allele in hla.alleles if allele in supported)
    lacking = [str(allele) for allele in hla.alleles if allele not in supported]
    if not alleles:
        raise HlaError(
            f"{predictor.identity} supports none of {', '.join(lacking)}; check their names, or give other --models"
        )
    warnings = [f"{name} is not supported by {predictor.identity}: no candidates for it" for name in lacking]
    for allele in alleles:
        told = predictor.support(allele)
        if told is not None and told.differing_residues:
            warnings.append(
                f"too few peptides of {allele} were known to train on: its predictions rest on other alleles, the "
                f"nearest {told.nearest} ({told.differing_residues} of 34 groove residues differ)"
            )
    return alleles, warnings


def _excluded(assembly: Assembly, found: dict[str, str]) -> tuple[ExcludedPeptide, ...]:
    return tuple(
        ExcludedPeptide(
            str(call.variant),
            source.change.transcript.gene,
            source.change.transcript.transcript,
            peptide,
            found[peptide],
        )
        for calls, peptide in assembly.sources
        if peptide in found
        for call in calls
        for source in assembly.sources[calls, peptide]
    )


def _warnings(inputs: Inputs, settings: RunSettings) -> list[str]:
    warnings = [inputs.samples.warning] if inputs.samples.warning is not None and settings.germline is None else []
    warnings += inputs.warnings
    failed = inputs.count(FAILS_FILTER)
    if failed:
        warnings.append(f"{failed:,} calls that fail FILTER are used, as asked; what they give is uncertain at best")
    if settings.reference is None:
        if "FrameshiftSequence" not in inputs.header.info.get("CSQ", ""):
            warnings.append(
                "the annotation lacks FrameshiftSequence: of a frameshift, at most the first residues are known"
            )
        if settings.proteome is None:
            warnings.append(
                "no --proteome or --reference: peptides were compared with the HLA proteins that ship with neosieve "
                "and the normal proteins that the VCF itself names, not with all"
            )
    if settings.expression is None and not inputs.count(HAS_EXPRESSION):
        warnings.append("the VCF holds no gene expression (GX): expression is not assessed")
    if "pvacseq" in settings.also:
        lacking = [name for name, there in _pvacseq_evidence(inputs) if not there]
        if lacking:
            warnings.append(
                f"no {' and no '.join(lacking)}: no row can pass pVACseq's filters, so its filtered.tsv is empty"
            )
    if settings.rna_bam is None and not inputs.count(HAS_RNA):
        warnings.append("the VCF holds no RNA read counts (RDP, RAD, RAF): expression of the variant is not assessed")
    return warnings


def _pvacseq_evidence(inputs: Inputs) -> tuple[tuple[str, bool], ...]:
    """Say of each kind of reads that pVACseq's filters ask for whether there are any."""
    return (
        ("matched normal", inputs.count(HAS_NORMAL, somatic=True) > 0),
        ("RNA read counts", inputs.count(HAS_RNA, somatic=True) > 0),
    )


def _funnel(
    inputs: Inputs,
    ledger: Ledger,
    found: dict[str, str],
    assembly: Assembly,
    ranked: Sequence[Ranked],
) -> tuple[FunnelStage, ...]:
    records = inputs.records
    known = "on the reference" if inputs.reference else "annotated"
    read = len(records)
    passing = read - records.count(Outcome.FILTERED, Outcome.MALFORMED_RECORD)
    somatic = sum(not call.germline for call in records.calls) + records.count(Outcome.NO_PROTEIN_CHANGE)
    altering = {variant for variant, _ in assembly.accounts}
    with_candidates = ledger.tally.variants_with[Outcome.CANDIDATES]
    peptides = {peptide for _, peptide in assembly.sources}
    pairs = {(one.candidate.peptide.sequence, one.candidate.allele) for one in ranked}
    presented = {
        (one.candidate.peptide.sequence, one.candidate.allele)
        for one in ranked
        if (percentile := one.candidate.binding.presentation_percentile) is not None
        and percentile <= PRESENTED_PERCENTILE
    }
    return (
        FunnelStage("in the VCF", read, "ALT alleles"),
        FunnelStage("readable and admitted by FILTER", passing, "ALT alleles"),
        FunnelStage(f"somatic in the tumour, {known}", somatic, "ALT alleles"),
        FunnelStage("changing a protein", len(altering), "ALT alleles"),
        FunnelStage("giving candidates", with_candidates, "ALT alleles"),
        FunnelStage("new to their own protein", len(peptides), "peptides"),
        FunnelStage("in no other normal protein", len(peptides - found.keys()), "peptides"),
        FunnelStage("scored", len(pairs), "peptide–allele pairs"),
        FunnelStage(f"presented (percentile ≤ {PRESENTED_PERCENTILE:g})", len(presented), "peptide–allele pairs"),
        FunnelStage("variant × peptide × allele", len(ranked), "candidates"),
    )
