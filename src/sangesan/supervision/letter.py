"""The letter by which a matter is handed over: what it is, how it went, which papers go with it. No household is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.documents.form import Heading, Paper, Paragraphs, Part, Table
from sangesan.files.attaching import attachments_of
from sangesan.leadership.units import unit
from sangesan.supervision.domain import ACTS, Act
from sangesan.supervision.models import Sheet
from sangesan.supervision.sheet_paper import sheet_paper
from sangesan.supervision.table import Cause, Receiver, load_table
from sangesan.supervision.words import day_words, number_of, subject_of

LETTER = "hand_over"


@dataclass(frozen=True)
class Letter:
    """Title, body and the sheets themselves as annexes."""

    title: str
    parts: Sequence[Part]
    annexes: Sequence[Paper]


def letter_of(sheet: Sheet, receiver: Receiver, cause: Cause, today: date) -> Letter:
    """The letter for a sheet: every sheet of the matter stands in it, in the order they were signed."""
    chain = chain_of(sheet)
    where = unit(sheet.unit).title
    first = (
        f"{where}“{sheet.matter}”一事，经{'、'.join(number_of(one) for one in chain)}督办，"
        f"因{cause.title}，现按督办单升级表移交{receiver.title}处理，请接收后登记办理结果。"
    )
    parts: list[Part] = [
        Paragraphs([first]),
        Heading("一、督办经过"),
        Table(("日期", "督办单", "办理", "办理岗位"), _history(chain), [24, 24, 18, 34]),
        Heading("二、随函材料"),
        Table(("序号", "材料", "日期"), _files(chain, today), [8, 66, 26]),
    ]
    return Letter(f"关于移交{where}督办事项的函", parts, [sheet_paper(one) for one in chain])


def chain_of(sheet: Sheet) -> list[Sheet]:
    """All sheets of the matter that were ever signed, the oldest first."""
    root = sheet.root_id or sheet.pk
    rows = Sheet.objects.filter(pk=root) | Sheet.objects.filter(root=root)
    return list(rows.filter(issued_on__isnull=False).select_related("person").order_by("pk"))


def _history(chain: Sequence[Sheet]) -> list[tuple[str, ...]]:
    return [
        (day_words(event.on), number_of(sheet), ACTS[Act(event.act)], event.post_title)
        for sheet in chain
        for event in sheet.events.order_by("pk")
    ]


def _files(chain: Sequence[Sheet], today: date) -> list[tuple[str, ...]]:
    colours = load_table().colours
    rows = [
        (f"督办单（{colours[one.colour].name}）{number_of(one)}", day_words(one.issued_on or today)) for one in chain
    ]
    found = attachments_of([subject_of(one.pk) for one in chain])
    rows += [
        (f"{number_of(one)}整改佐证：{file.name}", day_words(file.added_at.date()))
        for one in chain
        for file in found.get(subject_of(one.pk), ())
    ]
    return [(str(number), *row) for number, row in enumerate(rows, start=1)]
