"""Serving what is attached to a record, to those only who may see the record."""

from collections.abc import Callable
from io import BytesIO

from django.http import FileResponse

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.assessment.proceeding_permissions import visible_proceedings
from sangesan.assessment.subjects import may_see_objection
from sangesan.assistance.permissions import visible_landings
from sangesan.cases.meeting_page import visible_meetings
from sangesan.cases.models import Authorisation
from sangesan.cases.notice_page import visible_notices
from sangesan.cases.permissions import visible_cases
from sangesan.cases.returning import may_see_paper
from sangesan.files.attaching import JPEG, PDF, content
from sangesan.files.models import Attachment
from sangesan.inspections.models import Target
from sangesan.inspections.permissions import sees_plans, visible_findings
from sangesan.leadership.following import may_see_step
from sangesan.patrols.models import Entry
from sangesan.projects.project_page import sees_report
from sangesan.regions.queries import today
from sangesan.registry.permissions import visible_households
from sangesan.self_reports.permissions import visible_reports
from sangesan.supervision.permissions import visible_sheets
from sangesan.village_work.models import Courtyard, Log, Plan
from sangesan.village_work.permissions import villages_of
from sangesan.visits.permissions import visible_visits
from sangesan.web.guards import guarded
from sangesan.web.requests import Request

MaySee = Callable[[Post, int], bool]


def _visit(post: Post, visit_id: int) -> bool:
    return visible_visits(require(post, "visits.see")).filter(pk=visit_id).exists()


def _landing(post: Post, landing_id: int) -> bool:
    return visible_landings(require(post, "assistance.see")).filter(pk=landing_id).exists()


def _paper(post: Post, paper_id: int) -> bool:
    return may_see_paper(require(post, "cases.see"), paper_id)


def _case(post: Post, case_id: int) -> bool:
    return visible_cases(require(post, "cases.see")).filter(pk=case_id).exists()


def _meeting(post: Post, meeting_id: int) -> bool:
    return visible_meetings(require(post, "cases.see")).filter(pk=meeting_id).exists()


def _notice(post: Post, notice_id: int) -> bool:
    return visible_notices(require(post, "cases.see")).filter(pk=notice_id).exists()


def _entry(post: Post, entry_id: int) -> bool:
    homes = visible_households(require(post, "patrols.see"))
    return Entry.objects.filter(pk=entry_id, household__in=homes).exists()


def _authorisation(post: Post, authorisation_id: int) -> bool:
    row = Authorisation.objects.filter(pk=authorisation_id).first()
    return row is not None and _case(post, row.case_id)


def _self_report(post: Post, report_id: int) -> bool:
    return visible_reports(require(post, "self_reports.see")).filter(pk=report_id).exists()


def _inspection(post: Post, target_id: int) -> bool:
    """What was photographed at a place shows who was asked: inspectors only."""
    return sees_plans(require(post, "inspections.see")) and Target.objects.filter(pk=target_id).exists()


def _finding(post: Post, finding_id: int) -> bool:
    return visible_findings(require(post, "inspections.see")).filter(pk=finding_id).exists()


def _objection(post: Post, objection_id: int) -> bool:
    return may_see_objection(require(post, "assessment.see"), objection_id)


def _proceeding(post: Post, number: int) -> bool:
    return visible_proceedings(require(post, "assessment.see"), today()).filter(pk=number).exists()


def _village_record(model: type[Log | Plan | Courtyard]) -> MaySee:
    def may_see(post: Post, number: int) -> bool:
        villages = villages_of(require(post, "village_work.see"))
        return model.objects.filter(pk=number, village__in=villages).exists()

    return may_see


def _assignment_step(post: Post, step_id: int) -> bool:
    return may_see_step(require(post, "leadership.see"), step_id, today())


def _project_report(post: Post, report_id: int) -> bool:
    return sees_report(require(post, "projects.see"), report_id)


def _sheet(post: Post, sheet_id: int) -> bool:
    return visible_sheets(require(post, "supervision.see")).filter(pk=sheet_id).exists()


def _look_back(post: Post, look_back_id: int) -> bool:
    return visible_sheets(require(post, "supervision.see")).filter(look_backs=look_back_id).exists()


# By the kind of a subject ("visit:12"): whether a post may see that record. A kind that is not here is not served.
SUBJECTS: dict[str, MaySee] = {
    "assignment_step": _assignment_step,
    "authorisation": _authorisation,
    "case": _case,
    "entry": _entry,
    "courtyard": _village_record(Courtyard),
    "finding": _finding,
    "inspection": _inspection,
    "landing": _landing,
    "meeting": _meeting,
    "notice": _notice,
    "objection": _objection,
    "paper": _paper,
    "proceeding": _proceeding,
    "project_report": _project_report,
    "look_back": _look_back,
    "self_report": _self_report,
    "sheet": _sheet,
    "village_log": _village_record(Log),
    "village_plan": _village_record(Plan),
    "visit": _visit,
}
SHOWN, SOUND = {JPEG, PDF}, "audio/"


@guarded("county.see")  # every role: each kind of record asks for its own act
def attachment(request: Request, attachment_id: int) -> FileResponse:
    """The file: shown by the browser where it is a picture or a PDF, else downloaded; kept by no proxy."""
    found = Attachment.objects.select_related("file").filter(pk=attachment_id).first()
    if found is None or not _may_see(request.post, found.subject):
        raise NotAllowed("没有这个附件，或不在您的管理范围内", remedy="请从所属的记录进入")
    answer = FileResponse(
        BytesIO(content(found)),
        as_attachment=found.content_type not in SHOWN and not found.content_type.startswith(SOUND),
        filename=found.name,
        content_type=found.content_type,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _may_see(post: Post, subject: str) -> bool:
    kind, _, number = subject.partition(":")
    check = SUBJECTS.get(kind)
    return check is not None and number.isdecimal() and check(post, int(number))
