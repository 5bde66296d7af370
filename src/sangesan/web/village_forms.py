"""What the forms of village duties, courtyard meetings and hand-outs hold; a field that cannot be read is named."""

from datetime import date
from typing import Any

from django.http import QueryDict

from sangesan.accounts.models import Post
from sangesan.registry.models import Household
from sangesan.registry.queries import in_order, search
from sangesan.village_work.courtyards import Content, Found, Question
from sangesan.village_work.domain import MOST_MEASURES, Answers, PlanContent, PlanMeasure, Result
from sangesan.village_work.kinds import Kind
from sangesan.web.form_values import count_of, date_of, numbers_of

FOUND = 8
RIGHT = {"yes": True, "no": False}


def log_of(given: QueryDict, kind: Kind) -> Answers:
    """A log; the button “all is right” answers every question with yes, but for those that somebody said no to."""
    fine = given.get("result") == "fine"
    asked = {code: RIGHT.get(given.get(f"answer-{code}", ""), True if fine else None) for code in kind.questions}
    answers = {code: right for code, right in asked.items() if right is not None}
    return Answers(
        done_on=date_of(given, "done_on", "巡查日期"),
        result=str(Result.OK) if fine else given.get("result", ""),
        answers=answers,
        words=given.get("words", ""),
        late_reason=given.get("late_reason", ""),
    )


def plan_of(given: QueryDict) -> PlanContent:
    """A plan with its measures; empty lines are left out."""
    whats, whos, bys = given.getlist("what"), given.getlist("who"), given.getlist("by")
    measures = [
        PlanMeasure(what, who, by)
        for what, who, by in zip(whats, whos, bys, strict=False)
        if what.strip() or who.strip() or by.strip()
    ]
    return PlanContent(
        adopted_on=date_of(given, "adopted_on", "建立日期"),
        review_on=date_of(given, "review_on", "复核日期"),
        responsible=given.get("responsible", ""),
        situation=given.get("situation", ""),
        measures=measures[:MOST_MEASURES],
    )


def courtyard_of(given: QueryDict) -> Content:
    """A courtyard meeting; households ticked with a risk are clues, those ticked without one were there."""
    households = numbers_of(given.getlist("household"))
    clues = [
        Found(number, given.get(f"risk-{number}", ""), given.get(f"words-{number}", ""))
        for number in households
        if given.get(f"risk-{number}") or given.get(f"words-{number}", "").strip()
    ]
    asked, answered = given.getlist("asked"), given.getlist("answered")
    return Content(
        held_on=date_of(given, "held_on", "会议日期"),
        place=given.get("place", ""),
        host=given.get("host", ""),
        people=count_of(given, "people", "到场人数"),
        topics=given.getlist("topic"),
        questions=[Question(q, a) for q, a in zip(asked, answered, strict=False) if q.strip()],
        names=given.get("names", ""),
        households=households,
        words=given.get("note", ""),
        clues=clues,
    )


def households_shown(post: Post, given: QueryDict, text: str) -> list[dict[str, Any]]:
    """Households to tick: those ticked already with what was typed of them, then those that the search finds."""
    chosen = numbers_of(given.getlist("household"))
    kept = in_order(post, chosen)
    rows = [_shown(kept[number], given, ticked=True) for number in chosen if number in kept]
    if text.strip():
        rows += [_shown(home, given, ticked=False) for home in search(post, text, limit=FOUND) if home.pk not in kept]
    return rows


def of_villages(given: QueryDict, villages: list[str], own: str) -> str:
    """The village that a form is about; the only one there is, or "" where one has still to be chosen."""
    asked = given.get("village", "")
    if asked in villages:
        return asked
    return own if own in villages else villages[0] if len(villages) == 1 else ""


def day_or(given: QueryDict, name: str, default: date) -> str:
    """What stands in a date field: as typed, else a day."""
    return given.get(name) or default.isoformat()


def _shown(home: Household, given: QueryDict, *, ticked: bool) -> dict[str, Any]:
    number = home.pk
    return {
        "home": home, "ticked": ticked,
        "risk": given.get(f"risk-{number}", ""), "words": given.get(f"words-{number}", ""),
    }  # fmt: skip
