from __future__ import annotations

from dataclasses import replace

import pytest

from neosieve.biology.regions import Joined, RegionRecords, Seen, assessed, key_of, region_facts, regions_of_compound
from neosieve.model.evidence import RegionCount
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import AlleleCounts, Call, PhaseSet

from .helpers import call

PLAIN = {"chr1": "1", "1": "1"}.__getitem__
ENTRY = LedgerEntry("chr1:100:A>G", None, None, None, Outcome.NOT_IN_TUMOR, "0 ALT reads of 80", 0)
HERE = call("chr1:100:A>G")


def region(name: str, *records: Call | LedgerEntry, inherited: tuple[Call, ...] = ()) -> RegionRecords:
    """Make what was read of one region."""
    return RegionRecords(name, records, inherited)


def joined(main: RegionRecords, *others: RegionRecords) -> Joined:
    """Join regions."""
    result = Joined(main, PLAIN)
    for one in others:
        result.add(one)
    return result


def test_a_variant_is_told_from_the_first_region_that_has_it() -> None:
    """R1 has it: R2's call adds nothing. R1 refuses it: R2's call takes its place, and says where it is from."""
    assert joined(region("R1", HERE), region("R2", call("chr1:100:A>G"))).records == [HERE]
    (told,) = joined(region("R1", ENTRY), region("R2", HERE), region("R3", HERE)).records
    assert isinstance(told, Call)
    assert (str(told.variant), told.region) == ("chr1:100:A>G", "R2")


def test_what_no_region_has_keeps_its_first_reason_and_nothing_vanishes() -> None:
    """One row for each ALT of any file: R1's reason where R1 knows it, R2's, with its name, where only R2 does.

    Contigs are spelled as R1's file does.
    """
    other = replace(ENTRY, variant="1:200:C>T", outcome=Outcome.FILTERED, detail="FILTER is weak")
    result = joined(region("R1", ENTRY), region("R2", replace(ENTRY, detail="0 ALT reads of 9"), other)).records
    assert result == [ENTRY, replace(other, variant="chr1:200:C>T", detail="region R2: FILTER is weak")]


@pytest.mark.parametrize("name", ["1:100:A>G", "chr1:99:TA>TG", "chr1:100:AC>GC"])
def test_one_change_is_one_variant_however_it_is_spelled(name: str) -> None:
    """Contigs by any name, REF and ALT without what they share; a spelling that differs has a row of its own."""
    result = joined(region("R1", HERE), region("R2", call(name))).records
    assert result[0] is HERE
    rest = [(one.variant, one.outcome) for one in result[1:] if isinstance(one, LedgerEntry)]
    assert rest == ([] if name == "1:100:A>G" else [(name, Outcome.DUPLICATE_RECORD)])


def test_a_variant_is_germline_if_any_files_normal_says_so() -> None:
    """By a record that counts, or by one that was refused; and then no region makes it somatic."""
    germline = replace(HERE, germline=True)
    for second in (region("R2", germline), region("R2", inherited=(germline,))):
        (told,) = joined(region("R1", HERE), second).records
        assert isinstance(told, Call)
        assert told.germline
    kept = joined(region("R1", ENTRY, inherited=(germline,)), region("R2", HERE))
    assert kept.records == [ENTRY]
    assert kept.inherited == [germline]


def test_what_a_further_region_adds_is_counted_and_told() -> None:
    """Two somatic variants are new, one in a refused one's place; all are spelled as R1's file does."""
    other = call("chr1:300:C>T")
    result = Joined(region("R1", ENTRY, other), PLAIN)
    inherited = call("1:500:G>A", germline=True)
    more = (call("1:100:A>G"), call("1:200:C>T"), call("1:400:G>A", germline=True))
    assert result.add(region("R2", *more, inherited=(inherited,))) == 2
    calls = [one for one in result.records if isinstance(one, Call)]
    assert [(str(one.variant), one.region) for one in calls] == [
        ("chr1:100:A>G", "R2"), ("chr1:300:C>T", None), ("chr1:200:C>T", "R2"), ("chr1:400:G>A", "R2"),
    ]  # fmt: skip
    assert len(result.records) == 4
    assert [(str(one.variant), one.region) for one in result.inherited] == [("chr1:500:G>A", "R2")]
    # the same again adds nothing, and a region without news neither
    assert result.add(region("R3", call("1:100:A>G"), inherited=(inherited,))) == 0
    _, own = assessed(result, {"R1": {}, "R2": {}})
    assert own == tuple(result.inherited)


@pytest.mark.parametrize("germline", [False, True])
def test_what_an_earlier_normal_has_keeps_a_row_however_it_is_spelled(*, germline: bool) -> None:
    """R1 refuses A>G, which its normal has; R2 calls it as TA>TG: no somatic call, and a row that says why."""
    inherited, spelled = replace(HERE, germline=True), replace(call("chr1:99:TA>TG"), germline=germline)
    result = joined(region("R1", ENTRY, inherited=(inherited,)), region("R2", spelled))
    assert result.records[0] == ENTRY
    (row,) = result.records[1:]
    assert isinstance(row, LedgerEntry)
    assert (row.variant, row.outcome) == ("chr1:99:TA>TG", Outcome.GERMLINE)
    assert result.inherited == [inherited]


def test_phase_sets_of_two_regions_are_never_the_same() -> None:
    """PS 7 of R2 isn't PS 7 of R1: the source carries the region's name.

    The word before it keeps a region called "germline" apart from the germline VCF, whose sources are "germline PS".
    """
    phased = replace(call("chr1:110:C>T"), phase=PhaseSet("PS", "7", 1))
    own = replace(HERE, phase=PhaseSet("PS", "7", 1))
    first, second = joined(region("R1", own), region("R2", phased)).records
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.phase, second.phase) == (PhaseSet("PS", "7", 1), PhaseSet("region R2 PS", "7", 1))


def seen(depth: int | None, alt: int | None, *, called: bool = False, homozygous: bool = False) -> Seen:
    """Make what a column says."""
    return Seen(AlleleCounts(depth, alt), called, homozygous)


def test_regions_are_told_by_the_call_else_by_the_reads() -> None:
    """R1 is called. R2 isn't, but 3 of 100 reads show it. R3 has none of 59. R4's 20 are too few; R5 says nothing."""
    key = key_of(HERE.variant, PLAIN)
    columns = {
        "R1": {key: seen(None, None, called=True)}, "R2": {key: seen(100, 3)}, "R3": {key: seen(59, 0)},
        "R4": {key: seen(20, 0)}, "R5": {},
    }  # fmt: skip
    ((told,), _) = assessed(joined(region("R1", HERE)), columns)
    assert isinstance(told, Call)
    assert told.regions == RegionCount(("R1", "R2"), ("R3",), ("R4", "R5"))
    assert told.regions.listed == "in R1 and R2, not in R3, not assessed in R4 or R5"
    assert str(told.regions) == "in 2 of 3 regions (2 not assessed)"


@pytest.mark.parametrize(
    ("position", "both", "homozygous"),
    [
        pytest.param(1_000, False, False, id="R2's own call is near, and R2's cells have the other allele, too"),
        pytest.param(1_000, True, True, id="homozygous in both: on every copy of both"),
        pytest.param(4_000_000, False, True, id="no call of another region within a gene's length"),
    ],
)
def test_homozygous_in_one_region_is_in_cis_with_that_regions_calls_alone(
    position: int, *, both: bool, homozygous: bool
) -> None:
    """R1 lost the other allele; what only R2 has lies in cells that R1's genotype says nothing of."""
    whole, other = replace(HERE, homozygous=True), call(f"chr1:{position}:C>T")
    columns = {
        "R1": {key_of(whole.variant, PLAIN): seen(50, 50, called=True, homozygous=True)},
        "R2": {key_of(whole.variant, PLAIN): seen(50, 50 if both else 20, called=True, homozygous=both)},
    }
    records, _ = assessed(joined(region("R1", whole), region("R2", other)), columns)
    assert isinstance(records[0], Call)
    assert records[0].homozygous is homozygous


def test_a_compound_is_where_all_of_its_variants_are() -> None:
    """Absent where one is absent; not assessed where one is not, and none is absent."""
    one, other = RegionCount(("R1", "R2", "R3"), (), ("R4",)), RegionCount(("R1", "R4"), ("R2",), ("R3",))
    assert regions_of_compound([one, other]) == RegionCount(("R1",), ("R2",), ("R3", "R4"))
    assert regions_of_compound([one]) == one
    assert regions_of_compound([one, None]) is None
    assert regions_of_compound([]) is None


def test_regions_are_counted_for_the_record() -> None:
    """Of two variants one is in both regions, one lacks R2."""
    told = region_facts([RegionCount(("R1", "R2"), (), ()), RegionCount(("R1",), ("R2",), ())])
    assert told.pop("rule")
    assert told == {
        "regions": "R1, R2", "variants": 2, "in_every_region": 1, "absent_somewhere": 1, "not_assessed_somewhere": 0,
    }  # fmt: skip
