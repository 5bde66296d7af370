"""A kept report finds its household and becomes a clue: by the machine where it is sure, by a person where it is not."""

from datetime import date, datetime

from django.db.models import F

from sangesan.accounts.acting import Act, acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.clues.raising import raise_clue
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.models import Condition, Household, Membership
from sangesan.registry.permissions import visible_households
from sangesan.registry.sealed_fields import PHONE
from sangesan.self_reports.contents import keyring, open_content
from sangesan.self_reports.domain import ATTACHABLE, STATES, WAYS, State, Way, clean_phone, match
from sangesan.self_reports.lookup import known_people
from sangesan.self_reports.models import Report
from sangesan.self_reports.permissions import report_for
from sangesan.self_reports.telling import tell_received

CHANNEL = "SELF"


def receive(*, report_id: int, today: date, now: datetime) -> Report:
    """Looks the household up and, where it is sure, sends the report to the village as a clue. Safe to run again."""
    post = system_post()
    with acting(post, "self_reports.receive", on=f"self_report:{report_id}") as act:
        report = Report.objects.select_for_update().get(pk=report_id)
        if report.state != State.NEW:
            act.detail = {"state": report.state}
            return report
        content = open_content(report)
        number = bytes(report.identity_index) if report.identity_index else None
        found = match(content.head_name, known_people(content.head_name, number, report.division))
        if report.child or found.household is None:
            sure = [found.household] if found.household else []
            report.state = State.CHILD if report.child else found.state
            report.candidates = [*sure, *found.candidates]
            _save(report, "state", "candidates")
        else:
            _send(report, Household.objects.get(pk=found.household), post, today=today, now=now)
        tell_received(report, today=today, now=now)
        act.detail = {"state": report.state, "candidates": len(report.candidates)}
    return report


def attach(*, post: Post, report_id: int, version: int, household_id: int, today: date, now: datetime) -> Report:
    """A person says which household it is: the report goes to its village as a clue.

    Raises Refusal for one that was dealt with already, NotAllowed for a household outside the post's reach.
    """
    with acting(post, "self_reports.receive", on=f"self_report:{report_id}") as act:
        report = _waiting(post, report_id, version)
        home = visible_households(post).filter(pk=household_id).first()
        if home is None:
            raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从候选中选，或请镇里、县里来选")
        _send(report, home, post, today=today, now=now)
        act.detail = {"household": home.pk, "clue": report.clue_id}
    return report


def confirm(*, post: Post, report_id: int, version: int, today: date, now: datetime) -> Report:
    """The village has called or visited: the household itself, or somebody for it, did report. Progress shows from now on."""
    with acting(post, "self_reports.receive", on=f"self_report:{report_id}", reason="已与本户核对") as act:
        report = locked(post, report_id, version)
        if report.confirmed_on is not None:
            raise Refusal("已经核对过", place="核对", remedy="不用再办")
        report.confirmed_on = today
        _save(report, "confirmed_on")
        act.detail = {"confirmed_at": now.isoformat()}
    return report


def locked(post: Post, report_id: int, version: int) -> Report:
    """The report, locked, as the person saw it; raises Refusal where somebody was faster."""
    report = report_for(post, report_id, lock=True)
    if report.row_version != version:
        raise Refusal("您打开页面之后这件申报有了变化", remedy="请刷新页面看过后再办")
    return report


def _waiting(post: Post, report_id: int, version: int) -> Report:
    report = locked(post, report_id, version)
    if report.state not in ATTACHABLE:
        raise Refusal(f"这件申报已是“{STATES[State(report.state)]}”", remedy="请刷新页面查看")
    return report


def _send(report: Report, home: Household, post: Post, *, today: date, now: datetime) -> None:
    """Attaches, raises or joins the clue. The words stay sealed here: the clue says only how and about what."""
    raised = raise_clue(
        post=post,
        household_id=home.pk,
        risk=report.risk,
        channel=CHANNEL,
        words=f"{WAYS[Way(report.way)]}申报：{RISK_TYPES[report.risk]}（原话见线索页）",
        source=f"self_report:{report.pk}",
        seen_on=min(report.received_on, today),
        now=now,
        today=today,
    )
    report.household, report.clue, report.joined = home, raised.clue, raised.joined
    report.state, report.sent_on = State.SENT, today
    report.division, report.town, report.grid = home.residence, home.residence_town, home.grid
    report.candidates = []
    if report.confirmed_on is None and _is_their_phone(report, home):
        report.confirmed_on = today
    _save(report, *"household clue joined state sent_on division town grid candidates confirmed_on".split())


def _is_their_phone(report: Report, home: Household) -> bool:
    """Whether the report's phone is one that the register knows for the household: then it is theirs."""
    members = Membership.objects.filter(household=home, valid_to=None).values("person_id")
    rows = Condition.objects.filter(person__in=members, valid_to=None, phone_sealed__isnull=False)
    ring, phone = keyring(), open_content(report).phone
    return bool(phone) and any(clean_phone(ring.open(PHONE, bytes(c.phone_sealed or b"")).decode()) == phone for c in rows)


def _save(report: Report, *fields: str) -> None:
    report.save(update_fields=list(fields))
    Report.objects.filter(pk=report.pk).update(row_version=F("row_version") + 1)
    report.refresh_from_db(fields=["row_version"])


def save(report: Report, entry: Act, *fields: str, **detail: object) -> None:
    """Saves fields of a report inside an act, with the next version; detail: for the audit."""
    _save(report, *fields)
    entry.detail |= detail
