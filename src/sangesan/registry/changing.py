"""Changing fields of the register from what somebody saw at the door, without ever overwriting another's change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.registry.changeable import FIELDS, LIVING, Target, Value, alike, checked, merge, target
from sangesan.registry.models import Condition, Household, Living, Membership
from sangesan.registry.permissions import visible_households
from sangesan.registry.sealed_fields import PHONE

Sections = dict[str, tuple[int, dict[str, Value]]]
Rows = list[Living] | list[Condition]
KEPT_BY_DJANGO = {"id", "household_id", "person_id", "valid_from", "valid_to", "recorded_at", "row_version"}


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed since: the register keeps `theirs`; all three values in the clear."""

    code: str
    base: Value
    theirs: Value
    mine: Value


@dataclass(frozen=True)
class Changed:
    """taken, same: codes of fields ("person:12.work_place"); versions: section -> the version this change made."""

    taken: tuple[str, ...]
    same: tuple[str, ...]
    clashes: tuple[Clash, ...]
    versions: Mapping[str, int]


def change_fields(
    *,
    post: Post,
    household_id: int,
    changes: Mapping[str, Any],
    based_on: Mapping[str, int],
    own: Collection[tuple[str, int]] = (),
    on: date,
    now: datetime,
    today: date,
) -> Changed:
    """Takes what nobody else touched since the versions in `based_on` ({"living": 3}); the rest comes back as clashes.

    own: (section, version) that the same worker made since and knew of. on: the day it was seen. Raises NotAllowed
    outside the post's reach, Refusal for a field or value that can't be: then nothing is changed.
    """
    wanted = [(target(code), value) for code, value in changes.items()]
    values = [(one, checked(one.field, value)) for one, value in wanted]
    with acting(post, "registry.change", on=f"household:{household_id}") as act:
        home = _locked(post, household_id)
        taken, same, clashes, versions = [], [], [], {}
        for section, of_section in _by_section(values).items():
            rows = _rows(home, section)
            had = [(row.row_version, _values(row)) for row in rows]
            mine = {one.field.name: value for one, value in of_section}
            seen = based_on.get(section, 0 if not rows else -1)
            known = {number for name, number in own if name == section}
            found = merge(seen=seen, versions=had, changes=mine, own=known)
            version = _write(home, section, rows, found.taken, on=min(on, today), now=now)
            if found.taken:
                versions[section] = version
            taken += [f"{section}.{name}" for name in found.taken]
            same += [f"{section}.{name}" for name in found.same]
            clashes += [Clash(f"{section}.{n}", base, now_, mine[n]) for n, (base, now_) in found.conflicts.items()]
        if taken:
            home.row_version += 1
            home.save(update_fields=["row_version"])
        act.detail = {"taken": taken, "same": same, "clashes": [clash.code for clash in clashes]}
    return Changed(tuple(taken), tuple(same), tuple(clashes), versions)


def settle_field(
    *, post: Post, household_id: int, code: str, value: Any, seen: Value, now: datetime, today: date
) -> int:
    """Sets one field to what a person decided, having `seen` what the register holds; the section's version after it.

    Raises Refusal where the register holds something else by now: the person must look again.
    """
    one = target(code)
    decided = checked(one.field, value)
    with acting(post, "registry.change", on=f"household:{household_id}") as act:
        home = _locked(post, household_id)
        rows = _rows(home, one.section)
        holds = _values(rows[-1]).get(one.field.name) if rows else None
        if not alike(holds, seen):
            raise Refusal("这一项刚刚又有人改过", place=one.field.title, remedy="请刷新，看过新的内容后再定")
        change = {} if alike(holds, decided) else {one.field.name: decided}
        version = _write(home, one.section, rows, change, on=today, now=now)
        act.detail = {"settled": code, "changed": bool(change)}
    return version


def sections_of(household_id: int) -> Sections:
    """A household's changeable sections as they hold now. The caller has made sure that the post may see it."""
    return sections_of_all([household_id])[household_id]


def sections_of_all(households: Collection[int]) -> dict[int, Sections]:
    """The same for several, in three queries: section -> (version, values in the clear); a missing one is version 0."""
    home_of = dict(
        Membership.objects.filter(household__in=households, valid_to=None).values_list("person", "household")
    )
    found: dict[int, Sections] = {home: {LIVING: (0, {})} for home in households}
    for person, home in home_of.items():
        found[home][f"person:{person}"] = (0, {})
    for living in Living.objects.filter(household__in=households, valid_to=None).order_by("row_version", "id"):
        found[living.household_id][LIVING] = (living.row_version, _values(living))
    for condition in Condition.objects.filter(person__in=list(home_of), valid_to=None).order_by("row_version", "id"):
        person = condition.person_id
        found[home_of[person]][f"person:{person}"] = (condition.row_version, _values(condition))
    return found


def _locked(post: Post, household_id: int) -> Household:
    """The household, locked: changes of one household wait for one another and are numbered as they arrive."""
    home = visible_households(post).filter(pk=household_id).select_for_update().first()
    if home is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    return home


def _by_section(values: list[tuple[Target, Value]]) -> dict[str, list[tuple[Target, Value]]]:
    found: dict[str, list[tuple[Target, Value]]] = {}
    for one, value in values:
        found.setdefault(one.section, []).append((one, value))
    return found


def _rows(home: Household, section: str) -> Rows:
    """All versions of a section, oldest first; raises Refusal for a person who is not of this household."""
    if section == LIVING:
        return list(Living.objects.filter(household=home).order_by("row_version", "id"))
    person = int(section.partition(":")[2])
    if not Membership.objects.filter(household=home, person=person, valid_to=None).exists():
        raise Refusal("填了不是这一户的人", place="家庭成员", remedy="请同步后重填；新增的成员请写在说明里")
    return list(Condition.objects.filter(person=person).order_by("row_version", "id"))


def _values(row: Living | Condition) -> dict[str, Value]:
    """The changeable fields of a section's row, the phone in the clear."""
    kind = LIVING if isinstance(row, Living) else "person"
    names = [one.name for one in FIELDS.values() if one.section == kind and one.kind != "phone"]
    values: dict[str, Value] = {name: getattr(row, name) for name in names}
    if isinstance(row, Condition):
        keys = Keyring.load(settings.HOME)
        values["phone"] = keys.open(PHONE, bytes(row.phone_sealed)).decode() if row.phone_sealed else ""
    return values


def _write(home: Household, section: str, rows: Rows, change: Mapping[str, Value], *, on: date, now: datetime) -> int:
    """Ends the row that held and begins the next with the change; the version that holds then (0: none)."""
    held = rows[-1] if rows else None
    if not change:
        return held.row_version if held else 0
    begins = max(on, held.valid_from) if held else on
    new: dict[str, Any] = dict(change)
    if "phone" in new:
        phone = str(new.pop("phone"))
        new["phone_sealed"] = Keyring.load(settings.HOME).seal(PHONE, phone.encode()) if phone else None
    if held is not None:
        type(held)._default_manager.filter(pk=held.pk).update(valid_to=begins)  # noqa: SLF001  Living or Condition
        kept = {f.attname: getattr(held, f.attname) for f in held._meta.concrete_fields}  # noqa: SLF001  as Django names it
        new = {name: value for name, value in kept.items() if name not in KEPT_BY_DJANGO} | new
    new |= {"valid_from": begins, "valid_to": None, "recorded_at": now, "row_version": held.row_version + 1 if held else 1}
    if section == LIVING:
        return Living.objects.create(household=home, **new).row_version
    return Condition.objects.create(person_id=int(section.partition(":")[2]), **new).row_version
