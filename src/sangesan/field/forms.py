"""A submission's JSON as typed values; whatever else it may hold is refused with the place named. Plain Python."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from sangesan.field.inspection_forms import FindingPart, InspectionPart, read_finding, read_inspection
from sangesan.field.reading_json import MEND, is_a, listed, mapped, maybe, one, text
from sangesan.kernel.refusal import Refusal
from sangesan.visits.domain import Answers
from sangesan.visits.income import Line, SelfPaid

T = TypeVar("T")
Position = tuple[float, float] | None
INSPECTORS = {"inspection", "finding"}
KINDS = {"patrol", "visit"} | INSPECTORS


@dataclass(frozen=True)
class Photo:
    """A photo by its digest; taken_at: aware; position: (longitude, latitude)."""

    sha256: str
    taken_at: datetime | None = None
    position: Position = None


@dataclass(frozen=True)
class Patrol:
    """What a patrol found. tasks None: not said, all that are open; clue: (risk, words, day of the event)."""

    result: str
    purposes: tuple[str, ...] = ()
    words: str = ""
    tasks: tuple[int, ...] | None = None
    round: int | None = None
    clue: tuple[str, str, date | None] | None = None


@dataclass(frozen=True)
class Check:
    """A whole in-home check, for a clue or without. signature: digest of the drawn one; scans: of the photos that show
    the page signed on paper.
    """

    answers: Answers
    clue: int | None = None
    clue_version: int = 0
    signature: str = ""
    scans: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """One submission. based_on: versions of sections that the worker had in sight; changes: values by field; after: the
    same phone's earlier submissions about the household, whose changes the worker had in sight too. target: the place that an
    inspector's form is about; such a form has no household.
    """

    kind: str
    household: int | None
    on: date
    patrol: Patrol | None
    check: Check | None
    based_on: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    voices: tuple[str, ...] = ()
    replaces: UUID | None = None
    after: tuple[UUID, ...] = ()
    target: int | None = None
    inspection: InspectionPart | None = None
    finding: FindingPart | None = None

    @property
    def files(self) -> list[str]:
        """The digests of all files that it names."""
        drawn = [self.check.signature] if self.check and self.check.signature else []
        return [*(p.sha256 for p in self.photos), *self.voices, *drawn]


def read_form(raw: bytes) -> Form:
    """The form; raises Refusal naming the part that cannot be read."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal("这份表读不出来", place="表", remedy=MEND) from None
    if not isinstance(given, dict):
        raise Refusal("这份表读不出来", place="表", remedy=MEND)
    kind = one(given, "kind", str, "表的类型")
    if kind not in KINDS:
        raise Refusal(f"没有“{kind[:20]}”这种表", place="表的类型", remedy=MEND)
    return Form(
        kind=kind,
        household=one(given, "household", int, "农户") if kind not in INSPECTORS else None,
        on=_day(given, "on", "日期"),
        patrol=_patrol(one(given, "patrol", dict, "排查")) if kind == "patrol" else None,
        check=_check(one(given, "visit", dict, "入户核查"), _day(given, "on", "日期")) if kind == "visit" else None,
        based_on=_versions(given.get("based_on") or {}),
        changes=mapped(given, "changes", "变化"),
        photos=tuple(_photo(p) for p in listed(given, "photos", dict, "照片")),
        voices=tuple(_digest(v.get("sha256"), "录音") for v in listed(given, "voice", dict, "录音")),
        replaces=_uuid(given.get("replaces")),
        after=tuple(key for key in map(_uuid, listed(given, "after", str, "表")) if key),
        target=one(given, "target", int, "督查对象") if kind in INSPECTORS else None,
        inspection=read_inspection(one(given, "inspection", dict, "督查核查单")) if kind == "inspection" else None,
        finding=read_finding(one(given, "finding", dict, "督查问题")) if kind == "finding" else None,
    )


def _patrol(given: Mapping[str, Any]) -> Patrol:
    clue = given.get("clue")
    found = None
    if isinstance(clue, dict):
        event = _day(clue, "event_on", "发生日期") if clue.get("event_on") else None
        found = (text(clue, "risk", "风险类型"), text(clue, "words", "情况"), event)
    tasks = given.get("tasks")
    return Patrol(
        result=text(given, "result", "排查结果"),
        purposes=tuple(listed(given, "purposes", str, "入户目的")),
        words=text(given, "words", "情况"),
        tasks=None if tasks is None else tuple(listed(given, "tasks", int, "紧急走访")),
        round=maybe(given, "round", int, "排查轮次"),
        clue=found,
    )


def _check(given: Mapping[str, Any], on: date) -> Check:
    answers = Answers(
        purposes=tuple(listed(given, "purposes", str, "入户目的")),
        visited_on=on,
        conclusion=text(given, "conclusion", "核查结果"),
        reason=text(given, "reason", "理由"),
        began_at=_time(given.get("began_at")),
        place=text(given, "place", "地点")[:120],
        checker_names=tuple(n.strip()[:30] for n in listed(given, "checkers", str, "核查人") if n.strip()),
        members_seen=tuple(listed(given, "members_seen", int, "家庭成员")),
        members_away=tuple(listed(given, "members_away", int, "家庭成员")),
        members_note=text(given, "members_note", "成员变化"),
        tests=_tests(given),
        tests_notes={k: str(v) for k, v in mapped(given, "tests_notes", "四项保障").items()},
        income=tuple(_line(row) for row in listed(given, "income", dict, "收入")),
        self_paid=tuple(_paid(row) for row in listed(given, "self_paid", dict, "自付支出")),
        claims_fen=maybe(given, "claims_fen", int, "理赔收入") or 0,
        debts_fen=maybe(given, "debts_fen", int, "负债") or 0,
        people=maybe(given, "people", int, "家庭人口"),
        labour=maybe(given, "labour", int, "劳动力人数"),
        house_grade=text(given, "house_grade", "住房等级"),
        water_source=text(given, "water_source", "水源"),
        risks=tuple(listed(given, "risks", str, "风险类型")),
        household_opinion=text(given, "opinion", "农户意见"),
        signed_how=text(given, "signed_how", "签字"),
        signed_by=maybe(given, "signed_by", int, "签字"),
        signed_by_name=text(given, "signed_by_name", "签字")[:60],
    )
    signature = given.get("signature")
    return Check(
        answers=answers,
        clue=maybe(given, "clue", int, "线索"),
        clue_version=maybe(given, "clue_version", int, "线索") or 0,
        signature=_digest(signature, "签名") if signature else "",
        scans=tuple(listed(given, "scans", str, "签字页")),
    )


def _tests(given: Mapping[str, Any]) -> dict[str, bool | None]:
    tests = mapped(given, "tests", "四项保障")
    if not all(value is None or isinstance(value, bool) for value in tests.values()):
        raise Refusal("四项保障里有不认识的答案", place="四项保障", remedy=MEND)
    return tests


def _line(row: Mapping[str, Any]) -> Line:
    counted = row.get("counted", True)
    return Line(
        text(row, "item", "收入"), one(row, "fen", int, "收入"), counted is not False, text(row, "note", "收入")
    )


def _paid(row: Mapping[str, Any]) -> SelfPaid:
    return SelfPaid(
        text(row, "what", "自付支出"), one(row, "fen", int, "自付支出"), vouchers=row.get("vouchers") is True
    )


def _photo(given: Mapping[str, Any]) -> Photo:
    return Photo(
        _digest(given.get("sha256"), "照片"), _instant(given.get("taken_at")), _position(given.get("position"))
    )


def _position(given: Any) -> Position:
    """(longitude, latitude) or None; a third number, the accuracy in metres, is not kept."""
    if not isinstance(given, list) or len(given) < 2 or not all(is_a(v, (int, float)) for v in given[:2]):
        return None
    longitude, latitude = float(given[0]), float(given[1])
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def _instant(given: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _versions(given: Any) -> dict[str, int]:
    if not isinstance(given, dict) or not all(is_a(v, int) for v in given.values()):
        raise Refusal("没有写明依据哪一版填的", place="版本", remedy=MEND)
    return {str(k): v for k, v in given.items()}


def _digest(given: Any, place: str) -> str:
    if not isinstance(given, str) or len(given) != 64:
        raise Refusal("附件的摘要不对", place=place, remedy=MEND)
    return given


def _uuid(given: Any) -> UUID | None:
    if not given:
        return None
    return _read(lambda: UUID(str(given)), "改正的是哪一份认不出", "表")


def _time(given: Any) -> time | None:
    if not given:
        return None
    return _read(lambda: time.fromisoformat(str(given)), "开始时间认不出", "入户时间")


def _day(given: Mapping[str, Any], name: str, place: str) -> date:
    return _read(lambda: date.fromisoformat(str(given.get(name))), "日期认不出", place)


def _read(turn: Callable[[], T], message: str, place: str) -> T:
    try:
        return turn()
    except ValueError:
        raise Refusal(message, place=place, remedy=MEND) from None
