"""Printing a paper: one act, numbered, audited; a public paper is scanned before it leaves."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.cases.models import PrintedPaper
from sangesan.cases.papers.case_file import CaseFile
from sangesan.cases.papers.context import Asked, Context, Form
from sangesan.cases.papers.forms import form_for
from sangesan.cases.papers.meeting_file import MeetingFile
from sangesan.documents.barcode import paper_code
from sangesan.documents.form import Paper
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.documents.public import ensure_public
from sangesan.documents.workbook import render_xlsx
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, tree

DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人。"
SUBJECT_KINDS = {"case": "case", "meeting": "meeting", "notice": "notice", "place": "division"}


@dataclass(frozen=True)
class Printed:
    """A produced file. number: of the PrintedPaper, None for a list as .xlsx, which nobody signs."""

    data: bytes
    name: str
    content_type: str
    number: int | None


def print_paper(
    *,
    post: Post,
    form: str,
    subject_id: int,
    kind: str,
    today: date,
    now: datetime,
    place: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Printed:
    """A paper as docx, pdf or xlsx. subject_id: of the case, meeting or notice, or a division's code for a place.

    place: the town of an announcement; since, until: the days of a ledger. Raises NotAllowed outside the post's reach,
    Refusal for a form or format there is not, and where a public paper would say what must not be public. Numbering and
    audit are one short transaction; rendering takes longer and comes after it, and a paper that fails loses its number.
    """
    chosen = form_for(form, kind)
    asked = Asked(post, subject_id, today, place, since, until)
    with acting(post, "cases.print", on=f"{SUBJECT_KINDS[chosen.about]}:{subject_id}") as act:
        loaded = chosen.load(asked)
        row = None if kind == "xlsx" else _numbered(chosen, asked, loaded, now)
        act.detail = {"form": form, "kind": kind, "paper": row.pk if row else None}
        if people := list(chosen.personal(loaded)):
            act.detail |= {"fields": ["identity_number", "phone"], "people": people}
    home = county()
    context = Context(today, home.name, tree())
    note = DEMONSTRATION if home.is_demonstration else ""
    if row is None:
        return _list(chosen, loaded, context, note)
    try:
        return _paper(chosen, loaded, context, row, kind, note)
    except Refusal:
        row.delete()
        raise


def describe(form: Form, loaded: object, context: Context, number: int) -> Paper:
    """The paper with its code, not yet rendered."""
    if form.build is None:
        raise Refusal(f"{form.title}只有Excel清单", place="打印", remedy="请下载.xlsx")
    return replace(form.build(loaded, context), barcode=paper_code(form.mark, number))


def _paper(form: Form, loaded: object, context: Context, row: PrintedPaper, kind: str, note: str) -> Printed:
    paper = describe(form, loaded, context, row.pk)
    if note:
        paper = replace(paper, note=f"{paper.note}\n{note}".strip())
    data = produce(paper, kind)
    if form.public:
        ensure_public(data, kind, allowed_phones=[phone for phone in form.phones(loaded) if phone])
    name = file_name(replace(paper, number=""), kind)  # by its code: the number may still be a blank to fill in
    return Printed(data, name, CONTENT_TYPES[kind], row.pk)


def _list(form: Form, loaded: object, context: Context, note: str) -> Printed:
    if form.listing is None:
        raise Refusal(f"{form.title}没有Excel清单", place="打印", remedy="请下载PDF或Word")
    made = form.listing(loaded, context)
    data = render_xlsx(made.title, made.headings, made.rows, made.widths, note)
    return Printed(data, f"{made.title}.xlsx", CONTENT_TYPES["xlsx"], None)


def _numbered(form: Form, asked: Asked, loaded: object, now: datetime) -> PrintedPaper:
    case = loaded.case if isinstance(loaded, CaseFile) else None
    return PrintedPaper.objects.create(
        kind=form.code,
        case=case,
        round=case.round if case else _round(loaded),
        meeting=asked.subject if form.about == "meeting" else None,
        notice=asked.subject if form.about == "notice" else None,
        printed_at=now,
        post=asked.post.pk,
        post_title=asked.post.title,
    )


def _round(loaded: object) -> int:
    return max((line.case.round for line in loaded.lines), default=1) if isinstance(loaded, MeetingFile) else 1
