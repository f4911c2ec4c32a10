"""What the command line does with what it can't use: one clear line, the right exit code, nothing half-written."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from safetensors.numpy import save_file

from neosieve.cli import main

NEOSIEVE = Path(sys.executable).with_name("neosieve")
"""The installed command, as a user runs it."""
HLA = "HLA-A*02:01"
GENES = Path(__file__).parents[2] / "reference" / "genes"


def run(*arguments: object) -> Result:
    """Run a command within this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="neosieve")


def files(folder: Path) -> list[str]:
    """Name every file below a folder, hidden ones included; none if there is no folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def edited(vcf: Path, target: Path, old: str, new: str) -> Path:
    """Write a copy of a VCF with the text changed."""
    text = gzip.decompress(vcf.read_bytes()).decode()
    assert old in text
    target.write_text(text.replace(old, new), encoding="utf-8")
    return target


def assert_one_line(result: Result, *words: str) -> None:
    """Exit code 1, nothing on stdout, one line on stderr that holds the words."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert re.fullmatch(r"neosieve: [^\n]+\n", result.stderr), result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_a_missing_vcf(tmp_path: Path) -> None:
    """The line names the file."""
    result = run("run", tmp_path / "nowhere.vcf.gz", "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "nowhere.vcf.gz", "there is no such file")
    assert files(tmp_path) == []


def test_a_vcf_without_csq(tmp_path: Path, demo_vcf: Path) -> None:
    """The line says how to annotate it."""
    vcf = edited(demo_vcf, tmp_path / "x.vcf", "##INFO=<ID=CSQ", "##INFO=<ID=BSQ")
    result = run("run", vcf, "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "x.vcf", "no VEP annotation", "--plugin Wildtype")
    assert files(tmp_path / "out") == []


def test_a_vcf_without_the_wildtype_plugin(tmp_path: Path, demo_vcf: Path) -> None:
    """The line names the field and the plugin."""
    vcf = edited(demo_vcf, tmp_path / "x.vcf", "|WildtypeProtein", "|SomethingElse")
    result = run("run", vcf, "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "x.vcf", "lacks the WildtypeProtein field", "--plugin Wildtype")
    assert files(tmp_path / "out") == []


@pytest.mark.parametrize("option", ["--tumor", "--normal"])
def test_an_unknown_sample(tmp_path: Path, demo_vcf: Path, option: str) -> None:
    """The line lists the samples that there are."""
    result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out", option, "SOMEONE")

    assert_one_line(result, "no sample 'SOMEONE'", option, "HCC1395_NORMAL_DNA, HCC1395_TUMOR_DNA")
    assert files(tmp_path) == []


def test_samples_that_cannot_be_told(tmp_path: Path, demo_vcf: Path) -> None:
    """The line lists the samples and names the options."""
    vcf = edited(demo_vcf, tmp_path / "y.vcf", "##tumor_sample=", "##other=")
    vcf = edited(_zipped(vcf), tmp_path / "x.vcf", "HCC1395_NORMAL_DNA\tHCC1395_TUMOR_DNA", "S1\tS2")
    result = run("run", vcf, "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "can't tell which sample is the tumour", "--tumor", "S1, S2")


def _zipped(path: Path) -> Path:
    zipped = path.with_suffix(".gz")
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    return zipped


@pytest.mark.parametrize(
    ("hla", "words"),
    [
        ("A*02:01,B27", ["'B27' is a serotype", "HLA-A*02:01"]),
        ("A*02:01,whatever", ["'whatever' is not an HLA allele"]),
        ("DRB1*15:01", ["no class I allele", "class II"]),
        ("A*99:99", ["supports none of HLA-A*99:99"]),
        ("nowhere.txt", ["nowhere.txt: there is no such file"]),
        ("", ["no class I allele", "--hla A*02:01"]),
    ],
)
def test_an_unreadable_hla_type(tmp_path: Path, demo_vcf: Path, hla: str, words: list[str]) -> None:
    """The line names the entry and shows how to write it."""
    result = run("run", demo_vcf, "--hla", hla, "-o", tmp_path / "out", "--models", "embedded")

    assert_one_line(result, *words)
    assert files(tmp_path) == []


@pytest.mark.parametrize("kept", [2, 10, 30_000])
def test_a_truncated_vcf(tmp_path: Path, demo_vcf: Path, kept: int) -> None:
    """A download that broke off is told before anything is made of half a tumour."""
    vcf = tmp_path / "cut.vcf.gz"
    vcf.write_bytes(demo_vcf.read_bytes()[:kept])
    result = run("run", vcf, "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "cut.vcf.gz", "breaks off", "copy or download it again")
    assert files(tmp_path / "out") == []


def test_a_plain_gzip_cut_in_its_records(tmp_path: Path, demo_vcf: Path) -> None:
    """Here the header is whole, and the end comes while records are read."""
    whole = gzip.compress(gzip.decompress(demo_vcf.read_bytes()))
    vcf = tmp_path / "cut.vcf.gz"
    vcf.write_bytes(whole[: len(whole) // 2])
    result = run("run", vcf, "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "cut.vcf.gz", "breaks off", "after line")
    assert files(tmp_path / "out") == []


@pytest.mark.parametrize("inside", ["", "sub"], ids=["a file", "within a file"])
def test_an_output_folder_that_cannot_be_made(tmp_path: Path, demo_vcf: Path, inside: str) -> None:
    """Told before the work, with what to do instead; permissions don't bind root, so a file stands in the way."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out" / inside)

    assert_one_line(result, "out", "can't be written", "-o")
    assert files(tmp_path) == ["out"]
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_an_output_that_cannot_be_replaced_leaves_nothing_half_written(tmp_path: Path, demo_vcf: Path) -> None:
    """A folder called candidates.tsv is in the way: no temporary file is left, and no run.json claims a whole run."""
    (tmp_path / "out" / "candidates.tsv").mkdir(parents=True)
    result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out", "--lengths", "9", "--models", "embedded")

    assert_one_line(result, "candidates.tsv", "can't be written")
    assert not [name for name in files(tmp_path) if name.endswith(".part") or "run.json" in name]


def test_a_missing_proteome_and_a_missing_model(tmp_path: Path, demo_vcf: Path) -> None:
    """Every path that a user can give is told if it leads nowhere."""
    for option in ("--proteome", "--models"):
        result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out", option, tmp_path / "nowhere")
        assert_one_line(result, "nowhere")
    assert files(tmp_path) == []


@pytest.mark.parametrize("lengths", ["", "x", "8-", "11-8", "7-9", "8-16", "0", "-9", "8.5", "8-99999999999"])
def test_wrong_lengths_are_wrong_usage(tmp_path: Path, demo_vcf: Path, lengths: str) -> None:
    """Exit code 2, as every wrong use of an option; nothing is read or written."""
    result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out", f"--lengths={lengths}")

    assert result.exit_code == 2
    assert "length" in result.stderr
    assert "Value error" not in result.stderr  # pydantic's own words
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("lengths", "expected"), [("9", [9]), ("8-11", [8, 9, 10, 11]), ("8,10-11", [8, 10, 11]), ("9,9", [9])]
)
def test_lengths_are_ranges_and_lists(tmp_path: Path, demo_vcf: Path, lengths: str, expected: list[int]) -> None:
    """The lengths of the scored peptides are those asked for."""
    result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path, "--lengths", lengths, "--models", "embedded")

    assert result.exit_code == 0, result.stderr
    header, *rows = (tmp_path / "candidates.tsv").read_text(encoding="utf-8").splitlines()
    at = header.split("\t").index("length")
    assert sorted({int(row.split("\t")[at]) for row in rows}) == expected


@pytest.mark.parametrize("arguments", [["run"], ["run", "x.vcf"], ["run", "x.vcf", "--hla", HLA], ["run", "--wrong"]])
def test_missing_arguments_are_wrong_usage(arguments: list[str]) -> None:
    """Exit code 2 and a hint at the help."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert "neosieve run -h" in result.stderr


@pytest.fixture
def plain_vcf() -> Path:
    """Return the unannotated VCF that ships for `neosieve demo --unannotated`."""
    return GENES / "demo_unannotated.vcf"


@pytest.mark.parametrize(
    "kind", ["missing", "folder", "empty", "fasta", "gtf", "vcf", "model", "cut", "sequence", "proteins"]
)
def test_a_reference_that_is_none(tmp_path: Path, plain_vcf: Path, kind: str) -> None:
    """Missing, foreign, cut or damaged: the line names the file and says how to come by one; nothing is written."""
    path = tmp_path / "x.ref"
    match kind:
        case "folder":
            path.mkdir()
        case "empty":
            path.write_bytes(b"")
        case "fasta" | "gtf":
            source = {"fasta": "chr20_slices.fa.gz", "gtf": "genes.gtf.gz"}[kind]
            path.write_bytes(gzip.decompress((GENES / source).read_bytes()))
        case "vcf":
            path.write_bytes(plain_vcf.read_bytes())
        case "model":
            save_file({"weights": np.zeros(3)}, path)
        case "cut":
            path.write_bytes((GENES / "genes.ref").read_bytes()[:50_000])
        case "sequence" | "proteins":
            path.write_bytes(flipped(GENES / "genes.ref", {"sequence": "tiles", "proteins": "proteins"}[kind]))
    result = run("run", plain_vcf, "--hla", HLA, "-o", tmp_path / "out", "--models", "embedded", "--reference", path)

    assert_one_line(result, "x.ref", "check that it is a file" if kind == "folder" else "`neosieve reference build`")
    assert files(tmp_path / "out") == []
    if kind in {"fasta", "gtf"}:
        assert "must be built into one" in result.stderr
    if kind in {"sequence", "proteins"}:
        assert "is damaged" in result.stderr


def flipped(path: Path, array: str) -> bytes:
    """Flip each byte of one array of a built reference (safetensors: size of the header, JSON header, arrays)."""
    data = bytearray(path.read_bytes())
    begin_of_arrays = 8 + int.from_bytes(data[:8], "little")
    begin, end = json.loads(data[8:begin_of_arrays])[array]["data_offsets"]
    for at in range(begin_of_arrays + begin, begin_of_arrays + end):
        data[at] ^= 1
    return bytes(data)


def test_an_unannotated_vcf_without_a_reference(tmp_path: Path, plain_vcf: Path) -> None:
    """The line names both ways out: annotate, or give a reference."""
    result = run("run", plain_vcf, "--hla", HLA, "-o", tmp_path / "out")

    assert_one_line(result, "demo_unannotated.vcf", "no VEP annotation", "--plugin Wildtype", "--reference")
    assert files(tmp_path) == []


def test_calls_of_another_genome(tmp_path: Path, plain_vcf: Path) -> None:
    """Every REF one base off: exit code 1, the counts, the first mismatch and the remedy in one line, no results.

    22 of 23 records pass FILTER. Those whose REF is the same letter as the reference's by chance are no mismatch.
    """
    lines = plain_vcf.read_text(encoding="utf-8").splitlines()
    moved = tmp_path / "moved.vcf"
    fields = [line.split("\t") for line in lines]
    moved.write_text(
        "".join(
            "\t".join([row[0], str(int(row[1]) + 7), *row[2:]] if len(row) > 1 and row[1].isdigit() else row) + "\n"
            for row in fields
        ),
        encoding="utf-8",
    )
    result = run("run", moved, "--hla", HLA, "-o", tmp_path / "out", "--reference", GENES / "genes.ref")

    assert_one_line(result, "moved.vcf: REF differs from genes.ref", "of 22 calls (first 20:", "GRCh37 against GRCh38")
    assert "REF is TCACCACTGCCATAGAGAGGCGGC but the reference has " in result.stderr
    assert "give a --reference that was built from the genome that the reads were aligned to" in result.stderr
    assert files(tmp_path / "out") == []


GERMLINE_HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ["there is no such file"]),
        (">chr20\nACGT\n", ["is not a VCF"]),
        ("##fileformat=VCFv4.2\n", ["no '#CHROM' line"]),
        (f"{GERMLINE_HEAD}\n20\t54961541\t.\tA\tT\t.\t.\t.\n", ["no sample columns", "genotypes"]),
        (f"{GERMLINE_HEAD}\tFORMAT\tA\tB\n", ["can't tell which sample is the patient's", "--germline-sample", "A, B"]),
        (f"{GERMLINE_HEAD}\tFORMAT\tA\nchrZ\t5\t.\tA\tT\t.\t.\t.\tGT\t0/1\n", ["holds none of its contigs (chrZ"]),
    ],
)
def test_a_germline_vcf_that_cannot_be_used(
    tmp_path: Path, plain_vcf: Path, text: str | None, words: list[str]
) -> None:
    """The line names the germline VCF, not the tumour's."""
    germline = tmp_path / "germline.vcf"
    if text is not None:
        germline.write_text(text, encoding="utf-8")
    arguments = ["--reference", GENES / "genes.ref", "--germline", germline]
    result = run("run", plain_vcf, "--hla", HLA, "-o", tmp_path / "out", "--models", "embedded", *arguments)

    assert_one_line(result, "germline.vcf", *words)
    assert files(tmp_path / "out") == []


def test_a_germline_vcf_that_lacks_the_sample(tmp_path: Path, plain_vcf: Path) -> None:
    """The line lists those that there are."""
    germline = tmp_path / "germline.vcf"
    germline.write_text(f"{GERMLINE_HEAD}\tFORMAT\tA\tB\n", encoding="utf-8")
    arguments = ["--reference", GENES / "genes.ref", "--germline", germline, "--germline-sample", "C"]
    result = run("run", plain_vcf, "--hla", HLA, "-o", tmp_path / "out", *arguments)

    assert_one_line(result, "germline.vcf has no sample 'C' (--germline-sample)", "A, B")


def test_an_unannotated_germline_vcf_beside_an_annotated_tumour(tmp_path: Path, demo_vcf: Path) -> None:
    """Without a reference both must be annotated: the line names the one that isn't."""
    germline = tmp_path / "germline.vcf"
    germline.write_text(f"{GERMLINE_HEAD}\tFORMAT\tA\n", encoding="utf-8")
    result = run("run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out", "--germline", germline)

    assert_one_line(result, "germline.vcf", "no VEP annotation", "--reference")


def test_a_germline_vcf_in_which_the_patient_carries_nothing(tmp_path: Path, plain_vcf: Path) -> None:
    """Not an error; how many were used is said."""
    germline = tmp_path / "germline.vcf"
    germline.write_text(
        f"{GERMLINE_HEAD}\tFORMAT\tA\n20\t54961541\t.\tA\tT\t.\t.\t.\tGT\t0/0\n20\tx\n", encoding="utf-8"
    )
    arguments = ["--reference", GENES / "genes.ref", "--germline", germline, "--lengths", "9", "--models", "embedded"]
    result = run("run", plain_vcf, "--hla", HLA, "-o", tmp_path / "out", *arguments)

    assert result.exit_code == 0, result.stderr
    assert "note: germline.vcf: 2 germline ALTs, of which 0 can be used and 0 touch exons\n" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--hypotheses", "splice"], "--reference"),
        (["--hypotheses", "splice,frame", "--reference", "x"], "'frame' is none of splice, start"),
        (["--unphased", "maybe", "--reference", "x"], "'trans', 'cis'"),
        (["--germline-sample", "A", "--reference", "x"], "--germline"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(tmp_path: Path, arguments: list[str], words: str) -> None:
    """Exit code 2 before anything is read: none of the files exist."""
    result = run("run", tmp_path / "no.vcf", "--hla", HLA, "-o", tmp_path / "out", *arguments)

    assert result.exit_code == 2
    assert words in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_strict_ends_with_3_after_writing(tmp_path: Path, demo_vcf: Path) -> None:
    """A record that can't be read is no error by default; --strict says so by its exit code, with results complete."""
    vcf = tmp_path / "x.vcf"
    vcf.write_text(gzip.decompress(demo_vcf.read_bytes()).decode() + "chr1\tx\n", encoding="utf-8")
    arguments = ["run", vcf, "--hla", HLA, "--lengths", "9", "--models", "embedded", "-o"]
    plain = run(*arguments, tmp_path / "plain")
    strict = run(*arguments, tmp_path / "strict", "--strict")

    assert (plain.exit_code, strict.exit_code) == (0, 3)
    assert strict.stderr.endswith(
        "neosieve: --strict: 1 records are malformed or contradict themselves; see ledger.tsv\n"
    )
    assert files(tmp_path / "plain") == files(tmp_path / "strict")
    assert "run.json" in files(tmp_path / "strict")


def test_results_go_to_the_folder_and_words_to_stderr(tmp_path: Path, demo_vcf: Path) -> None:
    """The installed command: exit code 0, a clean stdout, all files, and a run.json that a program can read."""
    done = subprocess.run(
        [NEOSIEVE, "run", demo_vcf, "--hla", HLA, "-o", tmp_path / "out", "--lengths", "9", "--models", "embedded"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stdout) == (0, "")
    assert files(tmp_path / "out") == [
        *(
            "candidates.tsv",
            "excluded_peptides.tsv",
            "ledger.tsv",
            "proteins.tsv",
            "report.html",
            "run.json",
            "variants.tsv",
        ),
    ]
    json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert "\r" not in done.stderr  # no progress bar where there is no terminal
    assert "\x1b" not in done.stderr


def test_the_installed_command_tells_an_error_in_one_line(tmp_path: Path) -> None:
    """No traceback comes out of the console script either."""
    done = subprocess.run(
        [NEOSIEVE, "run", tmp_path / "nowhere.vcf", "--hla", HLA, "-o", tmp_path / "out"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"neosieve: {tmp_path}/nowhere.vcf: there is no such file; check the path\n"


def test_help_imports_nothing_heavy() -> None:
    """`--help` answers at once only if it loads none of what the work needs."""
    code = """
import sys
from neosieve.cli import main
for arguments in (["--help"], ["run", "--help"], ["demo", "--help"]):
    try:
        main(arguments)
    except SystemExit as end:
        assert end.code == 0, end.code
heavy = {"torch", "pandas", "numpy", "pysam", "mhcflurry", "mhcgnomes", "jinja2", "pydantic"}
print("LOADED", sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert done.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize(("number", "folder"), [(0, "."), (1, "reference/genes")])
def test_help_shows_examples_that_run_when_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, folder: str
) -> None:
    """Each one unbroken line at 80 columns; pasted in a checkout, only with the results elsewhere, it runs."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("run", "--help")
    examples = [line.strip() for line in shown.stdout.splitlines() if line.strip().startswith("neosieve run ")]
    assert len(examples) == 2
    command, *arguments = shlex.split(examples[number])
    monkeypatch.chdir(Path(__file__).parents[2] / folder)

    assert shown.exit_code == 0
    assert command == "neosieve"
    assert arguments[-2] == "-o"
    arguments[-1] = str(tmp_path / "out")
    assert run(*arguments, "--models", "embedded").exit_code == 0
    assert "candidates.tsv" in files(tmp_path / "out")


def test_the_group_help_points_at_the_demo() -> None:
    """A newcomer's first command, and the version."""
    assert "neosieve demo" in run("--help").stdout
    assert re.fullmatch(r"neosieve, version \d+\.\d+\.\d+\n", run("--version").stdout)
