"""Other tools read what ``neosieve run --also`` writes: each in an environment of its own, made with pip.

Run it by hand; it needs a package index, a few gigabytes and some minutes (vaxrank brings PyTorch):

    python tests/acceptance/read_by_peers.py [--vcf VCF --hla HLA] [--work DIR] [--only topiary,pvactools,multiqc]

Without a VCF it takes the one of ``neosieve demo``. ``--work`` keeps the environments, the run and MultiQC's report.
It prints what each tool read, and ends with 1 if one of them fails or sees another thing than is in our tables.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
import types
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEMO_VCF = ROOT / "reference" / "demo" / "hcc1395_demo.vcf.gz"
DEMO_HLA = "A*29:02,B*45:01,B*82:02"
REQUIREMENTS: dict[str, tuple[list[str], list[str]]] = {
    "topiary": (["topiary"], []),
    "vaxrank": (["vaxrank"], []),
    # of pVACtools its own modules alone: all that it depends on can't be installed together on a recent Python
    "pvactools": (["pandas<2.1", "numpy<2", "biopython", "requests", "pyyaml"], ["pvactools==7.1.5"]),
    "multiqc": (["multiqc"], []),
    "bcftools": ([], []),
}
"""Tool → what pip installs for it with, and without, dependencies."""
KEY = ("Chromosome", "Start", "Stop", "Reference", "Variant", "MT Epitope Seq", "HLA Allele")
ROUNDED = 6e-4  # pVACtools writes three decimals
DIGITS = 1e-4  # neosieve writes five digits


def table(path: Path) -> list[dict[str, str]]:
    """Read a TSV."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def find(out: Path, kind: str) -> Path:
    """Return one of the three pVACseq-shaped tables."""
    (path,) = out.glob(f"*.MHC_I.{kind}.tsv")
    return path


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201 - a script that tells what it found


def require(condition: object, message: str) -> None:
    """End with an error unless something holds."""
    if not condition:
        sys.exit(f"FAILED: {message}")


def same(one: str, other: str) -> bool:
    """Whether two cells say the same: as numbers up to rounding, as text else; a blank is NA."""
    try:
        return abs(float(one) - float(other)) <= ROUNDED + DIGITS * abs(float(other))
    except ValueError:
        return (one or "NA") == (other or "NA")


def topiary(out: Path) -> None:
    """Load all three tables with topiary's reader: each row's peptide, allele and IC50 must come back."""
    library: Any = importlib.import_module("topiary")
    for kind, peptide, allele, value in (
        ("all_epitopes", "MT Epitope Seq", "HLA Allele", "Median MT IC50 Score"),
        ("filtered", "MT Epitope Seq", "HLA Allele", "Median MT IC50 Score"),
        ("all_epitopes.aggregated", "Best Peptide", "Allele", "IC50 MT"),
    ):
        frame = library.read_pvacseq(str(find(out, kind))).df
        affinity = frame[frame["kind"] == "pMHC_affinity"]
        read = sorted(zip(affinity["peptide"], affinity["allele"], affinity["value"].map(float), strict=True))
        rows = table(find(out, kind))
        ours = sorted((row[peptide], row[allele], float(row[value])) for row in rows)
        require(read == ours, f"topiary reads another {kind} than was written")
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(frame["kind"].value_counts().items()))
        say(f"topiary: {kind}: {len(rows)} rows read, all peptides, alleles and IC50 as written ({kinds})")


def vaxrank(out: Path) -> None:
    """Rank the aggregated table with vaxrank: every variant must be in its report."""
    report = out.parent / "vaxrank.csv"
    tool = Path(sys.executable).with_name("vaxrank")
    given = find(out, "all_epitopes.aggregated")
    subprocess.run([tool, "--input-pvacseq", given, "--output-csv", report], check=True, capture_output=True)
    with report.open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    rows = table(given)
    require(
        {row["Genomic variant"] for row in read} == {row["ID"] for row in rows}, "vaxrank lost or invented a variant"
    )
    first = read[0]
    say(
        f"vaxrank: {len(read)} variants read and ranked; first {first['Gene name']} {first['Mutant peptide sequence']} "
        f"on {first['Allele']}, {first['Predicted mutant pMHC affinity']}"
    )


def pvactools(out: Path) -> None:
    """Let pVACtools aggregate and filter our all_epitopes.tsv: the results must be our other two tables.

    Three differences are intended: where the expression of the mutant allele isn't known, pVACtools passes, and
    we don't. Where there is no normal peptide, we say which residues are mutated, so the anchor check applies. And its
    last filter takes the text "False" for true, so it doesn't see which transcript is MANE Select or canonical.
    """
    package: Any = importlib.import_module("pvactools")
    library = types.ModuleType("pvactools.lib")  # its __init__ would import all that isn't installed
    library.__path__ = [str(Path(package.__path__[0]) / "lib")]
    package.lib = sys.modules["pvactools.lib"] = library
    work = out.parent / "pvactools"
    work.mkdir(exist_ok=True)
    module: Any = importlib.import_module("pvactools.lib.aggregate_all_epitopes")
    module.PvacseqAggregateAllEpitopes(str(find(out, "all_epitopes")), str(work / "aggregated.tsv")).execute()
    theirs = {row["ID"]: row for row in table(work / "aggregated.tsv")}
    ours = {row["ID"]: row for row in table(find(out, "all_epitopes.aggregated"))}
    require(list(next(iter(theirs.values()))) == list(next(iter(ours.values()))), "the columns differ")
    require(theirs.keys() == ours.keys(), "the variants differ")
    counts = {"same": 0, "same but for the expression": 0, "another best epitope": 0}
    for name, row in ours.items():
        differing = [column for column, cell in row.items() if not same(cell, theirs[name][column])]
        if not differing:
            counts["same"] += 1
        elif set(differing) <= {"Allele Expr", "Tier"}:
            require(row["RNA VAF"] == "NA" and row["Tier"] != "Pass", f"{name}: {differing} differ")
            counts["same but for the expression"] += 1
        else:
            require("NA" in {row["IC50 WT"], theirs[name]["IC50 WT"] or "NA"}, f"{name}: {differing} differ")
            counts["another best epitope"] += 1
    say(f"pvactools: {len(ours)} variants aggregated: {', '.join(f'{n} {what}' for what, n in counts.items())}")
    filtered = _pvactools_filtered(find(out, "all_epitopes"), work)
    written = table(find(out, "filtered"))
    complete = [row for row in filtered if "NA" not in {row["Tumor RNA VAF"], row["Normal VAF"], row["Tumor DNA VAF"]}]
    keys = [[tuple(row[name] for name in KEY) for row in rows] for rows in (complete, written)]
    require(keys[0] == keys[1], "the filtered rows differ")
    other = [one for one, ours in zip(complete, written, strict=True) if one["Transcript"] != ours["Transcript"]]
    require(all("False" in {row["MANE Select"], row["Canonical"]} for row in other), "another transcript is named")
    say(
        f"pvactools: its filters keep {len(filtered)} rows; the {len(written)} of them without missing evidence are "
        f"ours, {len(other)} on a transcript that isn't MANE Select where ours is"
    )


def _pvactools_filtered(path: Path, work: Path) -> list[dict[str, str]]:
    """Apply pVACseq's four filters, one after the other, with its defaults."""
    binding, plain, transcript, best = (
        importlib.import_module(f"pvactools.lib.{name}")
        for name in ("binding_filter", "filter", "transcript_filter", "top_score_filter")
    )
    steps = [str(path), *(str(work / f"filtered{number}.tsv") for number in range(1, 5))]
    limits = (
        *(("Normal Depth", ">=", 5), ("Normal VAF", "<=", 0.02), ("Tumor DNA Depth", ">=", 10)),
        *(("Tumor DNA VAF", ">=", 0.25), ("Tumor RNA Depth", ">=", 10), ("Tumor RNA VAF", ">=", 0.25)),
        *(("Gene Expression", ">=", 1), ("Transcript Expression", ">=", 1)),
    )
    binding.BindingFilter(steps[0], steps[1]).execute()
    plain.Filter(steps[1], steps[2], [plain.FilterCriterion(*limit) for limit in limits]).execute()
    transcript.TranscriptFilter(steps[2], steps[3]).execute()
    best.PvacseqTopScoreFilter(steps[3], steps[4]).execute()
    return table(Path(steps[4]))


def multiqc(out: Path) -> None:
    """Let MultiQC gather the custom content: its data must hold our counts."""
    report = out.parent / "multiqc"
    tool = Path(sys.executable).with_name("multiqc")
    subprocess.run([tool, out, "-o", report, "-f"], check=True, capture_output=True)
    data = json.loads((report / "multiqc_data" / "multiqc_data.json").read_text())
    (ours,) = json.loads((out / "neosieve_summary_mqc.json").read_text())["data"].values()
    read = json.dumps(data["report_general_stats_data"])
    require(
        all(f'"{name}": {float(count)}' in read or f'"{name}": {count}' in read for name, count in ours.items()), read
    )
    plots = sorted(name for name in data["report_plot_data"] if "neosieve" in name)
    say(f"multiqc: general statistics {ours}; plots {', '.join(plots)}; look at {report / 'multiqc_report.html'}")


def bcftools(out: Path) -> None:
    """Read the annotated VCF with bcftools: no warning, all records, types as declared."""
    vcf = out / "annotated.vcf.gz"
    tool = shutil.which("bcftools") or sys.exit("bcftools is not installed (Debian: apt-get install bcftools)")
    done = subprocess.run([tool, "view", "-H", vcf], check=True, capture_output=True, text=True)
    require(not done.stderr, f"bcftools says {done.stderr}")
    query: list[str | Path] = [
        tool,
        "query",
        "-i",
        "NEOSIEVE_RANK=1",
        "-f",
        "%NEOSIEVE_GENE %NEOSIEVE_PEPTIDE %NEOSIEVE_ALLELE",
        vcf,
    ]
    best = subprocess.run(query, check=True, capture_output=True, text=True)
    require(not best.stderr, f"bcftools says {best.stderr}")
    say(f"bcftools: {done.stdout.count(chr(10))} records read without a warning; rank 1 is {best.stdout.strip()}")


TOOLS = {"topiary": topiary, "vaxrank": vaxrank, "pvactools": pvactools, "multiqc": multiqc, "bcftools": bcftools}


def environment(folder: Path, name: str) -> Path:
    """Make a tool's environment, unless it is there, and return its Python."""
    full, bare = REQUIREMENTS[name]
    if not full:
        return Path(sys.executable)
    python = folder / name / "bin" / "python"
    done = folder / name / "installed"
    if not done.exists():
        say(f"installing {', '.join(full + bare)} into {folder / name} …")
        venv.create(folder / name, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", *full], check=True)
        if bare:
            subprocess.run([python, "-m", "pip", "install", "-qq", "--no-deps", *bare], check=True)
        done.touch()
    return python


def main() -> None:
    """Run neosieve, then each tool on its results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vcf", type=Path, default=DEMO_VCF)
    parser.add_argument("--hla", default=DEMO_HLA)
    parser.add_argument("--work", type=Path, help="folder to keep; a temporary one if not given")
    parser.add_argument("--only", default=",".join(TOOLS), help="comma list of tools")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        TOOLS[given.inside](given.work)
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary) if given.work is None else given.work.absolute()
        out = work / "run"
        neosieve = Path(sys.executable).with_name("neosieve")
        options = ["--hla", given.hla, "--include-filtered", "--models", "embedded", "-o", out]
        also = ["--also", "pvacseq,multiqc,vcf,fasta"]
        subprocess.run([neosieve, "run", given.vcf, *options, *also], check=True, capture_output=True)
        failed = []
        for name in given.only.split(","):
            python = environment(work / "envs", name)
            command = [python, "-W", "ignore", Path(__file__), "--inside", name, "--work", out]
            if subprocess.run(command, check=False, cwd=work).returncode:
                failed.append(name)
        if failed:
            sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
