"""A case taken through the procedure by the real acts, as far as a test wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.assistance.models import Measure
from sangesan.cases.checking_records import doubts
from sangesan.cases.comparing import compare, explain
from sangesan.cases.dossiers import dossiers
from sangesan.cases.filling import authorise, give_reason, set_national_number, study
from sangesan.cases.models import Case, Meeting
from sangesan.cases.opening import open_by_application
from sangesan.cases.outcomes import Outcome
from sangesan.cases.performing import Order, perform
from sangesan.cases.posting import put_up, take_down
from sangesan.cases.sitting import Decision, close, convene
from sangesan.cases.states import Act, State
from sangesan.policy.parameters import ParameterValue
from sangesan.registry.models import Household
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW, TOWN_A, VILLAGE_A, SmallCounty

CHAIN = (
    State.CHECKING, State.STUDY, State.APPRAISAL, State.NOTICE, State.TOWN_REVIEW, State.COUNTY_DECISION,
    State.ANNOUNCEMENT, State.ENTRY, State.ASSISTED, State.EXIT_CHECKING, State.EXIT_APPRAISAL, State.EXIT_NOTICE,
    State.EXIT_TOWN_REVIEW, State.EXIT_COUNTY_DECISION, State.EXIT_ANNOUNCEMENT, State.TRACKED,
)  # fmt: skip


def set_line(fen: int = 700_000) -> None:
    """The year's monitoring line, as a county would set it."""
    value = ParameterValue(
        code="monitoring_line", value=fen, unit="fen", valid_from=date(2022, 1, 1), valid_to=date(2025, 12, 31),
        source="default", document="试验", demonstration_only=True,
    )  # fmt: skip
    amend(post=system_post(), value=value, now=NOW)


@dataclass
class Way:
    """One household's case; `day` moves on as steps are taken, and every act is told that day as today."""

    county: SmallCounty
    code: str = f"{VILLAGE_A}00001"
    day: date = DAY
    case: Case = field(init=False)
    numbers: int = 0

    def __post_init__(self) -> None:
        home = Household.objects.get(code=self.code)
        self.case = open_by_application(
            post=self.post("village"), household_id=home.pk, reason="户主住院，家中没有收入", today=self.day, now=NOW
        )

    def post(self, role: str) -> Post:
        return self.county.posts[role]

    def fresh(self) -> Case:
        self.case.refresh_from_db()
        return self.case

    def later(self, days: int) -> date:
        self.day += timedelta(days)
        return self.day

    def visit(self, purpose: str = "identification", **changes: Any) -> Visit:
        fields: dict[str, Any] = {
            "household": self.case.household, "purposes": [purpose], "visited_on": self.day, "checker_names": ["甲", "乙"],
            "tests": dict.fromkeys(("housing", "schooling", "insurance", "water"), True), "signed": True,
            "conclusion": "needs_procedure", "risks": [], "labour": 1, "reference_per_head_fen": 812_345, "case": self.case.pk,
            "post": self.post("village").pk, "post_title": "双柳村 村文书", "recorded_at": NOW,
        }  # fmt: skip
        return Visit.objects.create(**(fields | changes))

    def act(self, role: str, act: Act, reason: str = "", number: str = "") -> Case:
        order = Order(self.case.pk, self.fresh().row_version, act, self.day, reason, number)
        (self.case,) = perform(post=self.post(role), orders=[order], today=self.day, now=NOW)
        return self.case

    def answer_warnings(self) -> None:
        (dossier,) = dossiers([self.fresh()], self.day)
        for doubt in doubts([dossier])[self.case.pk]:
            if not doubt.reason:
                give_reason(
                    post=self.post("town"), case_id=self.case.pk, version=self.fresh().row_version, code=doubt.code,
                    reason="已核实，情况属实", today=self.day, now=NOW,
                )  # fmt: skip

    def to(self, state: State) -> Case:
        """Carries the case on along the chain until it stands at `state`."""
        while self.fresh().state != state:
            getattr(self, f"_{self.case.state}")()
        return self.case

    # one method a state: what is filled in there, and the act that carries on
    def _checking(self) -> None:
        self.visit()
        (dossier,) = dossiers([self.case], self.day)
        if missing := [p for p in dossier.adults if p not in dossier.authorised]:
            authorise(
                post=self.post("village"), case_id=self.case.pk, version=self.fresh().row_version, people=missing,
                way="fingerprint", on=self.day, today=self.day, now=NOW,
            )  # fmt: skip
        made = compare(post=self.post("village"), case_id=self.case.pk, today=self.day, now=NOW)
        for hit in made.hits.all():
            explain(post=self.post("village"), hit_id=hit.pk, text="务工用，价值不高", now=NOW)
        self.answer_warnings()
        self.act("village", Act.FINISH_CHECKING)

    def _study(self) -> None:
        study(
            post=self.post("village"), case_id=self.case.pk, version=self.fresh().row_version, category="unstable",
            risks=["01", "04"], helper_id=self.post("village").pk, today=self.day, now=NOW,
        )  # fmt: skip
        if not Measure.objects.filter(household=self.case.household).exists():
            for group, risk in (("100A45", "01"), ("100A48", "04")):
                Measure.objects.create(
                    household=self.case.household, case=self.case.pk, group=group, item="其他", title="帮扶", risk=risk,
                    unit="村委会", begins_on=self.day, post=self.post("village").pk, post_title="村", recorded_at=NOW,
                )  # fmt: skip
        self.answer_warnings()
        self.act("village", Act.PASS_STUDY)

    def meet(self, kind: Meeting.Kind, role: str, division: str, outcome: Outcome = Outcome.PASS, **more: Any) -> Meeting:
        appraisal = kind == Meeting.Kind.APPRAISAL
        self.numbers += 1
        meeting = convene(
            post=self.post(role), kind=kind, division=division, held_on=self.day, place="会议室", host="主持人",
            case_ids=[self.case.pk], today=self.day, expected=40 if appraisal else None, present=35 if appraisal else None,
            minutes=f"听取核查和比对情况后逐户评议，第{chr(0x4E00 + self.numbers)}次会议形成一致意见" if appraisal else "",
        )  # fmt: skip
        votes = {"votes_for": 33, "votes_against": 1, "abstained": 1} if appraisal else {}
        self.answer_warnings()
        (item,) = meeting.items.all()
        close(
            post=self.post(role), meeting_id=meeting.pk, version=meeting.row_version, today=self.day, now=NOW,
            decisions=[Decision(item.pk, outcome, **(votes | more))],
            document_number="试防返贫〔2022〕9号" if kind == Meeting.Kind.JOINT_MEETING else "",
        )  # fmt: skip
        return meeting

    def _appraisal(self) -> None:
        self.meet(Meeting.Kind.APPRAISAL, "village", VILLAGE_A)

    def _notice(self) -> None:
        notice = put_up(
            post=self.post("village"), village=VILLAGE_A, case_ids=[self.case.pk], place="村务公开栏", phone="0915-0000000",
            posted_on=self.day, photo=None, today=self.day, now=NOW,
        )  # fmt: skip
        self.later(5)
        take_down(post=self.post("village"), notice_id=notice.pk, on=self.day, photo=None, today=self.day, now=NOW)
        self.answer_warnings()
        self.act("village", Act.END_NOTICE)

    def _town_review(self) -> None:
        self.meet(Meeting.Kind.TOWN_REVIEW, "town", TOWN_A)

    def _county_decision(self) -> None:
        self.meet(Meeting.Kind.JOINT_MEETING, "county", "610998")

    def _announcement(self) -> None:
        self.act("town", Act.ANNOUNCE)

    def _entry(self) -> None:
        set_national_number(
            post=self.post("town"), case_id=self.case.pk, version=self.fresh().row_version, number="61099800000001"
        )
        self.act("town", Act.ENTER)

    def _assisted(self) -> None:
        Measure.objects.filter(household=self.case.household).update(state="landed", landed_on=self.day)
        self.later(200)
        self.answer_warnings()
        self.act("village", Act.PROPOSE_EXIT)

    def _exit_checking(self) -> None:
        self.visit("elimination", conclusion="risk_gone")
        self.answer_warnings()
        self.act("village", Act.FINISH_CHECKING)

    _exit_appraisal, _exit_notice = _appraisal, _notice
    _exit_town_review, _exit_county_decision, _exit_announcement = _town_review, _county_decision, _announcement
