#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: Workflow
id: neosieve-cohort
label: neosieve over many samples
doc: |
  Runs neosieve on every sample, each a job of its own, and gathers them: counts per sample, and shared neoantigens.
  A sample is a record of its files and facts; what all samples have in common, so that they compare, is given once.

requirements:
  MultipleInputFeatureRequirement: {}
  ScatterFeatureRequirement: {}
  StepInputExpressionRequirement: {}
  SchemaDefRequirement:
    types:
      - $import: types.yml

inputs:
  samples:
    type:
      type: array
      items: types.yml#sample
    label: The samples
  out:
    type: string
    default: cohort
    label: Name of the folder for the cohort's results
  lengths: { type: "string?", label: Peptide lengths }
  include_filtered: { type: "boolean?", label: Use records that fail FILTER too }
  incomplete_transcripts: { type: "boolean?", label: Admit transcripts with an incomplete CDS }
  models: { type: ["string?", "Directory?"], label: "embedded, auto, or a MHCflurry model directory" }
  policy: { type: ["string?", "File?"], label: Ranking policy }
  proteome: { type: "File?", label: FASTA of normal proteins to exclude peptides by }
  reference: { type: "File?", label: Reference built by neosieve reference build }
  unphased: { type: "types.yml#unphased?", label: Neighbours of unknown phase }
  hypotheses:
    type:
      - "null"
      - type: array
        items: types.yml#hypothesis
    label: Products to make beyond what the sequence proves
  normal_expression: { type: "File?", label: Expression in normal tissues }
  reads_fasta:
    type: File?
    label: The genome of reads in CRAM
    secondaryFiles:
      - { pattern: .fai, required: false }
      - { pattern: .gzi, required: false }
  also:
    type:
      - "null"
      - type: array
        items: types.yml#further
    label: Further files for other tools
  cache: { type: "string?", label: "Folder of predictions that runs share, by its absolute path; or off" }
  strict: { type: "boolean?", label: Fail if a record can't be read or contradicts itself }

steps:
  run:
    run: neosieve-run.cwl
    scatter: sample
    in:
      sample: samples
      out: { valueFrom: $(inputs.sample.name) }
      vcf: { valueFrom: $(inputs.sample.vcf) }
      hla: { valueFrom: $(inputs.sample.hla) }
      tumor: { valueFrom: $(inputs.sample.tumor) }
      normal: { valueFrom: $(inputs.sample.normal) }
      region_samples: { valueFrom: $(inputs.sample.region_samples) }
      region_vcfs: { valueFrom: $(inputs.sample.region_vcfs) }
      germline: { valueFrom: $(inputs.sample.germline) }
      germline_sample: { valueFrom: $(inputs.sample.germline_sample) }
      expression: { valueFrom: $(inputs.sample.expression) }
      rna_bam: { valueFrom: $(inputs.sample.rna_bam) }
      dna_bam: { valueFrom: $(inputs.sample.dna_bam) }
      purity: { valueFrom: $(inputs.sample.purity) }
      segments: { valueFrom: $(inputs.sample.segments) }
      segments_sample: { valueFrom: $(inputs.sample.segments_sample) }
      sex: { valueFrom: $(inputs.sample.sex) }
      hla_loh: { valueFrom: $(inputs.sample.hla_loh) }
      lengths: lengths
      include_filtered: include_filtered
      incomplete_transcripts: incomplete_transcripts
      models: models
      policy: policy
      proteome: proteome
      reference: reference
      unphased: unphased
      hypotheses: hypotheses
      normal_expression: normal_expression
      reads_fasta: reads_fasta
      also: also
      cache: cache
      strict: strict
    out: [results, log]
  collect:
    run: neosieve-collect.cwl
    in:
      runs: run/results
      out: out
      names: { default: folder }
    out: [results, log]

outputs:
  runs:
    type: Directory[]
    label: Each sample's results
    outputSource: run/results
  logs:
    type: File[]
    label: What neosieve said of each sample, and of the cohort
    outputSource: [run/log, collect/log]
    linkMerge: merge_flattened
  cohort:
    type: Directory
    label: The cohort's results
    outputSource: collect/results
