#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
id: neosieve-collect
label: neosieve collect, the cohort of finished runs
doc: |
  Gathers finished runs: counts per sample, and the neoantigens that samples share. The runs' order changes nothing.

  Exit codes: 0 done, 1 a folder isn't a finished run, 2 wrong usage; the log says in a line what is wrong.

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
    ramMin: 512 # MiB, however many runs there are

requirements:
  SchemaDefRequirement:
    types:
      - $import: types.yml

baseCommand: [neosieve, collect]

inputs:
  runs:
    type: Directory[]
    label: Folders of finished runs
    doc: Each of another name, where the tumour samples have the same name.
    inputBinding: { position: 1 }
  out:
    type: string
    default: cohort
    label: Name of the folder for the results
    inputBinding: { prefix: --out }
  names:
    type: types.yml#names?
    label: What samples are called by
    inputBinding: { prefix: --names }

stderr: $(inputs.out).log

outputs:
  results:
    type: Directory
    label: All results
    outputBinding: { glob: $(inputs.out) }
  samples:
    type: File
    label: Counts per sample
    format: edam:format_3475 # TSV
    outputBinding: { glob: $(inputs.out)/samples.tsv }
  shared:
    type: File
    label: Neoantigens of two samples or more
    format: edam:format_3475
    outputBinding: { glob: $(inputs.out)/shared.tsv }
  page:
    type: File
    label: The cohort on one offline page
    format: edam:format_2331 # HTML
    outputBinding: { glob: $(inputs.out)/cohort.html }
  record:
    type: File
    label: Where each sample's numbers come from, and whether the runs compare
    format: edam:format_3464 # JSON
    outputBinding: { glob: $(inputs.out)/cohort.json }
  log:
    type: stderr
    label: What neosieve said

permanentFailCodes: [1, 2]
