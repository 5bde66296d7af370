"""The monthly bulletin: closing the month, drafting the county's document, making each unit's sheet. Safe to repeat."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.queries import holding
from sangesan.amendments.queries import parameter_book
from sangesan.bulletins.actions import draft
from sangesan.bulletins.models import Document
from sangesan.dispatch.closing import Progress, close_period
from sangesan.dispatch.frozen import frozen
from sangesan.dispatch.models import GoodPractice, MonthSheet, Snapshot
from sangesan.dispatch.month_text import Told, annexes_of, parts_of, sheets_of, title_of
from sangesan.dispatch.queries import rhythm
from sangesan.dispatch.told_words import PRACTICE, opened, seal
from sangesan.dispatch.week_closing import close_due
from sangesan.documents.form import Paper
from sangesan.documents.parts_json import paper_to_json
from sangesan.documents.printing import file_name, produce
from sangesan.figures.catalogue import COUNTY, DEPARTMENT, TOWN
from sangesan.files.attaching import Prepared, place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holders
from sangesan.leadership.units import departments, towns, unit
from sangesan.messages.sending import tell
from sangesan.regions.queries import county

SERIES, SIGNER = "monthly_bulletin", "special_team_head"
RANKINGS, FLOOR = "month_rankings", "month_rank_floor"
DRAFTED = "month_drafted"
SHORTEST, LONGEST = 10, 600
KINDS = ("docx", "pdf")


@dataclass(frozen=True)
class Made:
    """What a month's bulletin consists of. fresh: sheets that were made now; the rest were there unchanged."""

    snapshot: Snapshot
    document: Document
    sheets: int
    fresh: int


def origin_of(month: Month) -> str:
    """The origin of the month's document."""
    return f"month:{month}"


def make_bulletin(*, post: Post, month: Month, now: datetime, today: date, progress: Progress) -> Made:
    """Closes the month where it is not closed, drafts its document, and makes every unit's sheet as docx and PDF.

    Again: what is closed stays, an unedited draft is made anew, sheets are made again only where they would say something
    else. Stopped in between, the next time goes on. Raises Refusal for a month that has not ended; NotAllowed.
    """
    require(post, "dispatch.close")
    progress(0, 100, f"{month} 关账")
    snapshot = close_period(post=post, period=month, as_of=rhythm().as_of(month), now=now, progress=lambda *_: None)
    found = told(snapshot, today)
    progress(10, 100, f"{month} 起草")
    document = draft(
        post=post, series=SERIES, origin=origin_of(month), title=title_of(month), parts=parts_of(found),
        annexes=annexes_of(found), now=now, today=today,
    )  # fmt: skip
    papers = list(sheets_of(found))
    fresh = 0
    for n, (key, paper) in enumerate(papers):
        progress(15 + 85 * n // len(papers), 100, paper.title)
        fresh += _keep_sheet(snapshot, key, paper, post=post, now=now)
    fields, link = {"count": 1}, f"/bulletins/{document.pk}/"
    tell(told_posts(today), DRAFTED, fields, link, source=f"month_drafted:{month}", now=now)
    progress(100, 100, f"{month} 完成")
    return Made(snapshot, document, len(papers), fresh)


def make_due(*, post: Post, today: date, now: datetime, progress: Progress) -> list[Made]:
    """Every month whose set day has come, each as of its own day, once; one that was left half made is completed."""
    close_due(post=post, kind="month", today=today, now=now, progress=lambda *_: None)
    waiting = [Month.parse(row.period) for row in unfinished()]
    return [make_bulletin(post=post, month=one, now=now, today=today, progress=progress) for one in waiting]


def unfinished() -> list[Snapshot]:
    """Closed months without a document or without the sheets of all units, the oldest first."""
    wanted = 1 + len(towns()) + len(departments())
    found = []
    for row in Snapshot.objects.filter(kind=Snapshot.Kind.MONTH).order_by("first_on"):
        units = MonthSheet.objects.filter(snapshot=row).values("unit").distinct().count()
        if units < wanted or not Document.objects.filter(origin=f"month:{row.period}").exists():
            found.append(row)
    return found


def told(snapshot: Snapshot, today: date) -> Told:
    """A closed month as a bulletin tells it."""
    month, book = Month.parse(snapshot.period), parameter_book()
    held = frozen(snapshot, levels=(COUNTY, TOWN, DEPARTMENT))
    return Told(
        month=month,
        frozen=held,
        county=county().name,
        towns=[(row.key, row.name) for row in held.of_level(TOWN)],
        departments=[(one.key, one.title) for one in departments() if one.key in held.rows],
        good=[(unit(row.unit).title, words) for row, words in practices(month)],
        ranked=book.text(RANKINGS, today) == "yes",
        floor=book.number(FLOOR, today),
    )


def practices(month: Month) -> list[tuple[GoodPractice, str]]:
    """Good practice written for a month, the first written first, with its words."""
    rows = GoodPractice.objects.filter(period=str(month), withdrawn=False).order_by("pk")
    return [(row, str(opened(PRACTICE, row.sealed)["words"])) for row in rows]


def write_practice(
    *, post: Post, month: Month, unit_key: str, words: str, submission: UUID, now: datetime
) -> GoodPractice:
    """What a unit did well in a month, for its bulletin; the same submission again gives the same. Raises Refusal."""
    require(post, "dispatch.meet")
    there = GoodPractice.objects.filter(submission=submission).first()
    if there is not None:
        return there
    text = words.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refusal(
            f"做法应有 {SHORTEST} 到 {LONGEST} 字", place="好的做法", remedy="请写清做了什么、效果怎样，不写户名"
        )
    known = unit(unit_key)
    with acting(post, "dispatch.meet", on=f"month:{month}") as act:
        row = GoodPractice.objects.create(
            period=str(month), unit=known.key, sealed=seal(PRACTICE, {"words": text}), submission=submission,
            post=post.pk, post_title=post.title, recorded_at=now,
        )  # fmt: skip
        act.detail = {"practice": row.pk, "unit": known.key}
    return row


def withdraw_practice(*, post: Post, practice_id: int) -> GoodPractice:
    """Takes back what was written; it stays on record and stands in no bulletin drafted from now on."""
    with acting(post, "dispatch.meet", on=f"good_practice:{practice_id}", reason="撤回") as act:
        row = GoodPractice.objects.select_for_update().filter(pk=practice_id).first()
        if row is None:
            raise NotAllowed("没有这条做法", remedy="请从月通报页面进入")
        row.withdrawn = True
        row.save(update_fields=["withdrawn"])
        act.detail = {"unit": row.unit}
    return row


def newest_sheets(snapshot: Snapshot) -> dict[str, MonthSheet]:
    """The sheet that counts, by unit."""
    return {row.unit: row for row in MonthSheet.objects.filter(snapshot=snapshot).order_by("pk")}


def subject_of(sheet_id: int) -> str:
    """The subject of a sheet's attachments."""
    return f"month_sheet:{sheet_id}"


def _keep_sheet(snapshot: Snapshot, key: str, paper: Paper, *, post: Post, now: datetime) -> bool:
    """Keeps a unit's sheet where it says something that none has said yet; whether it was made now."""
    said = json.dumps(paper_to_json(paper), ensure_ascii=False, sort_keys=True)
    digest = digest_bytes(f"{paper.title}\n{said}".encode())
    if MonthSheet.objects.filter(snapshot=snapshot, unit=key, digest=digest).exists():
        return False
    files = [(kind, prepare(produce(paper, kind), StoredFile.Kind.PAPER)) for kind in KINDS]
    with acting(post, "dispatch.close", on=f"snapshot:{snapshot.kind}:{snapshot.period}", reason="通报单") as act:
        row, new = MonthSheet.objects.get_or_create(
            snapshot=snapshot, unit=key, digest=digest, defaults={"made_at": now}
        )
        if new:
            _attach(row, paper, files, post, now)
        act.detail = {"unit": key, "sheet": row.pk}
    return new


def _attach(row: MonthSheet, paper: Paper, files: Sequence[tuple[str, Prepared]], post: Post, now: datetime) -> None:
    for kind, file in files:
        place(file, name=file_name(paper, kind), subject=subject_of(row.pk), role=kind, added_by=post.pk, now=now)


def told_posts(today: date) -> list[Post]:
    """Who is told that a month's draft waits: the county's posts where nobody holds the signing seat."""
    return holders(SIGNER, "", on=today) or list(holding(today).filter(role=Post.Role.COUNTY))
