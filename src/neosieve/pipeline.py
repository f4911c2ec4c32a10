"""The main job: a VCF and an HLA type in, ranked candidates and a full account out."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from neosieve import __version__
from neosieve.binding.models import choose_models
from neosieve.biology.accounts import ledger_of
from neosieve.biology.assembly import assemble
from neosieve.biology.decay import nmd
from neosieve.biology.ranking import PRESENTED_PERCENTILE, rank
from neosieve.biology.selfmatch import find_self
from neosieve.errors import HlaError, ModelError
from neosieve.io.fasta import read_proteins
from neosieve.io.hla import hla_file, read_hla
from neosieve.io.samples import choose_samples
from neosieve.io.textfile import sha256
from neosieve.io.vcf import Policy, read_calls, read_header
from neosieve.model.candidate import Candidate
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.mhc import Query
from neosieve.model.run import ExcludedPeptide, FunnelStage, InputFile, RunResult
from neosieve.provenance import effective_settings
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.assembly import Assembly, Source
    from neosieve.io.vcf import Header
    from neosieve.model.candidate import Ranked
    from neosieve.model.evidence import Expression
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.patient import HlaType, Samples
    from neosieve.model.variant import Call
    from neosieve.settings import RunSettings

VERSIONED = re.compile(r"ENS[A-Z]*\d+\.|[NX][MR]_\d+\.")
"""Ensembl and RefSeq ids, whose version follows a dot; in a symbol such as AC004556.3 the dot is part of the name."""
NOT_RESULTS = frozenset({"vcf", "hla", "out", "proteome", "models"})
"""Settings that are told elsewhere in ``run.json``, or say only where results go."""


def run(settings: RunSettings, *, predictor: BindingPredictor | None = None, stages: Stages | None = None) -> RunResult:
    """Run the main job; nothing is written.

    Parameters
    ----------
    settings
        What to do.
    predictor
        Scores the peptides; None to take what ``settings.models`` names.
    stages
        Times the stages and tells their begin.

    Raises
    ------
    NeosieveError
        An input can't be used; the message says what, where, why and how to mend it.
    """
    stages = Stages() if stages is None else stages
    with stages.stage("reading"):
        header = read_header(settings.vcf)
        hla = read_hla(settings.hla)
        samples = choose_samples(
            header.samples, header.simple, tumor=settings.tumor, normal=settings.normal, source=settings.vcf.name
        )
        proteins: dict[str, str] = {}
        records = list(read_calls(header, samples, Policy(settings.include_filtered), proteins))
        proteome = {} if settings.proteome is None else read_proteins(settings.proteome)
        proteome_name = "" if settings.proteome is None else settings.proteome.name
    with stages.stage("loading models"):
        choice = "given by the caller"
        if predictor is None:
            chosen = choose_models(settings.models)
            choice, predictor = chosen.reason, chosen.load()
        alleles, warnings = _scorable(hla, predictor, settings.lengths)
    with stages.stage("proteins and windows"):
        calls = [record for record in records if not isinstance(record, LedgerEntry)]
        assembly = assemble(calls, settings.lengths, admit_incomplete=settings.incomplete_transcripts)
    with stages.stage("self-matching"):
        queries = {peptide for _, peptide in assembly.sources}
        named = {f"{name} in {proteome_name}": protein for name, protein in proteome.items()}
        found = find_self(queries, proteins | assembly.germline_proteins | named)
    with stages.stage("scoring"):
        candidates = _score(assembly, found, alleles, predictor)
    with stages.stage("ranking"):
        ranked = rank(candidates)
    ledger = ledger_of(records, assembly.accounts, found)
    return RunResult(
        version=__version__,
        samples=samples,
        hla=hla,
        predictor=predictor.identity,
        predictor_choice=choice,
        percentile_background=predictor.percentile_background,
        inputs=_inputs(settings),
        settings=effective_settings(settings, without=NOT_RESULTS),
        warnings=(*warnings, *_warnings(header, samples, calls, settings)),
        funnel=_funnel(records, ledger, found, assembly, ranked),
        ranked=ranked,
        ledger=tuple(ledger),
        excluded=_excluded(assembly, found),
    )


def _scorable(
    hla: HlaType, predictor: BindingPredictor, lengths: Sequence[int]
) -> tuple[tuple[Allele, ...], list[str]]:
    """Return the alleles that the predictor supports, and a warning on each that it doesn't."""
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
    return alleles, [f"{name} is not supported by {predictor.identity}: no candidates for it" for name in lacking]


def _score(
    assembly: Assembly, found: dict[str, str], alleles: Sequence[Allele], predictor: BindingPredictor
) -> list[Candidate]:
    """Score every new peptide with every allele, mutant and wild type in one batch, each distinct query once."""
    representatives = [
        (sources[0], sources) for (_, peptide), sources in assembly.sources.items() if peptide not in found
    ]
    mutant = [_queries(source, alleles, wildtype=False) for source, _ in representatives]
    wildtype = [_queries(source, alleles, wildtype=True) for source, _ in representatives]
    distinct = list(dict.fromkeys(query for group in (*mutant, *wildtype) for query in group))
    answers = dict(zip(distinct, predictor.predict(distinct), strict=True))
    return [
        candidate
        for (source, sources), own, normal in zip(representatives, mutant, wildtype, strict=True)
        for candidate in _candidates(source, sources, own, normal, answers)
    ]


def _queries(source: Source, alleles: Sequence[Allele], *, wildtype: bool) -> list[Query]:
    peptide = source.peptide
    if not wildtype:
        return [Query(peptide.sequence, allele, peptide.n_flank, peptide.c_flank) for allele in alleles]
    if peptide.wildtype is None:
        return []
    return [Query(peptide.wildtype, allele, peptide.wildtype_n_flank, peptide.wildtype_c_flank) for allele in alleles]


def _candidates(
    source: Source,
    sources: Sequence[Source],
    own: Sequence[Query],
    normal: Sequence[Query],
    answers: dict[Query, Binding],
) -> list[Candidate]:
    call, consequence = source.peptide.calls[0], source.change.transcript
    transcripts = tuple(sorted(one.change.transcript.transcript for one in sources))
    decay = nmd(source.change)
    gene_value = _expression(call.gene_expression, (consequence.gene, consequence.gene_id))
    values = [
        value
        for transcript in transcripts
        if (value := _expression(call.transcript_expression, (transcript,))) is not None
    ]
    return [
        Candidate(
            call=call,
            change=source.change,
            transcripts=transcripts,
            peptide=source.peptide,
            allele=query.allele,
            binding=answers[query],
            wildtype_binding=answers[normal[place]] if normal else None,
            phase=source.phase,
            gene_expression=gene_value,
            transcript_expression=sum(values) if len(values) == len(transcripts) else None,
            nmd=decay,
            self_match=None,
            remarks=source.remarks,
        )
        for place, query in enumerate(own)
    ]


def _expression(values: Sequence[Expression], names: Sequence[str]) -> float | None:
    """Look up a value by any of its names; ids may lack their version, symbols are taken as they are."""
    for name in names:
        for same in (str, _without_version):
            for one in values:
                if name and same(one.feature) == same(name):
                    return one.value
    return None


def _without_version(name: str) -> str:
    return name.partition(".")[0] if VERSIONED.match(name) else name


def _excluded(assembly: Assembly, found: dict[str, str]) -> tuple[ExcludedPeptide, ...]:
    return tuple(
        ExcludedPeptide(
            str(call.variant),
            source.change.transcript.gene,
            source.change.transcript.transcript,
            peptide,
            found[peptide],
        )
        for (calls, peptide), sources in assembly.sources.items()
        if peptide in found
        for call in calls
        for source in sources
    )


def _inputs(settings: RunSettings) -> tuple[InputFile, ...]:
    paths = [("vcf", settings.vcf)]
    hla = hla_file(settings.hla)
    if hla is not None:
        paths.append(("hla", hla))
    if settings.proteome is not None:
        paths.append(("proteome", settings.proteome))
    return tuple(InputFile(role, path.name, sha256(path)) for role, path in paths)


def _warnings(header: Header, samples: Samples, calls: Sequence[Call], settings: RunSettings) -> list[str]:
    warnings = []
    if samples.warning is not None:
        warnings.append(samples.warning)
    failed = sum(bool(call.filters) for call in calls)
    if failed:
        warnings.append(f"{failed:,} calls that fail FILTER are used, as asked; what they give is uncertain at best")
    if "FrameshiftSequence" not in header.info.get("CSQ", ""):
        warnings.append(
            "the annotation lacks FrameshiftSequence: of a frameshift, at most the first residues are known"
        )
    if settings.proteome is None:
        warnings.append(
            "no --proteome: peptides were compared with the normal proteins that the VCF itself names, not with all"
        )
    if not any(call.gene_expression for call in calls):
        warnings.append("the VCF holds no gene expression (GX): expression is not assessed")
    if not any(call.rna for call in calls):
        warnings.append("the VCF holds no RNA read counts (RDP, RAD, RAF): expression of the variant is not assessed")
    return warnings


def _funnel(
    records: Sequence[Call | LedgerEntry],
    ledger: Iterable[LedgerEntry],
    found: dict[str, str],
    assembly: Assembly,
    ranked: Sequence[Ranked],
) -> tuple[FunnelStage, ...]:
    rejected = Counter(record.outcome for record in records if isinstance(record, LedgerEntry))
    read = len(records)
    passing = read - rejected[Outcome.FILTERED] - rejected[Outcome.MALFORMED_RECORD]
    somatic = [record for record in records if not isinstance(record, LedgerEntry) and not record.germline]
    altering = {variant for variant, _ in assembly.accounts}
    with_candidates = {entry.variant for entry in ledger if entry.outcome is Outcome.CANDIDATES}
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
        FunnelStage("somatic in the tumour, annotated", len(somatic), "ALT alleles"),
        FunnelStage("changing a protein", len(altering), "ALT alleles"),
        FunnelStage("giving candidates", len(with_candidates), "ALT alleles"),
        FunnelStage("new to their own protein", len(peptides), "peptides"),
        FunnelStage("in no other normal protein", len(peptides - found.keys()), "peptides"),
        FunnelStage("scored", len(pairs), "peptide–allele pairs"),
        FunnelStage(f"presented (percentile ≤ {PRESENTED_PERCENTILE:g})", len(presented), "peptide–allele pairs"),
        FunnelStage("variant × peptide × allele", len(ranked), "candidates"),
    )
