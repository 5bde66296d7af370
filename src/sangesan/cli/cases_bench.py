"""A town's review sitting of 200 households, and the county's desk at 800 and 80,000 open cases.

Run as a program by `sangesan bench cases`, once per size: `python -m sangesan.cli.cases_bench 800`.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sangesan.cli.bench_county import DAY, NOW, Home, analyse, build_county, run, timed

AT_SITTING = 200
MEMBERS = 4
PAGES = 20
STATES = ("checking", "study", "appraisal", "notice", "town_review", "county_decision", "assisted")
LINES = {
    "checking": "unreachable>reached>checking", "study": "checking>finish_checking>study",
    "appraisal": "study>pass_study>appraisal", "notice": "appraisal>pass_appraisal>notice",
    "town_review": "notice>end_notice>town_review", "county_decision": "town_review>approve>county_decision",
    "assisted": "entry>enter>assisted",
}  # fmt: skip


def build(cases: int) -> str:
    """A county with `cases` open cases over all states; the town whose sitting is measured."""
    homes = build_county()
    town = homes[0][3]
    ours = [home for home in homes if home[3] == town][:AT_SITTING]
    others = homes[len(homes) - max(cases - AT_SITTING, 0) :]
    states = ["town_review"] * len(ours) + [STATES[n % len(STATES)] for n in range(len(others))]
    _insert_cases([*ours, *others], states)
    _insert_records(ours)
    analyse()
    return town


def _insert_cases(homes: Sequence[Home], states: Sequence[str]) -> None:
    from django.db import transaction

    from sangesan.cases.models import Case, Step
    from sangesan.registry.bulk import insert_rows

    def steps() -> Any:
        for (number, *_), state in zip(homes, states, strict=True):
            source, act, target = LINES[state].split(">")
            yield number, 1, 1, act, source, target, LINES[state], DAY, NOW, 1, "测速", "", "", "{}"

    def rows() -> Any:
        for n, ((number, grid, village, town), state) in enumerate(zip(homes, states, strict=True)):
            due = DAY + timedelta(n % 30 - 10)
            yield (
                number, number, village, town, village, town, grid, "2021", 1, state, 1, "DEPT", "住院自付过高", DAY, DAY,
                due, due, "unstable", '["01"]', 0, "", "", "", "", "", "", 1,
            )  # fmt: skip

    with transaction.atomic():
        insert_rows(
            Step,
            "case_id round number act source target line on recorded_at post post_title entered_for reason evidence".split(),
            steps(),
        )
        insert_rows(
            Case,
            (
                "id household_id village town residence residence_town grid regime round state steps channel reason began_on"
                " step_on step_due whole_due category risks stopped_days decision_number exit_decision_number national_number"
                " elimination_way green_channel_reason gone_proof row_version"
            ).split(),
            rows(),
        )


def _insert_records(homes: Sequence[Home]) -> None:
    """Members, a visit, an appraisal and a notice for each household of the sitting."""
    from sangesan.assistance.models import Measure
    from sangesan.cases.models import AgendaItem, Meeting, Notice, NoticeCase
    from sangesan.registry.models import Condition, Membership, Person
    from sangesan.visits.models import Visit

    since = {"valid_from": DAY, "recorded_at": NOW}
    for number, _, village, _ in homes:
        people = Person.objects.bulk_create(Person(name="成员", sex="男") for _ in range(MEMBERS))
        Membership.objects.bulk_create(
            Membership(person=p, household_id=number, relation="户主" if n == 0 else "其他", kind="registered", **since)
            for n, p in enumerate(people)
        )
        Condition.objects.bulk_create(Condition(person=p, health="健康", labour="普通劳动力", **since) for p in people)
        Visit.objects.create(
            household_id=number, case=number, purposes=["identification"], visited_on=DAY, checker_names=["甲", "乙"],
            tests=dict.fromkeys(("housing", "schooling", "insurance", "water"), True), conclusion="needs_procedure",
            signed=True, post=1, post_title="村", recorded_at=NOW,
        )  # fmt: skip
        Measure.objects.create(
            household_id=number, case=number, group="100A45", item="其他", title="医疗救助", risk="01", unit="医保局",
            begins_on=DAY, post=1, post_title="村", recorded_at=NOW,
        )  # fmt: skip
        meeting = Meeting.objects.create(
            kind="appraisal", division=village, held_on=DAY, place="村委会", host="主任", expected=40, present=36,
            minutes=f"第{number}户的评议", closed_at=NOW, post=1, post_title="村",
        )  # fmt: skip
        AgendaItem.objects.create(meeting=meeting, case_id=number, round=1, at_step=0, votes_for=36, outcome="pass")
        notice = Notice.objects.create(
            village=village, place="公开栏", phone="0915", posted_on=DAY - timedelta(6), until=DAY - timedelta(1),
            post_title="村", recorded_at=NOW,
        )  # fmt: skip
        NoticeCase.objects.create(notice=notice, case_id=number, round=1, at_step=0)


def sitting(town: str) -> dict[str, Any]:
    """Seconds from pressing the button to the commit: 200 households approved in one sitting, reasons for warnings given."""
    from django.test.utils import CaptureQueriesContext

    from sangesan.accounts.actions import open_account
    from sangesan.accounts.models import Post
    from sangesan.cases.models import Case, Irregularity, Meeting
    from sangesan.cases.outcomes import Outcome
    from sangesan.cases.sitting import Decision, close, convene

    post = Post(role="town", title="镇", division=town, valid_from=DAY - timedelta(400))
    open_account(username="town", name="镇", password="bench-only-1", posts=[post])  # noqa: S106
    post = Post.objects.get(role="town")
    cases = list(Case.objects.filter(town=town, state="town_review")[:AT_SITTING])
    Irregularity.objects.bulk_create(
        Irregularity(case=c, round=1, code=code, sentence="没有照片", raised_on=DAY, reason="纸质照片已存档")
        for c in cases
        for code in ("no_visit_photo", "no_appraisal_photo", "no_notice_photo", "no_end_photo")
    )
    begun = time.perf_counter()
    meeting = convene(
        post=post, kind=Meeting.Kind.TOWN_REVIEW, division=town, held_on=DAY, place="镇会议室", host="镇长",
        case_ids=[c.pk for c in cases], today=DAY,
    )  # fmt: skip
    convened = time.perf_counter()
    decisions = [Decision(item.pk, Outcome.PASS) for item in meeting.items.all()]
    from django.db import connection

    with CaptureQueriesContext(connection) as caught:
        close(
            post=post, meeting_id=meeting.pk, version=meeting.row_version, decisions=decisions, today=DAY, now=NOW
        )
    closed = time.perf_counter()
    return {
        "households": len(decisions), "convene_seconds": round(convened - begun, 3),
        "decide_seconds": round(closed - convened, 3), "decide_queries": len(caught),
        "approved": Case.objects.filter(town=town, state="county_decision", pk__in=[c.pk for c in cases]).count(),
    }  # fmt: skip


def desk_page() -> dict[str, Any]:
    """Queries and milliseconds of the county's front page, and of its list of cases."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from sangesan.accounts.actions import open_account
    from sangesan.accounts.models import Post

    user = open_account(
        username="county", name="县", password="bench-only-1",  # noqa: S106
        posts=[Post(role="county", title="县专班", valid_from=DAY - timedelta(400))],
    )  # fmt: skip
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    found: dict[str, Any] = {}
    for name, address in (("desk", "/"), ("list", "/cases/")):
        found[f"{name}_ms"] = timed(partial(_get, client, address), PAGES)
        with CaptureQueriesContext(connection) as caught:
            _get(client, address, 0)
        found[f"{name}_queries"] = len(caught)
    return found


def _get(client: Any, address: str, _: int) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def cases_at(size: int) -> dict[str, Any]:
    """Builds and measures one size."""
    town = build(size)
    return {"cases": size, **desk_page(), "sitting": sitting(town)}


if __name__ == "__main__":
    run(cases_at)
