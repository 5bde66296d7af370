"""The forms by code: what each is about, who makes it, as what it can be had. The order is that of the procedure."""

from types import MappingProxyType

from sangesan.cases.models import Meeting
from sangesan.cases.papers import (
    application,
    check,
    collection,
    comparison,
    elimination,
    ledger,
    lists,
    minutes,
    notice,
    plan,
    review,
)
from sangesan.cases.papers.case_file import load_case, load_to_sign, load_with_numbers, load_with_photos, people_shown
from sangesan.cases.papers.context import Form, Forms
from sangesan.cases.papers.meeting_file import load_appraisal, load_joint_meeting, load_meeting, load_town_review
from sangesan.cases.papers.public_lines import load_announcement, load_notice
from sangesan.kernel.refusal import Refusal

APPRAISAL, TOWN, JOINT = (frozenset({str(kind)}) for kind in Meeting.Kind)

_ALL = (
    Form("application", "申请及承诺授权书", "case", load_to_sign, "APL", application.build, personal=people_shown),
    Form("check", "入户核查表", "case", load_with_photos, "CHK", check.build),
    Form("collection", "信息采集表", "case", load_with_numbers, "COL", collection.build, personal=people_shown),
    Form("comparison", "信息比对表", "case", load_case, "CMP", comparison.build),
    Form("minutes", "民主评议会议记录", "meeting", load_appraisal, "MIN", minutes.build, meetings=APPRAISAL),
    Form("notice", "公示", "notice", load_notice, "NTC", notice.poster, public=True, phones=lambda n: [n.office_phone]),
    Form("town_review", "镇级审核表", "meeting", load_town_review, "TRV", review.town, meetings=TOWN),
    Form("county_decision", "县级审定表", "meeting", load_joint_meeting, "CTY", review.county, meetings=JOINT),
    Form("announcement", "公告", "meeting", load_announcement, "ANN", notice.announcement, public=True, meetings=JOINT),
    Form("plan", "帮扶计划（一户一策）", "case", load_case, "PLN", plan.build),
    Form("elimination", "风险消除评估表", "case", load_case, "ELM", elimination.build),
    Form("ledger", "排查台账", "place", ledger.load, "LDG", ledger.build, ledger.listing),
    Form("monitored", "监测对象名单", "place", lists.load_monitored, listing=lists.monitored),
    Form("agenda", "议题名单", "meeting", load_meeting, listing=lists.agenda),
    Form("decisions", "会议结果名单", "meeting", load_meeting, listing=lists.decisions),
)
FORMS: Forms = MappingProxyType({form.code: form for form in _ALL})
BY_MARK: Forms = MappingProxyType({form.mark: form for form in _ALL if form.mark})


def form_for(code: str, kind: str) -> Form:
    """The form that can be had as docx, pdf or xlsx; raises Refusal naming what there is."""
    form = FORMS.get(code)
    if form is None:
        raise Refusal("没有这种表册", place="打印", remedy=f"可打印的有：{'、'.join(f.title for f in _ALL)}")
    if kind not in form.formats:
        raise Refusal(f"{form.title}没有“{kind}”格式", place="打印", remedy=f"可用的格式：{'、'.join(form.formats)}")
    return form
