"""What the forms of plans, checklists and findings hold; a field that cannot be read is named."""

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from sangesan.files.attaching import Prepared
from sangesan.inspections.checklists import Checklist
from sangesan.inspections.conducting import Filled
from sangesan.inspections.planning import PlanContent
from sangesan.kernel.refusal import Refusal
from sangesan.village_work.recording import prepare_photos
from sangesan.web.form_values import count_of, date_of, numbers_of
from sangesan.web.visit_form import files_of


def plan_of(given: QueryDict) -> PlanContent:
    """A plan; raises Refusal for dates that are none."""
    return PlanContent(
        kind=given.get("kind", ""),
        title=given.get("title", ""),
        first_day=date_of(given, "first_day", "开始日期"),
        last_day=date_of(given, "last_day", "结束日期"),
        teams=tuple(numbers_of(given.getlist("team"))),
        scope=given.get("scope", ""),
        why=given.get("why", ""),
    )


def filled_of(given: QueryDict, checklist: Checklist) -> Filled:
    """A checklist: answered points only, what was seen and what was said where something is written."""
    codes = list(checklist.questions)
    return Filled(
        answers={code: chosen for code in codes if (chosen := given.get(f"answer-{code}", ""))},
        words={code: text for code in codes if (text := given.get(f"words-{code}", "").strip())},
        said={code: text for code in codes if (text := given.get(f"said-{code}", "").strip())},
    )


def size_of(given: QueryDict) -> int:
    """How many to draw; raises Refusal."""
    size = count_of(given, "size", "抽取数量")
    if size is None:
        raise Refusal("没有写抽几个", place="抽取数量", remedy="请填整数")
    return size


def photos_of(files: "MultiValueDict[str, Any]") -> list[Prepared]:
    """The photos of a form, made safe; raises Refusal naming the one that is none."""
    return prepare_photos(files_of(files, "photos"))


def record_rows(given: QueryDict) -> list[dict[str, Any]]:
    """The records that a finding rests on, as hidden fields carry them: kind, number, words, one of each a row."""
    kinds, numbers, words = given.getlist("record_kind"), given.getlist("record_number"), given.getlist("record_words")
    return [
        {"kind": kind[:30], "number": int(number), "words": text[:200]}
        for kind, number, text in zip(kinds, numbers, words, strict=False)
        if kind and number.isdecimal() and len(number) < 19
    ]
