# All samples together.


rule list_samples:
    output:
        multiqc=f"{COHORT}/multiqc_files.txt",
    log:
        "logs/list_samples.log",
    localrule: True
    params:
        multiqc=[
            path
            for kind in ("summary", "tiers", "outcomes")
            for path in of_all_samples(f"neosieve_{kind}_mqc.json")
        ],
    run:
        # in files, since the names of thousands of samples are too long for a command line
        with open(output.multiqc, "w", encoding="utf-8") as listed:
            listed.writelines(f"{path}\n" for path in params.multiqc)


rule multiqc:
    input:
        of_all_samples("neosieve_summary_mqc.json"),
        of_all_samples("neosieve_tiers_mqc.json"),
        of_all_samples("neosieve_outcomes_mqc.json"),
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
