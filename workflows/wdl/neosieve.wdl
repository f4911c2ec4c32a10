version 1.1

# neosieve over many samples, each a task of its own, then gathered. Inputs are named as the options of `neosieve run`, which
# `neosieve run --help` explains; what isn't given takes neosieve's default.

struct Sample {
    String name
    File vcf
    String? hla
    File? hla_file
    String? tumor
    String? normal
    Array[String]? region_samples
    Array[String]? region_names
    Array[File]? region_vcfs
    File? germline
    String? germline_sample
    File? expression
    File? rna_bam
    File? rna_bam_index
    File? dna_bam
    File? dna_bam_index
    Float? purity
    File? segments
    String? segments_sample
    String? sex
    File? hla_loh
}

workflow neosieve {
    meta {
        description: "Ranks neoantigen candidates of each sample and gathers them: counts per sample, shared neoantigens."
    }

    parameter_meta {
        samples: "One tumour each, with a name of its own; hla (alleles joined by commas) or hla_file; the rest as known."
        models: "embedded, or auto."
        models_tar: "Instead: a MHCflurry model directory, packed by `tar -cf models.tar -C DIR .`"
        policy: "default, pvacseq, vaxrank, mupexi, affinity or presentation."
        policy_file: "Instead: a policy of one's own, TOML."
        reference: "Built by neosieve reference build; without it, the VCFs must be annotated by VEP."
        also: "pvacseq, multiqc, vcf, fasta, parquet."
        cache: "Folder of predictions that runs share, in the container; or off."
        container: "Image with neosieve, built by its repository's Dockerfile; published nowhere."
    }

    input {
        Array[Sample]+ samples
        String? lengths
        Boolean include_filtered = false
        Boolean incomplete_transcripts = false
        String? models
        File? models_tar
        String? policy
        File? policy_file
        File? proteome
        File? reference
        String? unphased
        Array[String] hypotheses = []
        File? normal_expression
        File? reads_fasta
        File? reads_fasta_index
        Array[String] also = []
        String? cache
        Boolean strict = false
        String container = "neosieve:0.1.0"
    }

    scatter (sample in samples) {
        call run {
            input:
                out = sample.name,
                vcf = sample.vcf,
                hla = sample.hla,
                hla_file = sample.hla_file,
                tumor = sample.tumor,
                normal = sample.normal,
                region_samples = select_first([sample.region_samples, []]),
                region_names = select_first([sample.region_names, []]),
                region_vcfs = select_first([sample.region_vcfs, []]),
                germline = sample.germline,
                germline_sample = sample.germline_sample,
                expression = sample.expression,
                rna_bam = sample.rna_bam,
                rna_bam_index = sample.rna_bam_index,
                dna_bam = sample.dna_bam,
                dna_bam_index = sample.dna_bam_index,
                purity = sample.purity,
                segments = sample.segments,
                segments_sample = sample.segments_sample,
                sex = sample.sex,
                hla_loh = sample.hla_loh,
                lengths = lengths,
                include_filtered = include_filtered,
                incomplete_transcripts = incomplete_transcripts,
                models = models,
                models_tar = models_tar,
                policy = policy,
                policy_file = policy_file,
                proteome = proteome,
                reference = reference,
                unphased = unphased,
                hypotheses = hypotheses,
                normal_expression = normal_expression,
                reads_fasta = reads_fasta,
                reads_fasta_index = reads_fasta_index,
                also = also,
                cache = cache,
                strict = strict,
                container = container
        }
    }

    call collect {
        input:
            names = run.name,
            records = run.record,
            candidates = run.candidates,
            container = container
    }

    output {
        Array[File] candidates = run.candidates
        Array[File] variants = run.variants
        Array[File] ledgers = run.ledger
        Array[File] reports = run.report
        Array[File] records = run.record
        Array[Array[File]] results = run.results
        Array[File] cohort = collect.results
    }
}

task run {
    meta {
        description: "Ranks neoantigen candidates of one tumour. Exit codes: 1 bad input, 2 wrong usage, 3 a violation of strict."
    }

    parameter_meta {
        out: "Name of the sample, and of the folder for its results."
        hla: "Class I alleles joined by commas; or hla_file."
        region_names: "Of region_vcfs, in the same order."
        rna_bam_index: "In one folder with rna_bam, as are the other indexes with theirs; so they are localised together."
    }

    input {
        String out = "neosieve"
        File vcf
        String? hla
        File? hla_file
        String? tumor
        String? normal
        Array[String] region_samples = []
        Array[String] region_names = []
        Array[File] region_vcfs = []
        String? lengths
        Boolean include_filtered = false
        Boolean incomplete_transcripts = false
        String? models
        File? models_tar
        String? policy
        File? policy_file
        File? proteome
        File? reference
        File? germline
        String? germline_sample
        String? unphased
        Array[String] hypotheses = []
        File? expression
        File? normal_expression
        File? rna_bam
        File? rna_bam_index
        File? dna_bam
        File? dna_bam_index
        File? reads_fasta
        File? reads_fasta_index
        Float? purity
        File? segments
        String? segments_sample
        String? sex
        File? hla_loh
        Array[String] also = []
        String? cache
        Boolean strict = false
        String? timings
        String container = "neosieve:0.1.0"
        String memory = "2 GiB"
    }

    command <<<
        set -euo pipefail
        regions=()
        for name in ~{sep(" ", squote(region_samples))}; do regions+=(--region "$name"); done
        names=(~{sep(" ", squote(region_names))})
        vcfs=(~{sep(" ", squote(region_vcfs))})
        for i in "${!vcfs[@]}"; do regions+=(--region "${names[$i]}=${vcfs[$i]}"); done
        if [ -n '~{models_tar}' ]; then
            mkdir models
            tar -xf '~{models_tar}' -C models
        fi
        neosieve run '~{vcf}' \
            --hla '~{hla}~{hla_file}' \
            --out '~{out}' \
            ~{"--tumor '" + tumor + "'"} \
            ~{"--normal '" + normal + "'"} \
            ${regions[@]+"${regions[@]}"} \
            ~{"--lengths '" + lengths + "'"} \
            ~{if include_filtered then "--include-filtered" else ""} \
            ~{if incomplete_transcripts then "--incomplete-transcripts" else ""} \
            ~{"--models '" + models + "'"} \
            ~{if defined(models_tar) then "--models models" else ""} \
            ~{"--policy '" + policy + "'"} \
            ~{"--policy '" + policy_file + "'"} \
            ~{"--proteome '" + proteome + "'"} \
            ~{"--reference '" + reference + "'"} \
            ~{"--germline '" + germline + "'"} \
            ~{"--germline-sample '" + germline_sample + "'"} \
            ~{"--unphased '" + unphased + "'"} \
            ~{if length(hypotheses) > 0 then "--hypotheses '" + sep(",", hypotheses) + "'" else ""} \
            ~{"--expression '" + expression + "'"} \
            ~{"--normal-expression '" + normal_expression + "'"} \
            ~{"--rna-bam '" + rna_bam + "'"} \
            ~{"--dna-bam '" + dna_bam + "'"} \
            ~{"--reads-fasta '" + reads_fasta + "'"} \
            ~{if defined(purity) then "--purity ~{purity}" else ""} \
            ~{"--segments '" + segments + "'"} \
            ~{"--segments-sample '" + segments_sample + "'"} \
            ~{"--sex '" + sex + "'"} \
            ~{"--hla-loh '" + hla_loh + "'"} \
            ~{if length(also) > 0 then "--also '" + sep(",", also) + "'" else ""} \
            ~{"--cache '" + cache + "'"} \
            ~{if strict then "--strict" else ""} \
            ~{"--timings '" + timings + "'"}
    >>>

    output {
        String name = out
        File candidates = "~{out}/candidates.tsv"
        File variants = "~{out}/variants.tsv"
        File ledger = "~{out}/ledger.tsv"
        File excluded_peptides = "~{out}/excluded_peptides.tsv"
        File proteins = "~{out}/proteins.tsv"
        File report = "~{out}/report.html"
        File record = "~{out}/run.json"
        Array[File] results = glob("~{out}/*")
        File? stage_seconds = timings
    }

    runtime {
        container: container
        cpu: 1
        memory: memory
    }
}

task collect {
    meta {
        description: "Gathers finished runs. Exit codes: 1 a run isn't one, 2 wrong usage."
    }

    parameter_meta {
        names: "What each run's folder is called."
        records: "run.json of each, in the same order."
        candidates: "candidates.tsv of each."
    }

    input {
        Array[String]+ names
        Array[File]+ records
        Array[File]+ candidates
        String out = "cohort"
        String container = "neosieve:0.1.0"
        String memory = "512 MiB"
    }

    command <<<
        set -euo pipefail
        names=(~{sep(" ", squote(names))})
        records=(~{sep(" ", squote(records))})
        candidates=(~{sep(" ", squote(candidates))})
        for i in "${!names[@]}"; do
            mkdir -p "runs/${names[$i]}"
            ln -s "${records[$i]}" "runs/${names[$i]}/run.json"
            ln -s "${candidates[$i]}" "runs/${names[$i]}/candidates.tsv"
        done
        neosieve collect runs/*/ --names folder --out '~{out}'
    >>>

    output {
        File samples = "~{out}/samples.tsv"
        File shared = "~{out}/shared.tsv"
        File page = "~{out}/cohort.html"
        File record = "~{out}/cohort.json"
        Array[File] results = [samples, shared, page, record]
    }

    runtime {
        container: container
        cpu: 1
        memory: memory
    }
}
