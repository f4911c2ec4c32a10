#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
id: neosieve-run
label: neosieve run, neoantigen candidates of one tumour
doc: |
  Ranks neoantigen candidates of one tumour from its VCF and HLA type: annotated by Ensembl VEP, or any with a reference.

  Inputs are named as the options of `neosieve run`, which `neosieve run --help` explains; what isn't given takes neosieve's
  default. Inputs name no format, since runners refuse a file whose format isn't given in turn.

  Exit codes: 0 done (no candidates is a result), 1 bad input, 2 wrong usage, 3 a violation of `strict`; all but 0 are
  permanent failures, and the log says in a line what is wrong.

$namespaces:
  edam: http://edamontology.org/

hints:
  SoftwareRequirement:
    packages:
      neosieve:
        version: ["0.1.0"]
  DockerRequirement:
    dockerPull: neosieve:0.1.0 # built by the Dockerfile of neosieve's repository; published nowhere
  ResourceRequirement:
    coresMin: 1
    ramMin: 2048 # MiB; 79,080 candidates take a quarter of it
    outdirMin: 1024

requirements:
  SchemaDefRequirement:
    types:
      - $import: types.yml

baseCommand: [neosieve, run]

inputs:
  vcf:
    type: File
    label: The tumour's variants
    doc: VCF, plain or gzipped.
    inputBinding: { position: 1 }
  hla:
    type: [File, string]
    label: HLA type
    doc: Class I alleles joined by commas, or a file of them.
    inputBinding: { prefix: --hla }
  out:
    type: string
    default: neosieve
    label: Name of the folder for the results
    inputBinding: { prefix: --out }
  tumor:
    type: string?
    label: Tumour sample in the VCF
    inputBinding: { prefix: --tumor }
  normal:
    type: string?
    label: Matched normal sample in the VCF
    inputBinding: { prefix: --normal }
  region_samples:
    type:
      - "null"
      - type: array
        items: string
        inputBinding: { prefix: --region }
    label: Further regions of the tumour that are samples of the same VCF
  region_vcfs:
    type:
      - "null"
      - type: array
        items: types.yml#region
        inputBinding:
          prefix: --region
          valueFrom: $(self.name)=$(self.vcf.path)
    label: Further regions of the tumour with VCFs of their own
  lengths:
    type: string?
    label: Peptide lengths
    doc: 8-11, or 9,10.
    inputBinding: { prefix: --lengths }
  include_filtered:
    type: boolean?
    label: Use records whose FILTER is neither PASS nor '.' too
    inputBinding: { prefix: --include-filtered }
  incomplete_transcripts:
    type: boolean?
    label: Admit transcripts with an incomplete CDS
    inputBinding: { prefix: --incomplete-transcripts }
  models:
    type: ["string?", "Directory?"]
    label: Prediction models
    doc: |
      embedded, auto, or a MHCflurry model directory. Where a runner hides the home directory, as cwltool does, auto doesn't
      find a release fetched into it: give its directory.
    inputBinding: { prefix: --models }
  policy:
    type: ["string?", "File?"]
    label: Ranking policy
    doc: default, pvacseq, vaxrank, mupexi, affinity, presentation, or a TOML file.
    inputBinding: { prefix: --policy }
  proteome:
    type: File?
    label: FASTA of normal proteins to exclude peptides by
    inputBinding: { prefix: --proteome }
  reference:
    type: File?
    label: Reference built by neosieve reference build
    inputBinding: { prefix: --reference }
  germline:
    type: File?
    label: VCF of the patient's germline variants
    inputBinding: { prefix: --germline }
  germline_sample:
    type: string?
    label: The patient's sample in it
    inputBinding: { prefix: --germline-sample }
  unphased:
    type: types.yml#unphased?
    label: Neighbours of unknown phase
    inputBinding: { prefix: --unphased }
  hypotheses:
    type:
      - "null"
      - type: array
        items: types.yml#hypothesis
    label: Products to make beyond what the sequence proves
    inputBinding: { prefix: --hypotheses, itemSeparator: "," }
  expression:
    type: File?
    label: Expression table of the tumour
    inputBinding: { prefix: --expression }
  normal_expression:
    type: File?
    label: Expression in normal tissues
    inputBinding: { prefix: --normal-expression }
  rna_bam:
    type: File?
    label: The tumour's RNA reads, BAM or CRAM, with index
    secondaryFiles: &index
      - { pattern: .bai, required: false }
      - { pattern: ^.bai, required: false }
      - { pattern: .csi, required: false }
      - { pattern: .crai, required: false }
    inputBinding: { prefix: --rna-bam }
  dna_bam:
    type: File?
    label: The tumour's DNA reads, BAM or CRAM, with index
    secondaryFiles: *index
    inputBinding: { prefix: --dna-bam }
  reads_fasta:
    type: File?
    label: The genome of reads in CRAM
    secondaryFiles:
      - { pattern: .fai, required: false }
      - { pattern: .gzi, required: false }
    inputBinding: { prefix: --reads-fasta }
  purity:
    type: double?
    label: Share of tumour cells in the DNA sample
    inputBinding: { prefix: --purity }
  segments:
    type: File?
    label: Copy-number segments
    doc: FACETS, Sequenza, ASCAT, PURPLE or plain.
    inputBinding: { prefix: --segments }
  segments_sample:
    type: string?
    label: The tumour's sample in it
    inputBinding: { prefix: --segments-sample }
  sex:
    type: types.yml#sex?
    label: The patient's sex, for copy numbers of X and Y
    inputBinding: { prefix: --sex }
  hla_loh:
    type: File?
    label: HLA alleles that the tumour lost
    doc: LOHHLA, SpecHLA or plain.
    inputBinding: { prefix: --hla-loh }
  also:
    type:
      - "null"
      - type: array
        items: types.yml#further
    label: Further files for other tools
    inputBinding: { prefix: --also, itemSeparator: "," }
  strict:
    type: boolean?
    label: Fail with exit code 3 if a record can't be read or its annotation contradicts itself
    inputBinding: { prefix: --strict }
  cache:
    type: string?
    label: Folder of predictions that runs share
    doc: |
      By its absolute path, where every job can write, so not in a container; or off. It changes no result.
    inputBinding: { prefix: --cache }
  timings:
    type: string?
    label: Name of a JSON file for each stage's seconds
    inputBinding: { prefix: --timings }

stderr: $(inputs.out).log

outputs:
  results:
    type: Directory
    label: All results
    outputBinding: { glob: $(inputs.out) }
  candidates:
    type: File
    label: Ranked candidates, one for each variant × peptide × allele
    format: edam:format_3475 # TSV
    outputBinding: { glob: $(inputs.out)/candidates.tsv }
  variants:
    type: File
    label: Variants that have candidates
    format: edam:format_3475
    outputBinding: { glob: $(inputs.out)/variants.tsv }
  ledger:
    type: File
    label: What became of every ALT
    format: edam:format_3475
    outputBinding: { glob: $(inputs.out)/ledger.tsv }
  excluded_peptides:
    type: File
    label: New peptides that another normal protein holds
    format: edam:format_3475
    outputBinding: { glob: $(inputs.out)/excluded_peptides.tsv }
  proteins:
    type: File
    label: Mutant proteins that candidates lie in
    format: edam:format_3475
    outputBinding: { glob: $(inputs.out)/proteins.tsv }
  report:
    type: File
    label: Report, one offline page
    format: edam:format_2331 # HTML
    outputBinding: { glob: $(inputs.out)/report.html }
  record:
    type: File
    label: Inputs with checksums, settings, models, counts
    format: edam:format_3464 # JSON
    outputBinding: { glob: $(inputs.out)/run.json }
  pvacseq_tables:
    type: File[]
    label: pVACseq's tables, if asked for
    format: edam:format_3475
    outputBinding: { glob: $(inputs.out)/*.MHC_I.*.tsv }
  annotated_vcf:
    type: File?
    label: The VCF with the best candidate of each ALT, if asked for
    format: edam:format_3016 # VCF
    secondaryFiles: [.tbi]
    outputBinding: { glob: $(inputs.out)/annotated.vcf.gz }
  multiqc_content:
    type: File[]
    label: MultiQC's custom content, if asked for
    format: edam:format_3464
    outputBinding: { glob: $(inputs.out)/*_mqc.json }
  windows:
    type: File?
    label: Mutant windows, if asked for
    format: edam:format_1929 # FASTA
    outputBinding: { glob: $(inputs.out)/windows.fasta }
  parquet:
    type: File?
    label: Candidates, typed, if asked for
    outputBinding: { glob: $(inputs.out)/candidates.parquet }
  stage_seconds:
    type: File?
    label: Each stage's seconds, if asked for
    format: edam:format_3464
    outputBinding: { glob: $(inputs.timings) }
  log:
    type: stderr
    label: What neosieve said

permanentFailCodes: [1, 2, 3]
