# One sample: everything that `neosieve run` writes.


rule predict:
    input:
        unpack(run_inputs),
    output:
        **also_outputs(),
        candidates=f"{OF_SAMPLE}/candidates.tsv",
        variants=report(
            f"{OF_SAMPLE}/variants.tsv",
            caption="../report/variants.rst",
            category="Samples",
            labels={"sample": "{sample}", "result": "variants, best candidates"},
        ),
        ledger=f"{OF_SAMPLE}/ledger.tsv",
        excluded=f"{OF_SAMPLE}/excluded_peptides.tsv",
        proteins=f"{OF_SAMPLE}/proteins.tsv",
        page=report(
            f"{OF_SAMPLE}/report.html",
            caption="../report/page.rst",
            category="Samples",
            labels={"sample": "{sample}", "result": "all candidates, to explore"},
        ),
        run=f"{OF_SAMPLE}/run.json",
        summary_mqc=f"{OF_SAMPLE}/neosieve_summary_mqc.json",
        tiers_mqc=f"{OF_SAMPLE}/neosieve_tiers_mqc.json",
        outcomes_mqc=f"{OF_SAMPLE}/neosieve_outcomes_mqc.json",
    log:
        "logs/predict/{sample}.log",
    benchmark:
        "benchmarks/predict/{sample}.tsv"
    wildcard_constraints:
        sample=SAMPLE_NAME,
    conda:
        "../envs/neosieve.yaml"
    threads: 1
    resources:
        # a sample takes seconds and some hundred MB with the embedded model; a try that ran out of either gets more
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        folder=subpath(output.run, parent=True),
        given=given,
        options=run_options,
    shell:
        # Snakemake removes the outputs it knows of a run that is made anew; the others are removed here.
        "rm -rf -- {params.folder:q}/.neosieve.*.part {params.folder:q}/*.MHC_I.*.tsv && "
        "export OMP_NUM_THREADS={threads} OPENBLAS_NUM_THREADS={threads} MKL_NUM_THREADS={threads} && "
        "neosieve run {input.vcf:q} {params.options:q} --out {params.folder:q} 2> {log:q}"
