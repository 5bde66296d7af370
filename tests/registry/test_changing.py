"""Fields changed at the door: what is taken, what clashes, what is refused; against a plain model by hypothesis."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.registry.changeable import FIELDS, Value, alike, checked, merge, target
from sangesan.registry.changing import change_fields, sections_of, settle_field
from sangesan.registry.models import Condition, Household, Living, Person
from web.small_county import DAY, NOW, SmallCounty

A: Value = "A"
MERGES = [
    # versions of one field (version, value), seen, mine -> taken, same, conflict (base, theirs)
    ([(1, "A")], 1, "B", {"f": "B"}, (), {}),
    ([(1, "A")], 1, "A", {}, ("f",), {}),
    ([(1, "A"), (2, "A")], 1, "B", {"f": "B"}, (), {}),
    ([(1, "A"), (2, "C")], 1, "B", {}, (), {"f": ("A", "C")}),
    ([(1, "A"), (2, "B")], 1, "B", {}, ("f",), {}),
    ([(1, "A"), (2, "C"), (3, "A")], 1, "B", {}, (), {"f": ("A", "A")}),
    ([(1, "A"), (2, "C"), (3, "A")], 3, "B", {"f": "B"}, (), {}),
    ([(1, "A"), (2, "C")], 2, "B", {"f": "B"}, (), {}),
    ([], 0, "B", {"f": "B"}, (), {}),
    ([(1, "")], 0, "B", {"f": "B"}, (), {}),
    ([(1, "A")], 0, "B", {}, (), {"f": (None, "A")}),
    ([(1, "A")], 7, "B", {}, (), {"f": (None, "A")}),
    ([(1, "A")], 7, "A", {}, ("f",), {}),
    ([(1, True)], 1, 1, {"f": 1}, (), {}),
    ([(1, None)], 1, "", {}, ("f",), {}),
]


OWN = [
    # versions, seen, own, mine -> taken, conflict
    ([(1, "A"), (2, "C")], 1, {2}, "B", {"f": "B"}, {}),
    ([(1, "A"), (2, "C"), (3, "D")], 1, {2}, "B", {}, {"f": ("C", "D")}),
    ([(1, "A"), (2, "C"), (3, "D")], 1, {3}, "B", {}, {"f": ("D", "D")}),
    ([(1, "A"), (2, "C"), (3, "D")], 1, {2, 3}, "B", {"f": "B"}, {}),
    ([(1, "A")], 0, {1}, "B", {"f": "B"}, {}),
]


@pytest.mark.parametrize(("versions", "seen", "own", "mine", "taken", "conflicts"), OWN)
def test_own_changes_are_no_conflict(versions, seen, own, mine, taken, conflicts) -> None:  # type: ignore[no-untyped-def]
    rows = [(v, {"f": value}) for v, value in versions]
    made = merge(seen=seen, versions=rows, changes={"f": mine}, own=own)
    assert (made.taken, made.conflicts) == (taken, conflicts)


@pytest.mark.parametrize(("versions", "seen", "mine", "taken", "same", "conflicts"), MERGES)
def test_merge_table(versions, seen, mine, taken, same, conflicts) -> None:  # type: ignore[no-untyped-def]
    made = merge(seen=seen, versions=[(v, {"f": value}) for v, value in versions], changes={"f": mine})
    assert (made.taken, made.same, made.conflicts) == (taken, same, conflicts)


VALUES = st.sampled_from(["A", "B", "", None])
ROWS = st.lists(st.fixed_dictionaries({"f": VALUES, "g": VALUES}), min_size=1, max_size=5)


@given(rows=ROWS, seen=st.integers(1, 5), mine=st.fixed_dictionaries({"f": VALUES, "g": VALUES}))
def test_nothing_that_somebody_changed_is_overwritten(rows, seen, mine) -> None:  # type: ignore[no-untyped-def]
    versions = list(enumerate(rows, start=1))
    made = merge(seen=seen, versions=versions, changes=mine)
    assert set(made.taken) | set(made.same) | set(made.conflicts) == {"f", "g"}
    for name in made.taken:
        assert seen <= len(rows)
        assert all(alike(row[name], rows[seen - 1][name]) for row in rows[seen - 1 :])
    for name in made.same:
        assert alike(rows[-1][name], mine[name])


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [
        ("living.safe_water", False, False),
        ("living.house_grade", "C", "C"),
        ("living.house_grade", None, ""),
        ("person:1.work_months", 12, 12),
        ("person:1.work_months", "", None),
        ("person:1.health", "残疾；长期慢性病", "残疾；长期慢性病"),
        ("person:1.phone", " 13800001234 ", "13800001234"),
    ],
)
def test_what_a_field_may_hold(code: str, value: object, kept: object) -> None:
    assert checked(target(code).field, value) == kept


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("living.safe_water", 1),
        ("living.safe_water", "是"),
        ("living.house_grade", "E"),
        ("person:1.work_months", 13),
        ("person:1.work_months", True),
        ("person:1.work_months", 2.5),
        ("person:1.health", "健康；快乐"),
        ("person:1.phone", "1380000123"),
        ("person:1.phone", "１３８００００１２３４"),
        ("person:1.work_place", "西" * 61),
        ("person:1.work_place", ["西安"]),
        ("person.work_place", "西安"),
        ("person:x.work_place", "西安"),
        ("living:3.road", "土路"),
        ("living.code", "1"),
        ("", "1"),
    ],
)
def test_what_it_may_not(code: str, value: object) -> None:
    with pytest.raises(Refusal) as told:
        checked(target(code).field, value)
    assert told.value.remedy


def _home() -> Household:
    return Household.objects.order_by("pk")[0]


@pytest.mark.django_db
def test_two_workers_change_one_household(small_county: SmallCounty) -> None:
    home, post = _home(), small_county.posts["grid"]
    son = Person.objects.get(name="王秀兰").pk
    later = datetime(2022, 9, 14, 1, tzinfo=UTC)
    base = {section: version for section, (version, _values) in sections_of(home.pk).items()}
    first = change_fields(
        post=post, household_id=home.pk, based_on=base, on=DAY, now=NOW, today=DAY,
        changes={"living.safe_water": False, f"person:{son}.work_place": "西安市", f"person:{son}.phone": "13911112222"},
    )  # fmt: skip
    assert set(first.taken) == {"living.safe_water", f"person:{son}.work_place", f"person:{son}.phone"}
    second = change_fields(
        post=post, household_id=home.pk, based_on=base, on=DAY, now=later, today=DAY,
        changes={"living.toilet": True, f"person:{son}.work_place": "安康市", f"person:{son}.phone": "13911112222"},
    )  # fmt: skip
    assert second.taken == ("living.toilet",)
    assert second.same == (f"person:{son}.phone",)
    assert [(c.code, c.base, c.theirs, c.mine) for c in second.clashes] == [
        (f"person:{son}.work_place", "", "西安市", "安康市")
    ]
    held = Living.objects.get(household=home, valid_to=None)
    assert (held.safe_water, held.toilet, held.house_grade, held.row_version) == (False, True, "B", 3)
    assert Condition.objects.filter(person=son, valid_to=None).count() == 1
    assert Condition.objects.get(person=son, valid_to=None).labour == "普通劳动力"
    settle_field(
        post=post, household_id=home.pk, code=f"person:{son}.work_place", value="安康市", seen="西安市", now=later, today=DAY
    )
    assert sections_of(home.pk)[f"person:{son}"][1]["work_place"] == "安康市"
    with pytest.raises(Refusal, match="又有人改过"):
        settle_field(
            post=post, household_id=home.pk, code=f"person:{son}.work_place", value="汉中", seen="西安市", now=later, today=DAY
        )


@pytest.mark.django_db
def test_bad_values_change_nothing(small_county: SmallCounty) -> None:
    home, other = _home(), Person.objects.get(name="李长顺").pk
    before = sections_of(home.pk)
    cases = [{"living.safe_water": False, "living.house_grade": "Z"}, {"living.safe_water": False, f"person:{other}.labour": "无劳动力"}]
    for changes in cases:
        with pytest.raises(Refusal):
            change_fields(
                post=small_county.posts["grid"], household_id=home.pk, changes=changes, based_on={"living": 1}, on=DAY,
                now=NOW, today=date(2022, 9, 20),
            )  # fmt: skip
        assert sections_of(home.pk) == before
    with pytest.raises(NotAllowed):
        change_fields(
            post=small_county.posts["grid"], household_id=Household.objects.order_by("pk")[2].pk, changes={}, based_on={},
            on=DAY, now=NOW, today=DAY,
        )  # fmt: skip


def test_every_field_is_a_column() -> None:
    for one in FIELDS.values():
        names = {f.name for f in (Living if one.section == "living" else Condition)._meta.concrete_fields}
        assert one.name in names or one.kind == "phone"
