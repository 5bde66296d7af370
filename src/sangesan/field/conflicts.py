"""Clashes: what each side wrote, in sight of the person who settles them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.clues.actions import conclude_by
from sangesan.clues.domain import State
from sangesan.clues.models import Clue
from sangesan.clues.raising import raise_clue
from sangesan.field.models import Conflict, Submission
from sangesan.field.sealed_fields import open_values, seal_values
from sangesan.kernel.masking import mask_phone
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import Entry
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.changeable import Value, alike, target
from sangesan.registry.changing import sections_of, settle_field
from sangesan.registry.permissions import visible_households
from sangesan.registry.queries import names_of
from sangesan.visits.domain import AT_RISK
from sangesan.visits.models import Visit

MINE, THEIRS = "mine", "theirs"
OTHER_RISK = "99"
LOOKED_BACK = 60  # entries; who changed a field long ago is nobody's question at the door


@dataclass(frozen=True)
class Side:
    """A value as it may leave the server (a phone number only masked), and as people read it."""

    value: Value
    title: str


@dataclass(frozen=True)
class Shown:
    """A clash as a page or phone shows it. who: the member; moved: the register holds something else by now."""

    conflict: Conflict
    title: str
    who: str
    base: Side
    theirs: Side
    mine: Side
    moved: bool


def open_conflicts(post: Post, *, grid: str = "", limit: int = 200) -> list[Shown]:
    """What is to be settled within the post's reach (narrowed to a grid), oldest first."""
    homes = visible_households(require(post, "field.see"))
    rows = Conflict.objects.filter(settled_at=None, household__in=homes.filter(grid=grid) if grid else homes)
    return shown(rows.select_related("household", "submission").order_by("pk")[:limit])


def settle(*, post: Post, conflict_id: int, choice: str, seen: Value, now: datetime, today: date) -> Conflict:
    """A person decides: "mine" (what the phone handed in) or "theirs" (what the register holds, `seen` on the page).

    Raises Refusal where the register moved on since (with the clash brought up to date), or it is settled already.
    """
    if choice not in {MINE, THEIRS}:
        raise Refusal("没有选定保留哪一个", place="处理冲突", remedy="请选其中一个")
    row = _reached(post, conflict_id)
    values = open_values(row.values)
    if _moved_on(row, values) or not alike(_side(row.field, values["theirs"]).value, seen):
        raise Refusal("这一项刚刚又有人改过", place=title_of(row.field), remedy="请看过新的内容后再定")
    with acting(post, "field.settle", on=f"conflict:{row.pk}") as act:
        row = Conflict.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.settled_at is not None:
            raise Refusal(f"已由{row.settled_by}处理", place="处理冲突", remedy="请刷新页面查看结果")
        if choice == MINE and row.field.startswith("clue:"):
            _conclude(row, post, now=now, today=today)
        elif choice == MINE:
            settle_field(
                post=post, household_id=row.household_id, code=row.field, value=values["mine"],
                seen=values["theirs"], now=now, today=today,
            )  # fmt: skip
        row.choice, row.settled_by, row.settled_post, row.settled_at = choice, post.title, post.pk, now
        row.save(update_fields=["choice", "settled_by", "settled_post", "settled_at"])
        _close_submission(row, now)
        act.detail = {"field": row.field, "choice": choice, "household": row.household_id}
    return row


def last_change(household_id: int, code: str) -> tuple[str, datetime | None]:
    """Who set a field last, and when, as far as patrol entries say."""
    rows = Entry.objects.filter(household=household_id).order_by("-pk")[:LOOKED_BACK]
    found = next((entry for entry in rows if code in entry.changed), None)
    return (found.post_title, found.recorded_at) if found else ("", None)


def title_of(code: str) -> str:
    """What a clash is about, in words."""
    return "线索核查结论" if code.startswith("clue:") else target(code).field.title


def shown(rows: Iterable[Conflict]) -> list[Shown]:
    """Clashes with values and names in the clear; the caller has made sure that they may be seen."""
    found = list(rows)
    people = {c.pk: int(c.field[7:].partition(".")[0]) for c in found if c.field.startswith("person:")}
    names = names_of(people.values())
    made = []
    for conflict in found:
        values = open_values(conflict.values)
        moved = conflict.settled_at is None and _moved_on(conflict, values)
        base, theirs, mine = (_side(conflict.field, values[name]) for name in ("base", "theirs", "mine"))
        who = names.get(people.get(conflict.pk, 0), "")
        made.append(Shown(conflict, title_of(conflict.field), who, base, theirs, mine, moved))
    return made


def _moved_on(row: Conflict, values: dict[str, Any]) -> bool:
    """Whether the register no longer holds what the clash says; then the clash is brought up to date."""
    if row.field.startswith("clue:") or row.settled_at is not None:
        return False
    section, _, name = row.field.partition(".")
    holds = sections_of(row.household_id).get(section, (0, {}))[1].get(name)
    if alike(holds, values["theirs"]):
        return False
    by, at = last_change(row.household_id, row.field)
    Conflict.objects.filter(pk=row.pk, settled_at=None).update(
        values=seal_values(values | {"theirs": holds}), theirs_by=by, theirs_at=at
    )
    return True


def _reached(post: Post, conflict_id: int) -> Conflict:
    rows = _within(require(post, "field.settle"))
    row = rows.filter(pk=conflict_id).first()
    if row is None:
        raise NotAllowed("没有这处冲突，或不在您的管理范围内", remedy="请从冲突清单进入")
    return row


def _within(post: Post) -> QuerySet[Conflict]:
    return Conflict.objects.filter(household__in=visible_households(post)).select_related("household", "submission")


def _conclude(row: Conflict, post: Post, *, now: datetime, today: date) -> None:
    """The phone's visit counts after all: it concludes the clue where that is open, or raises a new one."""
    visit = Visit.objects.get(pk=row.submission.visit or 0)
    clue = Clue.objects.select_for_update(of=("self",)).get(pk=int(row.field.partition(":")[2]))
    if clue.state == State.OPEN:
        conclude_by(clue=clue, visit=visit, today=today)
    elif visit.conclusion in AT_RISK:
        risk = visit.risks[0] if visit.risks else clue.risk if clue.risk in RISK_TYPES else OTHER_RISK
        raise_clue(
            post=post, household_id=row.household_id, risk=risk, channel="GRID", words=visit.reason or "入户核查认为有风险",
            source=f"visit:{visit.pk}", seen_on=visit.visited_on, now=now, today=today,
        )  # fmt: skip
    else:
        raise Refusal(
            "这条线索已进入程序或已有结论，不能改为无风险",
            place="线索核查结论",
            remedy="请保留现有结论；要撤回的在办理页面处理",
        )


def _close_submission(row: Conflict, now: datetime) -> None:
    """The submission is wholly taken once its last clash is settled."""
    left = Conflict.objects.filter(submission=row.submission_id, settled_at=None).exists()
    state = Submission.State.CONFLICT if left else Submission.State.TAKEN
    Submission.objects.filter(pk=row.submission_id).update(state=state, changed_at=now)


def _side(code: str, value: Value) -> Side:
    if value in (None, ""):
        return Side(value, "（空）")
    if isinstance(value, bool):
        return Side(value, "是" if value else "否")
    if code.endswith(".phone"):
        return Side(mask_phone(str(value)), mask_phone(str(value)))
    unit = "" if code.startswith("clue:") else target(code).field.unit
    return Side(value, f"{value}{unit}")
