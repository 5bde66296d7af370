"""A submission's JSON as typed values; whatever else it may hold is refused with the place named. Plain Python."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from sangesan.kernel.refusal import Refusal
from sangesan.visits.domain import Answers
from sangesan.visits.income import Line, SelfPaid

T = TypeVar("T")
MEND = "请更新应用，打开这份表改正后重报"
MOST_FILES = 20
Position = tuple[float, float] | None


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
    same phone's earlier submissions about the household, whose changes the worker had in sight too.
    """

    kind: str
    household: int
    on: date
    patrol: Patrol | None
    check: Check | None
    based_on: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    voices: tuple[str, ...] = ()
    replaces: UUID | None = None
    after: tuple[UUID, ...] = ()

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
    kind = _one(given, "kind", str, "表的类型")
    if kind not in {"patrol", "visit"}:
        raise Refusal(f"没有“{kind[:20]}”这种表", place="表的类型", remedy=MEND)
    return Form(
        kind=kind,
        household=_one(given, "household", int, "农户"),
        on=_day(given, "on", "日期"),
        patrol=_patrol(_one(given, "patrol", dict, "排查")) if kind == "patrol" else None,
        check=_check(_one(given, "visit", dict, "入户核查"), _day(given, "on", "日期")) if kind == "visit" else None,
        based_on=_versions(given.get("based_on") or {}),
        changes=_mapping(given, "changes", "变化"),
        photos=tuple(_photo(p) for p in _list(given, "photos", dict, "照片")),
        voices=tuple(_digest(v.get("sha256"), "录音") for v in _list(given, "voice", dict, "录音")),
        replaces=_uuid(given.get("replaces")),
        after=tuple(one for one in map(_uuid, _list(given, "after", str, "表")) if one),
    )


def _patrol(given: Mapping[str, Any]) -> Patrol:
    clue = given.get("clue")
    found = None
    if isinstance(clue, dict):
        event = _day(clue, "event_on", "发生日期") if clue.get("event_on") else None
        found = (_text(clue, "risk", "风险类型"), _text(clue, "words", "情况"), event)
    tasks = given.get("tasks")
    return Patrol(
        result=_text(given, "result", "排查结果"),
        purposes=tuple(_list(given, "purposes", str, "入户目的")),
        words=_text(given, "words", "情况"),
        tasks=None if tasks is None else tuple(_list(given, "tasks", int, "紧急走访")),
        round=_maybe(given, "round", int, "排查轮次"),
        clue=found,
    )


def _check(given: Mapping[str, Any], on: date) -> Check:
    answers = Answers(
        purposes=tuple(_list(given, "purposes", str, "入户目的")),
        visited_on=on,
        conclusion=_text(given, "conclusion", "核查结果"),
        reason=_text(given, "reason", "理由"),
        began_at=_time(given.get("began_at")),
        place=_text(given, "place", "地点")[:120],
        checker_names=tuple(n.strip()[:30] for n in _list(given, "checkers", str, "核查人") if n.strip()),
        members_seen=tuple(_list(given, "members_seen", int, "家庭成员")),
        members_away=tuple(_list(given, "members_away", int, "家庭成员")),
        members_note=_text(given, "members_note", "成员变化"),
        tests=_tests(given),
        tests_notes={k: str(v) for k, v in _mapping(given, "tests_notes", "四项保障").items()},
        income=tuple(_line(row) for row in _list(given, "income", dict, "收入")),
        self_paid=tuple(_paid(row) for row in _list(given, "self_paid", dict, "自付支出")),
        claims_fen=_maybe(given, "claims_fen", int, "理赔收入") or 0,
        debts_fen=_maybe(given, "debts_fen", int, "负债") or 0,
        people=_maybe(given, "people", int, "家庭人口"),
        labour=_maybe(given, "labour", int, "劳动力人数"),
        house_grade=_text(given, "house_grade", "住房等级"),
        water_source=_text(given, "water_source", "水源"),
        risks=tuple(_list(given, "risks", str, "风险类型")),
        household_opinion=_text(given, "opinion", "农户意见"),
        signed_how=_text(given, "signed_how", "签字"),
        signed_by=_maybe(given, "signed_by", int, "签字"),
        signed_by_name=_text(given, "signed_by_name", "签字")[:60],
    )
    signature = given.get("signature")
    return Check(
        answers=answers,
        clue=_maybe(given, "clue", int, "线索"),
        clue_version=_maybe(given, "clue_version", int, "线索") or 0,
        signature=_digest(signature, "签名") if signature else "",
        scans=tuple(_list(given, "scans", str, "签字页")),
    )


def _tests(given: Mapping[str, Any]) -> dict[str, bool | None]:
    tests = _mapping(given, "tests", "四项保障")
    if not all(value is None or isinstance(value, bool) for value in tests.values()):
        raise Refusal("四项保障里有不认识的答案", place="四项保障", remedy=MEND)
    return tests


def _line(row: Mapping[str, Any]) -> Line:
    counted = row.get("counted", True)
    return Line(
        _text(row, "item", "收入"), _one(row, "fen", int, "收入"), counted is not False, _text(row, "note", "收入")
    )


def _paid(row: Mapping[str, Any]) -> SelfPaid:
    return SelfPaid(
        _text(row, "what", "自付支出"), _one(row, "fen", int, "自付支出"), vouchers=row.get("vouchers") is True
    )


def _photo(given: Mapping[str, Any]) -> Photo:
    return Photo(
        _digest(given.get("sha256"), "照片"), _instant(given.get("taken_at")), _position(given.get("position"))
    )


def _position(given: Any) -> Position:
    """(longitude, latitude) or None; a third number, the accuracy in metres, is not kept."""
    if not isinstance(given, list) or len(given) < 2 or not all(_is(v, (int, float)) for v in given[:2]):
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
    if not isinstance(given, dict) or not all(_is(v, int) for v in given.values()):
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


def _text(given: Mapping[str, Any], name: str, place: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise Refusal("内容不是文字", place=place, remedy=MEND)
    return value


def _maybe(given: Mapping[str, Any], name: str, kind: type[T], place: str) -> T | None:
    return None if given.get(name) is None else _one(given, name, kind, place)


def _one(given: Mapping[str, Any], name: str, kind: type[T], place: str) -> T:
    value = given.get(name)
    if not _is(value, kind):
        raise Refusal("缺少内容，或内容的样子不对", place=place, remedy=MEND)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise Refusal("数字太大", place=place, remedy=MEND)
    return value  # type: ignore[return-value]  # checked by _is


def _list(given: Mapping[str, Any], name: str, kind: type[T], place: str) -> list[T]:
    values = given.get(name) or []
    if not isinstance(values, list) or not all(_is(v, kind) for v in values):
        raise Refusal("内容的样子不对", place=place, remedy=MEND)
    if name in {"photos", "voice"} and len(values) > MOST_FILES:
        raise Refusal(f"超过 {MOST_FILES} 个", place=place, remedy="请删去一些后重报")
    return values


def _mapping(given: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
    value = given.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal("内容的样子不对", place=place, remedy=MEND)
    return value


def _is(value: Any, kind: type[Any] | tuple[type[Any], ...]) -> bool:
    """isinstance, but a truth is no number."""
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
