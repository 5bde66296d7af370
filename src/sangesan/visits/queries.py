"""Reads of visits: a household's, the last that counts, one that already answers a question, contradictions."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.registry.models import Household
from sangesan.registry.queries import names_of
from sangesan.visits.domain import AT_RISK, TESTS, answered_by
from sangesan.visits.income import Account, Line, SelfPaid, account
from sangesan.visits.models import Visit
from sangesan.visits.permissions import reached, visible_visits

CONFLICT_DAYS = 60  # default: no text names a figure


@dataclass(frozen=True)
class VisitPage:
    """A visit with what belongs to it. names: of the members by number; files: its attachments by role."""

    visit: Visit
    household: Household
    account: Account | None
    names: Mapping[int, str]
    files: Mapping[str, list[Attachment]]

    @property
    def open_warnings(self) -> list[dict[str, Any]]:
        return [warning for warning in self.visit.warnings if not warning.get("reason")]


@dataclass(frozen=True)
class Conflict:
    """Two lines of a relocated household that came to different conclusions: the newest visit of each."""

    household: Household
    residence: Visit
    origin: Visit


def subject_of(visit_id: int) -> str:
    """What a visit's attachments hang on."""
    return f"visit:{visit_id}"


def visits_of(post: Post, household_id: int) -> list[Visit]:
    """A household's visits, newest first; raises NotAllowed outside the post's reach."""
    household = reached(require(post, "visits.see"), household_id)
    return list(Visit.objects.filter(household=household).order_by("-visited_on", "-id"))


def visit_page(post: Post, visit_id: int) -> VisitPage:
    """One visit; raises NotAllowed outside the post's reach (also where it does not exist)."""
    visit = visible_visits(require(post, "visits.see")).filter(pk=visit_id).select_related("household").first()
    if visit is None:
        raise NotAllowed("没有这次入户，或不在您的管理范围内", remedy="请从农户页面进入")
    files: defaultdict[str, list[Attachment]] = defaultdict(list)
    for attachment in attachments_of([subject_of(visit_id)]).get(subject_of(visit_id), []):
        files[attachment.role].append(attachment)
    names = names_of([*visit.members_seen, *visit.members_away])
    return VisitPage(visit, visit.household, account_of(visit), names, dict(files))


def account_of(visit: Visit) -> Account | None:
    """The visit's account again from its lines; None where no income was asked."""
    if not visit.income or not visit.people:
        return None
    paid = [SelfPaid(c["what"], c["fen"], c["vouchers"]) for c in visit.self_paid]
    return account(lines_of(visit), claims=visit.claims_fen, self_paid=paid, people=visit.people)


def lines_of(visit: Visit) -> list[Line]:
    """The visit's income by item."""
    return [Line(row["item"], row["fen"], row["counted"], row["note"]) for row in visit.income]


def latest_visit(household_id: int, purposes: Collection[str] | None = None) -> Visit | None:
    """The newest visit to a household, of one of these purposes where they are named. The caller checked the reach."""
    rows = Visit.objects.filter(household=household_id).order_by("-visited_on", "-id")
    return next((visit for visit in rows if purposes is None or set(purposes) & set(visit.purposes)), None)


def asked_lately(household_id: int, purpose: str, *, within_days: int, today: date) -> Visit | None:
    """The newest visit of the last days that already answers what this purpose asks; None where one has to go.

    The caller checked the reach.
    """
    since = today - timedelta(days=within_days)
    rows = Visit.objects.filter(household=household_id, visited_on__gte=since).order_by("-visited_on", "-id")
    return next((visit for visit in rows if _answers(visit, purpose)), None)


def conflicts(post: Post, *, within_days: int = CONFLICT_DAYS) -> list[Conflict]:
    """Relocated households of the post whose two lines found the opposite within so many days of each other."""
    return conflicts_among(visible_visits(require(post, "visits.see")), within_days=within_days)


def conflicts_among(visits: QuerySet[Visit], *, within_days: int = CONFLICT_DAYS) -> list[Conflict]:
    """Of visits without a check of reach: what `conflicts` says."""
    rows = (
        visits.exclude(household__village=F("household__residence"))
        .exclude(conclusion="")
        .exclude(post_division="")
        .select_related("household")
        .order_by("household_id", "-visited_on", "-id")
    )
    newest: defaultdict[int, dict[str, Visit]] = defaultdict(dict)
    for visit in rows:
        line = line_of(visit.household, visit.post_division)
        if line:
            newest[visit.household_id].setdefault(line, visit)
    found = []
    for lines in newest.values():
        residence, origin = lines.get("residence"), lines.get("origin")
        if residence is None or origin is None:
            continue
        differ = (residence.conclusion in AT_RISK) != (origin.conclusion in AT_RISK)
        if differ and abs((residence.visited_on - origin.visited_on).days) <= within_days:
            found.append(Conflict(residence.household, residence, origin))
    return found


def line_of(household: Household, division: str) -> str:
    """For which line a division's post goes to a household: "residence", "origin", or "" for both or neither."""
    at_residence = division in {household.residence, household.residence_town}
    at_origin = division in {household.village, household.town}
    if at_residence == at_origin:
        return ""
    return "residence" if at_residence else "origin"


def _answers(visit: Visit, purpose: str) -> bool:
    return answered_by(
        purpose,
        purposes=visit.purposes,
        tests_known=all(visit.tests.get(test) is not None for test in TESTS),
        income_known=bool(visit.income),
        signed=visit.signed,
    )
