# The configuration and the sample sheet: read, checked, and put into the words of `neosieve run`.
import csv
import os

from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

# Options of `neosieve run` by where they are given (sheet: one sample's; config: all samples') and what they are.
SHEET_FILES = ("germline", "expression", "rna_bam", "dna_bam", "segments", "hla_loh")
SHEET_VALUES = (
    "tumor",
    "normal",
    "germline_sample",
    "purity",
    "segments_sample",
    "sex",
)
SHEET_COLUMNS = ("sample", "vcf", "hla", "regions", *SHEET_FILES, *SHEET_VALUES)
CONFIG_FILES = ("reference", "proteome", "normal_expression", "reads_fasta")
CONFIG_VALUES = ("lengths", "models", "cache", "unphased", "hypotheses")
CONFIG_FLAGS = ("include_filtered", "incomplete_transcripts", "strict")
NO_MATTER = ("samples", "results", "cache")  # to the results of a sample
NOT_GIVEN = ("", "NA")


def checked(data, schema, where):
    """Validate `data`; a mistake is told in one sentence that begins with where it is."""
    try:
        validate(data, schema)
    except WorkflowError as error:
        mistake = error.__context__
        if not hasattr(mistake, "absolute_path"):
            raise
        place, path = where(list(mistake.absolute_path))
        name = ".".join(map(str, path))
        meaning = mistake.schema.get("description", "")
        raise WorkflowError(
            f"{place}{f', {name}' if name else ''}: {mistake.message}"
            f"{f' ({meaning})' if name and meaning else ''}"
        ) from None


def check_header(path, header):
    """Refuse a sheet with columns that are unknown, missing or there twice."""
    for column in header:
        if column not in SHEET_COLUMNS:
            raise WorkflowError(
                f"{path}: the column {column!r} is unknown; there may be {', '.join(SHEET_COLUMNS)}. "
                f"Cells are separated by tabs, or by commas if the file's name ends in .csv."
            )
        if header.count(column) > 1:
            raise WorkflowError(
                f"{path}: the column {column!r} is there twice; keep one."
            )
    for column in ("sample", "vcf", "hla"):
        if column not in header:
            raise WorkflowError(
                f"{path}: the column {column!r} is missing; sample, vcf and hla are needed."
            )


def read_rows(path):
    """Read the rows of the sample sheet, each with the number of its line; cells that aren't given are left out."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as sheet:
            lines = csv.reader(sheet, delimiter="," if path.endswith(".csv") else "\t")
            header = [cell.strip() for cell in next(lines, [])]
            check_header(path, header)
            for cells in lines:
                if len(cells) > len(header):
                    raise WorkflowError(
                        f"{path}, line {lines.line_num}: {len(cells)} cells under {len(header)} columns; "
                        f"is there a delimiter too many?"
                    )
                row = {
                    column: cell.strip()
                    for column, cell in zip(header, cells)
                    if cell.strip() not in NOT_GIVEN
                }
                if row:
                    yield lines.line_num, row
    except OSError as error:
        raise WorkflowError(
            f"The sample sheet {path} can't be read ({error.strerror}); paths are relative to "
            f"the working directory, {os.getcwd()}. Name the sheet as `samples` in the configuration."
        ) from None
    except UnicodeDecodeError:
        raise WorkflowError(
            f"{path} isn't UTF-8 text; save the sample sheet as tab-separated text."
        ) from None


def number(text):
    """Read a number; a text that is none stays, and the schema says what it should be."""
    try:
        return float(text)
    except ValueError:
        return text


def read_sheet(path):
    """Read the sample sheet: each sample's name, and what is given for it."""
    numbered = list(read_rows(path))
    if not numbered:
        raise WorkflowError(f"{path} has no samples; it needs a row for each.")
    rows = [
        row | ({"purity": number(row["purity"])} if "purity" in row else {})
        for _, row in numbered
    ]
    checked(
        {"rows": rows},
        SHEET_SCHEMA,
        lambda place: (f"{path}, line {numbered[place[1]][0]}", place[2:]),
    )
    samples = {}
    for (line, _), row in zip(numbered, rows):
        if row["sample"] in samples:
            raise WorkflowError(
                f"{path}, line {line}: the sample {row['sample']!r} is there twice; give each row a name of its own."
            )
        samples[row["sample"]] = row
    return samples


MULTIQC_KINDS = ("summary", "tiers", "outcomes")
# No page of patients' data asks a server, and none lists thousands of paths.
# Samples are called as in the sheet, by their folders: the names inside the files are those of the VCF, where several
# patients may be called TUMOR. Names are kept whole: MultiQC would cut what looks like the ending of a file's name.
MULTIQC_CONFIG = (
    "{title: neosieve, no_version_check: true, no_ai: true, show_analysis_paths: false, "
    "fn_clean_sample_names: false, prepend_dirs: true, prepend_dirs_depth: 1, "
    'prepend_dirs_sep: " | ", sample_names_replace_regex: true, sample_names_replace: {" [|] .*": ""}}'
)


def is_file(text):
    """Tell a path from a list of alleles or a policy's name, which hold neither slash nor dot."""
    return "." in text or os.path.basename(text) != text or os.path.isfile(text)


def regions(row):
    """The further regions of a sample as pairs of name and VCF, which is empty for a sample of the main VCF."""
    texts = (text.strip() for text in row.get("regions", "").split(";"))
    return [text.partition("=")[::2] for text in texts if text]


CONFIG_SCHEMA = "../schemas/config.schema.yaml"
SHEET_SCHEMA = "../schemas/samples.schema.yaml"
checked(config, CONFIG_SCHEMA, lambda place: ("The configuration", place))
SAMPLES = read_sheet(config["samples"])
RESULTS = config["results"].rstrip("/")
COHORT = f"{RESULTS}/cohort"
OF_SAMPLE = f"{RESULTS}/samples/{{sample}}"
SAMPLE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
ALSO = {
    "vcf": {
        "annotated_vcf": f"{OF_SAMPLE}/annotated.vcf.gz",
        "annotated_vcf_index": f"{OF_SAMPLE}/annotated.vcf.gz.tbi",
    },
    "fasta": {"windows": f"{OF_SAMPLE}/windows.fasta"},
    "parquet": {"parquet": f"{OF_SAMPLE}/candidates.parquet"},
}
"""Further files by what `--also` calls them; those of pvacseq are named after the tumour sample, so no rule can."""


def also_outputs():
    """The further files that were asked for and whose names are known beforehand."""
    return {
        name: path
        for kind in config["also"]
        for name, path in ALSO.get(kind, {}).items()
    }


def run_inputs(wildcards):
    """Every file that the run of a sample reads."""
    row = SAMPLES.get(wildcards.sample)
    if row is None:
        raise WorkflowError(
            f"{config['samples']} has no sample {wildcards.sample!r}; it has: {', '.join(SAMPLES)}"
        )
    files = {"vcf": row["vcf"]}
    files |= {name: row[name] for name in SHEET_FILES if name in row}
    files |= {name: config[name] for name in CONFIG_FILES if config.get(name)}
    files |= {
        name: text
        for name, text in (("hla", row["hla"]), ("policy", config["policy"]))
        if is_file(text)
    }
    further = [vcf for _, vcf in regions(row) if vcf]
    return files | ({"regions": further} if further else {})


def given(wildcards):
    """All that is given for a sample. Snakemake makes anew what rests on changed parameters, but doesn't watch those that
    are told from inputs, as the options are; so this stands beside them."""
    settings = {name: config[name] for name in config if name not in NO_MATTER}
    return sorted((settings | SAMPLES.get(wildcards.sample, {})).items())


def run_options(wildcards, input):
    """The options of `neosieve run` for a sample, as separate words."""
    row = SAMPLES[wildcards.sample]
    given = {name: row[name] for name in SHEET_VALUES if name in row}
    given |= {name: config[name] for name in CONFIG_VALUES if config.get(name)}
    if config["cache"] is False:  # YAML takes off for that
        given["cache"] = "off"
    given |= {"hla": row["hla"], "policy": config["policy"]}
    given |= {
        name: path for name, path in input.items() if name not in ("vcf", "regions")
    }
    further = iter(input.get("regions", ()))
    words = [
        word
        for name, value in given.items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    ]
    for name, vcf in regions(row):
        words += ["--region", f"{name}={next(further)}" if vcf else name]
    words += [f"--{name.replace('_', '-')}" for name in CONFIG_FLAGS if config[name]]
    return [*words, "--also", ",".join(["multiqc", *config["also"]])]


def of_all_samples(name):
    """One file of each sample."""
    return [f"{RESULTS}/samples/{sample}/{name}" for sample in SAMPLES]


def write_lists(runs, multiqc, samples):
    """Write the folders of all samples, and their files for MultiQC: those of thousands are too long for a command line.

    They are told from where the lists are, so that a module's prefix holds.
    """
    folder = os.path.normpath(f"{os.path.dirname(runs)}/../samples")
    with open(runs, "w", encoding="utf-8") as listed:
        listed.writelines(f"{folder}/{sample}\n" for sample in samples)
    with open(multiqc, "w", encoding="utf-8") as listed:
        for sample in samples:
            for kind in MULTIQC_KINDS:
                listed.write(f"{folder}/{sample}/neosieve_{kind}_mqc.json\n")


def wanted():
    """What the workflow makes if it is asked for nothing else."""
    return [
        *of_all_samples("run.json"),
        f"{COHORT}/cohort.html",
        f"{COHORT}/multiqc.html",
    ]
