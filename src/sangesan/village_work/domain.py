"""What may be recorded of a duty, a plan, a courtyard meeting, a hand-out; what a period shows. Plain Python."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sangesan.kernel.refusal import Refusal
from sangesan.village_work.kinds import Kind
from sangesan.village_work.periods import Period

SHORTEST_WORDS = 4
MOST_PEOPLE = 2000
MOST_COPIES = 20000
MOST_MEASURES = 20
LONGEST_REVIEW = 366 * 2  # days to a plan's review


class Result(StrEnum):
    """What a log found."""

    OK = "ok"
    PROBLEM = "problem"


class Mark(StrEnum):
    """What a period shows."""

    DONE = "done"
    LATE = "late"
    PROBLEM = "problem"
    SOLVED = "solved"
    MISSING = "missing"
    RUNNING = "running"
    REST = "rest"


RESULT_TITLES = {Result.OK: "正常", Result.PROBLEM: "发现问题"}
MARK_TITLES = {
    Mark.DONE: "已做",
    Mark.LATE: "补记",
    Mark.PROBLEM: "有问题",
    Mark.SOLVED: "问题已解决",
    Mark.MISSING: "缺",
    Mark.RUNNING: "本期待做",
    Mark.REST: "不用做",
}


@dataclass(frozen=True)
class Answers:
    """A log as it was filled in. answers: question -> whether it is right; late_reason: why it is entered days later."""

    done_on: date
    result: str
    answers: Mapping[str, bool]
    words: str = ""
    late_reason: str = ""
    photos: int = 0


@dataclass(frozen=True)
class Logged:
    """What a period's mark is made from. open: a problem it found is not solved; late: entered after the period."""

    done_on: date
    result: str
    open: bool
    late: bool


@dataclass(frozen=True)
class PlanMeasure:
    """One measure of a plan: what, who, until when (words)."""

    what: str
    who: str
    by: str = ""


@dataclass(frozen=True)
class PlanContent:
    """A plan document. responsible: post or name; situation: which groups and households run short, and when."""

    adopted_on: date
    review_on: date
    responsible: str
    situation: str
    measures: Sequence[PlanMeasure]


def check_log(kind: Kind, given: Answers, *, today: date, late_days: int, kept_photos: int = 0) -> Result:
    """The result when the log is in order; raises Refusal naming the field and the remedy.

    late_days: entered more days later than these it needs a reason; kept_photos: of the log that it corrects.
    """
    _not_later(given.done_on, today, "巡查日期")
    if given.result not in set(Result):
        raise Refusal("没有选结果", place="结果", remedy="请选“正常”或“发现问题”")
    lacking = [title for code, title in kind.questions.items() if code not in given.answers]
    if lacking:
        raise Refusal(f"还有没回答的：{'、'.join(lacking)}", place="逐项情况", remedy="请逐项选“正常”或“不正常”")
    wrong = [title for code, title in kind.questions.items() if not given.answers[code]]
    if given.result == Result.OK and wrong:
        raise Refusal(
            f"选了“正常”，却有不正常的项：{'、'.join(wrong)}", place="结果", remedy="请改为“发现问题”，或改正逐项情况"
        )
    if given.result == Result.PROBLEM and len(given.words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写清是什么问题", place="情况", remedy="请用一句话写明，如“三组水池见底，12户断水两天”")
    if kind.photo_needed and not given.photos and not kept_photos:
        raise Refusal(f"{kind.title}须附照片", place="照片", remedy="请当场拍一张；拍不了的回村后补拍再登记")
    if (today - given.done_on).days > late_days and len(given.late_reason.strip()) < SHORTEST_WORDS:
        raise Refusal(
            f"这是{(today - given.done_on).days}天前的巡查，补记要写原因", place="补记原因", remedy="如“山上没有信号，回村后补记”"
        )
    return Result(given.result)


def check_follow_up(*, solved: bool, words: str, photos: int, done_on: date, opened_on: date, today: date) -> None:
    """A follow-up of an open problem; a solved one needs a photo. Raises Refusal."""
    _not_later(done_on, today, "日期")
    if done_on < opened_on:
        raise Refusal("日期早于发现问题的那一天", place="日期", remedy=f"请填 {opened_on.isoformat()} 之后的日期")
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写怎么处理的", place="处理情况", remedy="请用一句话写明，如“已换水管，恢复供水”")
    if solved and not photos:
        raise Refusal("问题已解决的须附照片", place="照片", remedy="请拍一张处理之后的照片")


def check_plan(plan: PlanContent, *, today: date) -> None:
    """Raises Refusal where a plan lacks what makes it one."""
    _not_later(plan.adopted_on, today, "建立日期")
    if not plan.adopted_on < plan.review_on <= plan.adopted_on + timedelta(days=LONGEST_REVIEW):
        raise Refusal("复核日期应在建立之后的两年以内", place="复核日期", remedy="通常填一年以后的日期")
    if not plan.responsible.strip():
        raise Refusal("没有写由谁负责", place="责任人", remedy="请填岗位，如“村党支部书记”")
    if len(plan.situation.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写缺水的情况", place="情况", remedy="如“二组、三组每年12月至次年2月水源减少，涉及36户”")
    if not plan.measures:
        raise Refusal("没有写措施", place="措施", remedy="请至少写一条：做什么、由谁做")
    for number, one in enumerate(plan.measures[:MOST_MEASURES], start=1):
        if len(one.what.strip()) < SHORTEST_WORDS or not one.who.strip():
            raise Refusal("措施没有写全", place=f"第{number}条措施", remedy="请写做什么、由谁做")


def check_courtyard(
    *, held_on: date, place: str, host: str, people: int | None, topics: Collection[str], known: Collection[str], today: date
) -> None:
    """Raises Refusal where a courtyard meeting's record lacks when, where, who or what."""
    _not_later(held_on, today, "会议日期")
    for text, name, example in ((place, "地点", "二组王家院坝"), (host, "主持人", "村党支部书记")):
        if not text.strip():
            raise Refusal(f"没有填{name}", place=name, remedy=f"如“{example}”")
    if people is None or not 0 < people <= MOST_PEOPLE:
        raise Refusal("没有填到场人数", place="到场人数", remedy=f"请填1至{MOST_PEOPLE}的整数，估数也可以")
    if not topics:
        raise Refusal("没有选讲了什么政策", place="讲解的政策", remedy="请至少选一项")
    if unknown := sorted(set(topics) - set(known)):
        raise Refusal(f"没有这样的政策主题：{'、'.join(unknown)}", place="讲解的政策", remedy="请刷新页面后重选")


def check_handout(*, handed_on: date, copies: int | None, today: date) -> int:
    """How many copies, when in order; raises Refusal."""
    _not_later(handed_on, today, "发放日期")
    if copies is None or not 0 < copies <= MOST_COPIES:
        raise Refusal("没有填发了多少份", place="份数", remedy=f"请填1至{MOST_COPIES}的整数")
    return copies


def mark_of(period: Period, logs: Sequence[Logged], *, owed_since: date, on: date) -> Mark:
    """What a period shows on a day: an open problem before all, then what was done, then what is missing."""
    if any(log.open for log in logs):
        return Mark.PROBLEM
    if any(log.result == Result.PROBLEM for log in logs):
        return Mark.SOLVED
    if logs:
        return Mark.LATE if all(log.late for log in logs) else Mark.DONE
    if not period.due or period.start > on or period.start < owed_since:
        return Mark.REST
    return Mark.RUNNING if period.end >= on else Mark.MISSING


def _not_later(day: date, today: date, place: str) -> None:
    if day > today:
        raise Refusal("日期晚于今天", place=place, remedy=f"请填 {today.isoformat()} 或更早的日期")
