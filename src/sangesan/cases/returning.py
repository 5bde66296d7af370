"""Signed papers come back as photos: the code on each finds the record it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.cases.dossiers import dossiers
from sangesan.cases.filling import authorise
from sangesan.cases.models import Authorisation, Case, Notice, PrintedPaper
from sangesan.cases.papers.forms import BY_MARK, FORMS
from sangesan.cases.papers.reaching import visible_meetings, visible_notices
from sangesan.cases.permissions import role_in, visible_cases
from sangesan.cases.states import ENDED
from sangesan.documents.barcode import paper_code, parse_code, read_codes
from sangesan.files.attaching import Prepared, place, prepare
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.registry.queries import names_of

MOST_PHOTOS = 30
APPLICATION, MINUTES, NOTICE = "application", "minutes", "notice"
NOT_OURS = "没有这份表，或不在您的管理范围内"


@dataclass(frozen=True)
class Returned:
    """What became of one paper on one photo. photo: its place among the photos, from 1; message: said to the person.

    paper None: not placed, remedy says what to do. again: this very photo had been handed in before. adults: (number,
    name) of those who may now be authorised by this paper; version: of their case; photos: ids of all its attachments.
    """

    photo: int
    message: str
    remedy: str = ""
    paper: PrintedPaper | None = None
    title: str = ""
    about: str = ""
    subject: int = 0
    whose: str = ""
    again: bool = False
    adults: tuple[tuple[int, str], ...] = ()
    version: int = 0
    photos: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        """The code printed on the paper; "" where there is none."""
        return paper_code(FORMS[self.paper.kind].mark, self.paper.pk) if self.paper else ""

    @property
    def placed(self) -> bool:
        return self.paper is not None


def take_back(*, post: Post, photos: Sequence[bytes], today: date, now: datetime, code: str = "") -> list[Returned]:
    """Attaches each photo to its paper and its record and marks the paper returned; one photo's trouble stops no other.

    code: typed by hand where a photo's own cannot be read; it then holds for all photos of this call. The same photo
    twice changes nothing. Raises NotAllowed, and Refusal where there is no photo or there are too many.
    """
    require(post, "cases.fill")
    if not 0 < len(photos) <= MOST_PHOTOS:
        raise Refusal("没有照片，或一次太多", place="交回纸件", remedy=f"每次1至{MOST_PHOTOS}张")
    found: list[Returned] = []
    for number, photo in enumerate(photos, start=1):
        try:
            found += _photo(post, number, photo, code, today, now)
        except Refusal as refusal:
            found.append(Returned(number, refusal.message, refusal.remedy))
    return found


def returned_paper(post: Post, paper_id: int, today: date) -> Returned:
    """One paper in the post's reach, with the adults who may now be authorised by it; raises NotAllowed."""
    paper = PrintedPaper.objects.filter(pk=paper_id).first()
    if paper is None or paper.kind not in FORMS or not reaches(post, paper):
        raise NotAllowed(NOT_OURS, remedy="请从交回纸件的页面进入")
    return _told(post, 0, paper, today, again=False)


def may_see_paper(post: Post, paper_id: int) -> bool:
    """Whether the post reaches what a paper is about."""
    paper = PrintedPaper.objects.filter(pk=paper_id).first()
    return paper is not None and reaches(post, paper)


def authorise_by_paper(
    *,
    post: Post,
    paper_id: int,
    version: int,
    people: Sequence[int],
    on: date,
    today: date,
    now: datetime,
    written_by: str = "",
    read_out: bool = False,
) -> list[Authorisation]:
    """The adults whose signatures stand on a returned application are authorised by it; raises NotAllowed, Refusal."""
    paper = PrintedPaper.objects.filter(pk=paper_id, kind=APPLICATION, case__isnull=False).first()
    if paper is None or paper.case_id is None or not visible_cases(post).filter(pk=paper.case_id).exists():
        raise NotAllowed(NOT_OURS, remedy="请从交回纸件的页面进入")
    if paper.returned_at is None:
        raise Refusal("这份授权书还没有交回照片", place="承诺授权", remedy="请先拍照上传签好的纸件")
    if Case.objects.get(pk=paper.case_id).round != paper.round:
        raise Refusal("这份授权书是上一轮识别时的", place="承诺授权", remedy="请重新打印、签字")
    return authorise(
        post=post, case_id=paper.case_id, version=version, people=people, way="paper", on=on, today=today, now=now,
        written_by=written_by, read_out=read_out, paper=paper.pk,
    )  # fmt: skip


def _photo(post: Post, number: int, photo: bytes, code: str, today: date, now: datetime) -> list[Returned]:
    codes = [code] if code.strip() else read_codes(photo)
    if not codes:
        raise Refusal(
            "照片上没有认出本系统的编码", remedy="请把右上角的二维码拍清楚、拍完整，或在下面输入二维码下的编码再传一次"
        )
    prepared = prepare(photo, StoredFile.Kind.SCAN)
    return [_one(post, number, one, prepared, today, now) for one in codes]


def _one(post: Post, number: int, code: str, prepared: Prepared, today: date, now: datetime) -> Returned:
    """One paper on one photo; what stands in its way is told, so that another paper on the photo still comes in."""
    try:
        paper = _paper(post, code)
    except Refusal as refusal:
        return Returned(number, refusal.message, refusal.remedy)
    with acting(post, "cases.fill", on=f"paper:{paper.pk}") as act:
        paper = PrintedPaper.objects.select_for_update().get(pk=paper.pk)
        again = Attachment.objects.filter(subject=f"paper:{paper.pk}", file__sha256=prepared.sha256).exists()
        subjects = [] if again else [(f"paper:{paper.pk}", "scan"), *_places(paper, today)]
        for subject, role in subjects:
            name = f"{FORMS[paper.kind].title}.jpg"
            place(prepared, name=name, subject=subject, role=role, added_by=post.pk, now=now, note=f"纸件{code}")
        if paper.returned_at is None:
            paper.returned_at = now
            paper.save(update_fields=["returned_at"])
        act.detail = {"form": paper.kind, "again": again, "attached": [f"{s} {r}" for s, r in subjects]}
    return _told(post, number, paper, today, again=again)


def _paper(post: Post, code: str) -> PrintedPaper:
    """The paper of a code, in the post's reach."""
    mark, number = parse_code(code)
    form = BY_MARK.get(mark)
    paper = PrintedPaper.objects.filter(pk=number, kind=form.code).first() if form else None
    if paper is None or not reaches(post, paper):
        raise NotAllowed(NOT_OURS, remedy="请核对编码；别的镇村的纸件请交那里的人上传")
    return paper


def reaches(post: Post, paper: PrintedPaper) -> bool:
    """Whether the post sees the paper's record; a paper about a place is its printer's and the county's."""
    if paper.case_id is not None:
        return visible_cases(post).filter(pk=paper.case_id).exists()
    if paper.meeting is not None:
        return visible_meetings(post).filter(pk=paper.meeting).exists()
    if paper.notice is not None:
        return visible_notices(post).filter(pk=paper.notice).exists()
    return paper.post == post.pk or post.role == Post.Role.COUNTY


def _places(paper: PrintedPaper, today: date) -> list[tuple[str, str]]:
    """(record, role) where the photo is looked for beside the paper itself.

    Signed minutes are the meeting's minutes and its photo; a poster on the wall is the notice's photo at the end where
    one is missing.
    """
    if paper.case_id is not None:
        return [(f"case:{paper.case_id}", "scan")]
    if paper.meeting is not None:
        subject = f"meeting:{paper.meeting}"
        return [(subject, "minutes"), (subject, "photo")] if paper.kind == MINUTES else [(subject, "scan")]
    if paper.notice is not None:
        return [(f"notice:{paper.notice}", _end(paper.notice, today))]
    return []


def _end(notice_id: int, today: date) -> str:
    held = set(Attachment.objects.filter(subject=f"notice:{notice_id}").values_list("role", flat=True))
    notice = Notice.objects.get(pk=notice_id)
    if "notice_start" not in held and today < notice.until:
        return "notice_start"
    return "notice_end" if today >= notice.until and "notice_end" not in held else "photo"


def _told(post: Post, number: int, paper: PrintedPaper, today: date, *, again: bool) -> Returned:
    form = FORMS[paper.kind]
    whose = (
        Household.objects.filter(cases=paper.case_id).values_list("head_name", flat=True).first()
        if paper.case_id
        else ""
    )
    adults, version = _adults(post, paper, today)
    return Returned(
        photo=number,
        message="这张照片以前交过，没有重复登记" if again else "已归到记录",
        paper=paper,
        title=form.title,
        about=form.about,
        subject=paper.case_id or paper.meeting or paper.notice or 0,
        whose=whose or "",
        again=again,
        adults=adults,
        version=version,
        photos=tuple(
            Attachment.objects.filter(subject=f"paper:{paper.pk}").order_by("id").values_list("pk", flat=True)
        ),
    )


def _adults(post: Post, paper: PrintedPaper, today: date) -> tuple[tuple[tuple[int, str], ...], int]:
    """Who may now be authorised by this application, and the case's version; nobody where it is not the post's to do."""
    if paper.kind != APPLICATION or paper.case is None:
        return (), 0
    case = paper.case
    if not role_in(case, post) or case.round != paper.round or case.state in ENDED:
        return (), 0
    (dossier,) = dossiers([case], today)
    names = names_of([p for p in dossier.adults if p not in dossier.authorised])
    return tuple((p, names[p]) for p in dossier.adults if p in names), case.row_version
