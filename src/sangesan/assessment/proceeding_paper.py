"""What a decision paper says: the case in facts, what was said to it, the decision and how to appeal it."""

from collections.abc import Mapping
from datetime import date

from sangesan.amendments.queries import parameter_number
from sangesan.assessment.models import Proceeding
from sangesan.assessment.proceeding_domain import Act, Form, Kind
from sangesan.documents.form import Heading, Paragraphs, Part
from sangesan.kernel.dates import day_in_full
from sangesan.leadership.units import unit

APPEAL_DAYS = "appeal_days"
NOT_WRITTEN = "（未写）"


def who_words(row: Proceeding) -> str:
    """Whom it is about, by office: papers name posts, not people."""
    return row.person.title if row.person is not None else unit(row.unit).title


def decision_parts(row: Proceeding, form: Form, said: Mapping[str, str], spoken_on: date) -> list[Part]:
    """The parts of the paper. said: act -> its words in the clear; spoken_on: when whom it is about was heard."""
    reason = said.get(Act.CHANGE) or said.get(Act.DECIDE) or NOT_WRITTEN
    parts: list[Part] = [
        Heading("一、事实"),
        Paragraphs(_paragraphs(said.get(Act.CHECK, NOT_WRITTEN))),
        Heading("二、本人（单位）陈述"),
        # the words themselves stay in the case: a paper is read by more people than those who decide
        Paragraphs([f"已于{day_in_full(spoken_on)}听取陈述，陈述材料附卷。"]),
        Heading("三、决定"),
        Paragraphs(
            [
                *_paragraphs(reason),
                f"经研究，决定对{who_words(row)}{form.title}。" if _acts(form) else f"经研究，{form.title}。",
            ]
        ),
    ]
    if row.kind == Kind.ACCOUNTABILITY:
        days = parameter_number(APPEAL_DAYS, row.opened_on)
        parts.append(Heading("四、申诉"))
        parts.append(
            Paragraphs(
                [f"对本决定不服的，可以在收到之日起{days}日内向县委农村工作领导小组书面申诉。申诉期间不停止执行。"]
            )
        )
    return parts


def _acts(form: Form) -> bool:
    return not form.title.startswith("不予")


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or [NOT_WRITTEN]
