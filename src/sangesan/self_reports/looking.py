"""A report whose household is not in the register: the town or village goes there, says what it found, passes it on.

A household that does exist waits under “已核实，待补入底册” until the county has added it, and is attached then. No clue is
made meanwhile: a clue is closed by a visit's record, and that needs a household of the register.
"""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.self_reports.answering import answer
from sangesan.self_reports.contents import Look, seal_look
from sangesan.self_reports.domain import ANSWER_OF_FINDING, FINDINGS, SHORTEST_WORDS, STATES, Finding, State
from sangesan.self_reports.models import Report
from sangesan.self_reports.receiving import locked, save

LONGEST_WHO = 100


def record_look(
    *,
    post: Post,
    report_id: int,
    version: int,
    looked_on: date,
    who: str,
    finding: str,
    words: str,
    today: date,
    now: datetime,
) -> Report:
    """Somebody was there. A household of the county waits for the register; any other finding answers the report.

    finding: of domain.Finding. Raises Refusal for what is not in order, NotAllowed outside the post's reach.
    """
    with acting(post, "self_reports.answer", on=f"self_report:{report_id}", reason="底册中没有，已上门核实") as act:
        report = locked(post, report_id, version)
        if report.state != State.UNREGISTERED:
            raise Refusal(f"这件申报已是“{STATES[State(report.state)]}”", remedy="请刷新页面查看")
        found = _in_order(report, looked_on, who, finding, words, today)
        report.looked_on, report.finding = looked_on, found
        report.look_sealed = seal_look(Look(who.strip()[:LONGEST_WHO], words.strip()[:1000]))
        if found in ANSWER_OF_FINDING:
            save(report, act, "looked_on", "finding", "look_sealed")
        else:
            report.state, report.sent_on = State.VERIFIED, today
            report.confirmed_on = report.confirmed_on or today
            save(report, act, *"state looked_on finding look_sealed sent_on confirmed_on".split())
        act.detail |= {"finding": str(found), "looked_on": looked_on.isoformat()}
        if (code := ANSWER_OF_FINDING.get(found)) is not None:
            return answer(
                post=post, report_id=report_id, version=report.row_version, answer=code, note="", today=today, now=now
            )
    return report


def _in_order(report: Report, looked_on: date, who: str, finding: str, words: str, today: date) -> Finding:
    if looked_on > today:
        raise Refusal("晚于今天", place="上门日期", remedy=f"请填 {today.isoformat()} 或更早的日期")
    if looked_on < report.received_on:
        raise Refusal("早于收到申报的日子", place="上门日期", remedy=f"请填 {report.received_on.isoformat()} 以后的日期")
    if not who.strip():
        raise Refusal("没有填谁去的", place="核实人", remedy="请填上门的人的姓名，几个人用顿号隔开")
    if finding not in FINDINGS:
        raise Refusal("没有选核实结果", place="核实结果", remedy="请选一项")
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写看到的情况", place="看到的情况", remedy="请写住在哪里、几口人、问了谁；没有找到的写怎样找的")
    return Finding(finding)
