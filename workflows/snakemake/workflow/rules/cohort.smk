# All samples together.


rule list_samples:
    output:
        runs=f"{COHORT}/runs.txt",
        multiqc=f"{COHORT}/multiqc_files.txt",
    log:
        "logs/list_samples.log",
    localrule: True
    params:
        samples=list(SAMPLES),
    run:
        write_lists(output.runs, output.multiqc, params.samples)


rule collect:
    input:
        of_all_samples("candidates.tsv"),
        of_all_samples("run.json"),
        listed=rules.list_samples.output.runs,
    output:
        samples=report(
            f"{COHORT}/samples.tsv",
            caption="../report/samples.rst",
            category="Cohort",
            labels={"result": "counts per sample"},
        ),
        shared=report(
            f"{COHORT}/shared.tsv",
            caption="../report/shared.rst",
            category="Cohort",
            labels={"result": "shared neoantigens"},
        ),
        page=report(
            f"{COHORT}/cohort.html",
            caption="../report/cohort.rst",
            category="Cohort",
            labels={"result": "summary"},
        ),
        record=f"{COHORT}/cohort.json",
    log:
        "logs/collect.log",
    benchmark:
        "benchmarks/collect.tsv"
    conda:
        "../envs/neosieve.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        folder=subpath(output.record, parent=True),
    shell:
        # what a killed job left goes; -x: all folders at once or none
        "rm -rf -- {params.folder:q}/.neosieve.*.part && "
        "xargs -x -n 1000000 -s 1900000 -d '\\n' -a {input.listed:q} "
        "neosieve collect --names folder --out {params.folder:q} 2> {log:q}"


rule multiqc:
    input:
        *(of_all_samples(f"neosieve_{kind}_mqc.json") for kind in MULTIQC_KINDS),
        listed=rules.list_samples.output.multiqc,
    output:
        page=report(
            f"{COHORT}/multiqc.html",
            caption="../report/multiqc.rst",
            category="Cohort",
            labels={"result": "MultiQC"},
        ),
        data=directory(f"{COHORT}/multiqc_data"),
    log:
        "logs/multiqc.log",
    benchmark:
        "benchmarks/multiqc.tsv"
    conda:
        "../envs/multiqc.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        config=MULTIQC_CONFIG,
        folder=subpath(output.page, parent=True),
    shell:
        "multiqc --force --no-ansi --cl-config {params.config:q} --file-list {input.listed:q} "
        "--outdir {params.folder:q} --filename multiqc.html > {log:q} 2>&1"
