"""Notices as pages show them: the list, households that wait for one, one poster with its days and objections."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.cases.checking_records import Doubt, doubts, unanswered
from sangesan.cases.dossiers import Dossier, dossiers, record_of
from sangesan.cases.models import Case, Notice, NoticeCase, Objection
from sangesan.cases.performing import Order
from sangesan.cases.permissions import visible_cases
from sangesan.cases.posting import AT_NOTICE, BEGIN, END
from sangesan.cases.preconditions import Need, lacking
from sangesan.cases.procedure import forward
from sangesan.cases.states import Act, State
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.policy.regimes import load_regimes
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

MOST_SHOWN = 500


def visible_notices(post: Post) -> QuerySet[Notice]:
    """Posters of the post's villages, and those elsewhere that name its households."""
    if post.role in WHOLE_COUNTY:
        return Notice.objects.all()
    about = NoticeCase.objects.filter(notice=OuterRef("pk"), case__in=visible_cases(post))
    places = [*tree().children.get(post.division, ())] if post.role == Post.Role.TOWN else [post.division]
    own = Q(village__in=places) if post.role in {Post.Role.TOWN, Post.Role.VILLAGE} else Q(pk=None)
    return Notice.objects.filter(own | Q(Exists(about)))


def puts_up(post: Post, village: str) -> bool:
    """Whether posters in a village are the post's to put up and take down; a town may enter for its villages."""
    if post.role == Post.Role.VILLAGE:
        return post.division == village
    return post.role == Post.Role.TOWN and village != post.division and tree().town_of(village) == post.division


def notices(post: Post, *, up: bool = False, after: tuple[date, int] | None = None, limit: int = 50) -> list[Notice]:
    """By the day posted, newest first, after (day, id), with `households` and `objecting` (open objections).

    up: only those still on the wall.
    """
    rows = visible_notices(require(post, "cases.see")).annotate(
        households=Count("cases", distinct=True),
        objecting=Count("objections", filter=Q(objections__settled_on=None), distinct=True),
    )
    if up:
        rows = rows.filter(taken_down_on=None)
    if after is not None:
        day, number = after
        rows = rows.filter(Q(posted_on__lt=day) | Q(posted_on=day, pk__lt=number))
    return list(rows.order_by("-posted_on", "-pk")[:limit])


def places_waiting(post: Post) -> list[tuple[str, int]]:
    """(village, how many wait for a poster) for the post; by code."""
    rows = visible_cases(require(post, "cases.notice")).filter(state__in=AT_NOTICE)
    found = sorted(rows.values_list("village").annotate(n=Count("pk")))
    return [(village, n) for village, n in found if puts_up(post, village)]


def waiting(post: Post, village: str) -> list[Case]:
    """Cases of a village that wait at the notice, with `listed`: on a poster already."""
    on_poster = NoticeCase.objects.filter(case=OuterRef("pk"), at_step=OuterRef("steps"))
    rows = visible_cases(require(post, "cases.notice")).filter(village=village, state__in=AT_NOTICE)
    rows = rows.annotate(listed=Exists(on_poster)).select_related("household")
    return list(rows.order_by("state", "step_due", "pk")[:MOST_SHOWN])


@dataclass(frozen=True)
class NoticeRow:
    """A household on a poster. stands: it waits there still; lacking: what the end of the notice still needs."""

    dossier: Dossier
    stands: bool
    objections: list[Objection]
    warnings: list[Doubt]
    lacking: list[Need]

    @property
    def case(self) -> Case:
        return self.dossier.case

    @property
    def objecting(self) -> bool:
        return any(o.settled_on is None for o in self.objections)

    @property
    def ready(self) -> bool:
        return self.stands and not self.lacking


@dataclass(frozen=True)
class NoticePage:
    """A poster. days: served and whole, in calendar days, the day of posting not counted."""

    notice: Notice
    own: bool
    rows: list[NoticeRow]
    served: int
    days: int
    begin: list[Attachment]
    end: list[Attachment]

    @property
    def open(self) -> list[NoticeRow]:
        """Households that still stand at the notice."""
        return [row for row in self.rows if row.stands]

    @property
    def photo_lacking(self) -> str:
        """Which photo is lacking: of the poster on the wall, or of the bare wall once it is down; "" when none is."""
        if not self.begin:
            return BEGIN
        return END if self.bare_wall_lacking else ""

    @property
    def bare_wall_lacking(self) -> bool:
        """Whether the poster came down without its second photo."""
        return self.notice.taken_down_on is not None and not self.end

    def orders(self, on: date) -> list[Order]:
        """The end of the notice for all households that can go on."""
        return [Order(r.case.pk, r.case.row_version, Act.END_NOTICE, on) for r in self.rows if r.ready]


def notice_page(post: Post, notice_id: int, today: date) -> NoticePage:
    """One poster, in a number of queries that does not grow with its households; raises NotAllowed outside the reach."""
    notice = visible_notices(require(post, "cases.see")).filter(pk=notice_id).first()
    if notice is None:
        raise NotAllowed("没有这张榜，或不在您的管理范围内", remedy="请从公示列表进入")
    steps = {line.case_id: line.at_step for line in notice.cases.all()}
    seen = list(visible_cases(post).filter(pk__in=steps).select_related("household").order_by("pk"))
    made = dossiers(seen, today)
    warned = doubts(made)
    objections = list(Objection.objects.filter(notice=notice).order_by("id"))
    subject = f"notice:{notice.pk}"
    files = attachments_of([subject]).get(subject, [])
    last = notice.taken_down_on or today
    return NoticePage(
        notice=notice,
        own=puts_up(post, notice.village),
        rows=[_row(d, steps[d.case.pk], warned[d.case.pk], objections, today) for d in made],
        served=max((last - notice.posted_on).days, 0),
        days=(notice.until - notice.posted_on).days,
        begin=[f for f in files if f.role == BEGIN],
        end=[f for f in files if f.role == END],
    )


def _row(
    dossier: Dossier, at_step: int, warnings: list[Doubt], objections: list[Objection], today: date
) -> NoticeRow:
    case = dossier.case
    stands = case.steps == at_step
    line = forward(State(case.state)) if stands else None
    record = record_of(dossier, today, warnings_open=unanswered(warnings))
    missing = set(lacking(record, load_regimes()[case.regime], today))
    return NoticeRow(
        dossier=dossier,
        stands=stands,
        objections=[o for o in objections if o.case_id == case.pk],
        warnings=warnings,
        lacking=[need for need in line.needs if need in missing] if line else [],
    )
