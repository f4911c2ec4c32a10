# All samples together.


rule list_samples:
    output:
        multiqc=f"{COHORT}/multiqc_files.txt",
    log:
        "logs/list_samples.log",
    localrule: True
    params:
        samples=list(SAMPLES),
    run:
        # in files, since the names of thousands of samples are too long for a command line
        folder = os.path.join(os.path.dirname(output.multiqc), os.pardir, "samples")
        with open(output.multiqc, "w", encoding="utf-8") as listed:
            for sample in params.samples:
                for kind in MULTIQC_KINDS:
                    path = os.path.join(folder, sample, f"neosieve_{kind}_mqc.json")
                    listed.write(os.path.normpath(path) + "\n")


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
