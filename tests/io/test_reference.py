from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from neosieve.biology.normal import finished
from neosieve.errors import InputError
from neosieve.io import container
from neosieve.io.reference import Reference, open_reference, write_reference
from neosieve.io.stretches import Stretch, Stretches, regions
from neosieve.model.genome import Interval, Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# 0-based: exon 3–12 holds CC ATG GCT T, exon 20–26 AA GGGG; CDS ATG GCT, then TAA over the junction
CHR1 = "gggCCATGGCTTgtaaacagAAGGGGttt"
SMALL = Transcript(
    "ENST1.2", "ABC", "ENSG1", "chr1", 1, (Interval(3, 12), Interval(20, 26)), Interval(2, 8), protein="ENSP1.1"
)
RICH = replace(
    SMALL,
    name="ENST1.3",
    gene="DEF",
    strand=-1,
    exons=(Interval(3, 26),),
    cds=Interval(1, 9),
    missing=1,
    flags=frozenset({"cds_start_NF", "cds_end_NF"}),
    biotype="nonsense_mediated_decay",
    canonical=True,
    mane_select=True,
    support_level=5,
    appris="principal_1",
    selenocysteines=(3, 6),
    problem="made up",
)
OTHER = replace(SMALL, name="NM_7", contig="MT", exons=(Interval(2, 8),), cds=Interval(0, 3))
MODELS = (SMALL, RICH, OTHER)
SEQUENCES = {"chr1": CHR1, "MT": "ccATAGCCg"}


def in_memory() -> Reference:
    """Three transcripts on two contigs."""
    return Reference.from_models(MODELS, SEQUENCES)


def write(path: Path, *, proteome: Mapping[str, str] | None = None) -> Path:
    """Write the same three."""
    cut = {
        contig: [Stretch(one.start, SEQUENCES[contig][one.start : one.end].upper().encode()) for one in many]
        for contig, many in regions(MODELS).items()
    }
    stretches = Stretches(cut)
    rows = [finished(one, stretches.spliced(one) or "") for one in MODELS]
    write_reference(path, rows, stretches, proteome=proteome or {}, info={"assembly": "toy"})
    return path


@pytest.fixture(params=["memory", "file"])
def reference(request: pytest.FixtureRequest, tmp_path: Path) -> Reference:
    """Return the reference of three transcripts, made either way."""
    return in_memory() if request.param == "memory" else open_reference(write(tmp_path / "toy.ref"))


def test_symbols_of_genes_are_listed_once_each(reference: Reference) -> None:
    """Of whatever the transcripts say that their genes are called."""
    assert reference.gene_symbols() == {one.gene for one in MODELS}


def test_transcripts_come_back_as_they_went_in(reference: Reference) -> None:
    """Every field; the problem of RICH is its own, and OTHER, whose CDS is followed by GCC, gets one."""
    assert reference.transcript("ENST1.2") == SMALL
    assert reference.transcript("ENST1.3") == RICH
    assert reference.transcript("NM_7") == replace(OTHER, problem="no stop codon behind the CDS")
    assert reference.transcript_count == 3


def test_a_name_without_its_version(reference: Reference) -> None:
    """ENST1 could be either; NM_7.4 can only be NM_7; nothing else is guessed."""
    assert reference.transcript("ENST1") is None
    assert reference.transcript("ENST1.9") is None
    found = reference.transcript("NM_7.4")
    assert found is not None
    assert found.name == "NM_7"
    assert reference.transcript("NM_8") is None


def test_transcripts_at_a_place(reference: Reference) -> None:
    """Spans 3–26, introns included; a point overlaps only what holds the bases on both its sides."""
    names = {
        place: [one.name for one in reference.transcripts_at("chr1", Interval(*place))]
        for place in ((0, 3), (0, 4), (14, 15), (25, 30), (26, 30), (3, 3), (4, 4), (26, 26))
    }
    both = ["ENST1.2", "ENST1.3"]
    assert names == {
        (0, 3): [],
        (0, 4): both,
        (14, 15): both,
        (25, 30): both,
        (26, 30): [],
        (3, 3): [],
        (4, 4): both,
        (26, 26): [],
    }
    assert reference.transcripts_at("nowhere", Interval(0, 9)) == ()


def test_contigs_by_their_aliases(reference: Reference) -> None:
    """The reference's own spelling for any of a contig's names."""
    assert [reference.contig(name) for name in ("chr1", "1", "NC_000001.11", "chrM", "MT", "2")] == [
        "chr1",
        "chr1",
        "chr1",
        "MT",
        "MT",
        None,
    ]


@pytest.mark.parametrize("start", range(30))
def test_bases_of_every_interval(start: int) -> None:
    """Upper case, as given; N beyond the contig's end and on contigs that it doesn't hold."""
    reference = in_memory()
    whole = CHR1.upper() + "N" * 99
    for end in range(start, 60):
        assert reference.bases("chr1", Interval(start, end)) == whole[start:end]
    assert reference.bases("nowhere", Interval(start, start + 3)) == "NNN"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bases_between_tiles_are_unknown(data: st.DataObject) -> None:
    """Exons with 300 bases on both sides are held; all else is N."""
    bases = data.draw(st.text("ACGTRN", min_size=1, max_size=9)) * 500
    begins = sorted(data.draw(st.lists(st.integers(0, len(bases) - 10), min_size=1, max_size=4)))
    models = [
        replace(SMALL, name=f"T{index}", exons=(Interval(begin, begin + 9),), cds=Interval(0, 6))
        for index, begin in enumerate(begins)
    ]
    reference = Reference.from_models(models, {"chr1": bases})
    held = {position for begin in begins for position in range(max(0, begin - 300), begin + 309)}
    start = data.draw(st.integers(0, len(bases)))
    end = data.draw(st.integers(start, len(bases) + 50))
    expected = "".join(bases[at] if at in held and at < len(bases) else "N" for at in range(start, end))
    assert reference.bases("chr1", Interval(start, end)) == expected


def test_normal_proteins_are_distinct_and_named(tmp_path: Path) -> None:
    """SMALL reads ATG GCT: MA. OTHER reads ATA by code 2: M. RICH, whose sequence is the minus strand's, adds a third.

    The proteome's MA is known already; a repeated name gets a number.
    """
    proteins = open_reference(
        write(tmp_path / "toy.ref", proteome={"P1": "MA", "P2": "MKUX", "ENST1.2 (ABC)": "MW"})
    ).normal_proteins()
    assert proteins["ENST1.2 (ABC)"] == "MA"
    assert proteins["NM_7 (ABC)"] == "M"
    assert proteins["P2"] == "MKUX"
    assert proteins["ENST1.2 (ABC) #2"] == "MW"
    assert "P1" not in proteins
    assert len(proteins) == len(set(proteins.values())) == 5


def test_opening_reads_neither_sequence_nor_proteins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are most of the file."""
    asked: list[str] = []
    store = container.FileStore
    table, part = store.table, store.part

    def watched_table(self: container.FileStore, name: str) -> Any:  # noqa: ANN401  as the original
        asked.append(name)
        return table(self, name)

    def watched_part(self: container.FileStore, name: str, begin: int, end: int) -> Any:  # noqa: ANN401
        asked.append(name)
        return part(self, name, begin, end)

    monkeypatch.setattr(store, "table", watched_table)
    monkeypatch.setattr(store, "part", watched_part)
    opened = open_reference(write(tmp_path / "toy.ref"))
    assert not {"tiles", "proteins"} & set(asked)
    opened.bases("chr1", Interval(3, 5))
    assert "tiles" in asked


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    """A build can be repeated; the identity names the content."""
    one, two = write(tmp_path / "a.ref"), write(tmp_path / "b.ref")
    assert one.read_bytes() == two.read_bytes()
    assert open_reference(one).identity.replace("a.ref", "b.ref") == open_reference(two).identity


@pytest.mark.parametrize("size", [0, 1, 7, 8, 100, -1, -40])
def test_a_truncated_file(tmp_path: Path, size: int) -> None:
    """However much is left: one error that says to build it again."""
    path = write(tmp_path / "toy.ref")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError, match=r"toy\.ref .*build it again"):
        open_reference(path)


def test_any_flipped_byte_is_found(tmp_path: Path) -> None:
    """Some at opening, the others by verify() at the latest; the sequence at its first use too."""
    path = write(tmp_path / "toy.ref")
    good = path.read_bytes()
    for position in range(0, len(good), 7):
        path.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        with pytest.raises(InputError, match=r"damaged|no reference|format"):
            open_reference(path).verify()


def test_damaged_sequence_is_found_when_first_used(tmp_path: Path) -> None:
    """Opening doesn't read it, so it can't tell; using it must."""
    path = write(tmp_path / "toy.ref")
    arrays = load_file(path)
    metadata = _metadata(path)
    arrays["tiles"] = np.where(np.arange(len(arrays["tiles"])) == 2, 0x11, arrays["tiles"]).astype(np.uint8)
    save_file(arrays, path, metadata={container.KEY: json.dumps(metadata)})
    opened = open_reference(path)
    with pytest.raises(InputError, match="doesn't match its checksum"):
        opened.bases("MT", Interval(0, 9))
    assert opened.bases("chr1", Interval(0, 3)) == "GGG"  # another tile


@pytest.mark.parametrize(("version", "match"), [(99, "by a newer neosieve .*update"), (0, "by another neosieve")])
def test_another_format_version(tmp_path: Path, version: int, match: str) -> None:
    """Newer: update neosieve. Older: build again."""
    path = write(tmp_path / "toy.ref")
    metadata = _metadata(path) | {"format": version}
    save_file(load_file(path), path, metadata={container.KEY: json.dumps(metadata)})
    with pytest.raises(InputError, match=match):
        open_reference(path)


@pytest.mark.parametrize("metadata", [None, {"x": "y"}, {"neosieve": "[]"}, {"neosieve": "{}"}, {"neosieve": "no"}])
def test_safetensors_of_somebody_else(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    """The container is a common one: model weights are no reference."""
    path = tmp_path / "weights.safetensors"
    save_file({"w": np.zeros(3)}, path, metadata=metadata)
    with pytest.raises(InputError, match="no reference of neosieve"):
        open_reference(path)


def test_no_file_or_a_folder(tmp_path: Path) -> None:
    """Said plainly."""
    with pytest.raises(InputError, match="there is no such file"):
        open_reference(tmp_path / "none.ref")
    with pytest.raises(InputError, match="can't be read"):
        open_reference(tmp_path)


def test_from_models_refuses_exons_outside_the_contig() -> None:
    """A test's own mistake, so a plain ValueError."""
    with pytest.raises(ValueError, match=r"ENST1\.2 has exons outside chr1"):
        Reference.from_models([SMALL], {"chr1": CHR1[:20]})


COMPLEMENTS = str.maketrans("ACGTRYN", "TGCAYRN")


@settings(deadline=None)
@given(st.text("ACGTRYN", min_size=40, max_size=90), st.integers(0, 2), st.integers(0, 10))
def test_reverse_complementing_the_world_changes_no_protein(bases: str, missing: int, offset: int) -> None:
    """The same transcripts on the reverse complement, strands turned round: the same proteins and problems."""
    size = len(bases)
    one = replace(
        SMALL,
        exons=(Interval(3, 15), Interval(20, 38)),
        cds=Interval(offset, 27),
        missing=missing,
        selenocysteines=(offset + (3 - missing) % 3 + 3,),
        protein="",
    )
    turned = replace(one, strand=-1, exons=tuple(Interval(size - e.end, size - e.start) for e in reversed(one.exons)))
    here = Reference.from_models([one], {"chr1": bases})
    there = Reference.from_models([turned], {"chr1": bases.translate(COMPLEMENTS)[::-1]})
    assert here.normal_proteins() == there.normal_proteins()
    told, back = here.transcript(one.name), there.transcript(one.name)
    assert told is not None
    assert back is not None
    assert (told.problem, told.flags) == (back.problem, back.flags)


def _metadata(path: Path) -> dict[str, Any]:
    header = path.read_bytes()
    size = int.from_bytes(header[:8], "little")
    told: dict[str, Any] = json.loads(json.loads(header[8 : 8 + size])["__metadata__"][container.KEY])
    return told
