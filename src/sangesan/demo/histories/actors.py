"""Acting in the demonstration's cases through the same acts as people: each with its post, its day and its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sangesan.accounts.models import Post
from sangesan.assistance.actions import Plan, plan, record_needs
from sangesan.assistance.catalogue import catalogue
from sangesan.cases.checking_records import doubts
from sangesan.cases.comparing import compare, explain
from sangesan.cases.dossiers import dossiers
from sangesan.cases.filling import authorise, give_reason, study
from sangesan.cases.models import Case, ComparisonHit, Meeting
from sangesan.cases.outcomes import Outcome
from sangesan.cases.performing import Order, perform
from sangesan.cases.posting import put_up, take_down
from sangesan.cases.sitting import Decision, close, convene
from sangesan.cases.states import Act
from sangesan.demo.histories.helping import usual_measure
from sangesan.demo.histories.homes import Home
from sangesan.demo.histories.pictures import photo_bytes
from sangesan.demo.histories.roster import Roster, Seat
from sangesan.demo.histories.visiting import check_before_study, moment
from sangesan.demo.histories.words import Dice, words
from sangesan.exchange.contracts import load_contracts
from sangesan.files.attaching import attach
from sangesan.files.models import StoredFile
from sangesan.visits.domain import Answers

IN_THE_MORNING = time(9, 40)
FORMERLY_POOR, OTHERS = "unstable", "marginal"


@dataclass
class Actors:
    """The posts that act, by the seats of the roster."""

    roster: Roster
    posts: dict[int, Post]

    def village(self, case: Case) -> Post:
        return self.posts[self.roster.cadre(case.village).pk]

    def town(self, case: Case) -> Post:
        return self.posts[self.roster.of_town(case.town).pk]

    def county(self) -> Post:
        return self.posts[self.roster.of_county().pk]

    def finder(self, home: Home) -> Post:
        return self.posts[self.roster.finder(home.household).pk]

    def checkers(self, home: Home) -> tuple[Seat, Seat]:
        return self.roster.finder(home.household), self.roster.cadre(home.household.village)


def answers_for(actors: Actors, dice: Dice, home: Home, on: date, risk: str, channel: str) -> Answers:
    """The in-home check's answers for a household that goes into the procedure, signed by finger."""
    category = category_of(home)
    answers = check_before_study(dice, home, on, (risk,), category, channel, actors.checkers(home))
    return replace(answers, signed_how="finger")


def category_of(home: Home) -> str:
    """The category that data suggest for an income below the line."""
    return FORMERLY_POOR if home.household.formerly_poor else OTHERS


def unlike_photo(dice: Dice) -> bytes:
    """A picture of its own, so that no two records show the same one."""
    return photo_bytes(dice.between(60, 200), dice.between(60, 200), dice.between(0, 9999))


def check_all(actors: Actors, case: Case, on: date, today: date, dice: Dice) -> Case:
    """Every adult authorises, the data are compared and explained, and checking ends."""
    post = actors.village(case)
    case.refresh_from_db()
    (dossier,) = dossiers([case], on)
    authorise(
        post=post, case_id=case.pk, version=case.row_version, people=dossier.adults, way="fingerprint", on=on,
        today=on, now=moment(on), scans=[unlike_photo(dice)],
    )  # fmt: skip
    compare(post=post, case_id=case.pk, today=on, now=moment(on))
    for hit in ComparisonHit.objects.filter(comparison__case=case).order_by("pk"):
        texts = words()["explanations"].get(hit.kind) or ["已当面核实，不影响认定"]
        explain(post=post, hit_id=hit.pk, text=dice.of(texts), now=moment(on))
    return act_on(actors, case, Act.FINISH_CHECKING, on, today, post)


def study_all(actors: Actors, home: Home, case: Case, risk: str, on: date, today: date, dice: Dice) -> Case:
    """The village's study: category, risk, helper, a first measure for the risk; then it passes."""
    post = actors.village(case)
    case.refresh_from_db()
    helper = actors.roster.contact(case.village)
    study(
        post=post, case_id=case.pk, version=case.row_version, category=category_of(home), risks=[risk],
        helper_id=helper.pk, today=on, now=moment(on),
    )  # fmt: skip
    record_needs(post=post, household_id=case.household_id, case=case.pk, on=on, now=moment(on))
    plan_first(actors, home, case, risk, on, dice)
    return act_on(actors, case, Act.PASS_STUDY, on, today, post)


def plan_first(actors: Actors, home: Home, case: Case, risk: str, on: date, dice: Dice) -> int:
    """A measure of a group that is usual for the risk; its number."""
    group, item = usual_measure(dice, home, on, risk)
    helper = actors.roster.contact(case.village)
    known = words()["measures"].get(item, {"titles": [item]})
    line = Plan(
        group=group, item=item, title=dice.of(known["titles"]), risk=risk, person=helper.name or helper.title,
        unit=load_contracts().departments[catalogue().group(group).department].name, begins_on=on,
        due_on=on + timedelta(days=30), basis=words()["basis"].get(group, ""),
    )  # fmt: skip
    made = plan(post=actors.village(case), household_id=case.household_id, line=line, now=moment(on), case=case.pk)
    return made.pk


def appraise(actors: Actors, case: Case, on: date, today: date, dice: Dice, *, outcome: Outcome = Outcome.PASS) -> Case:
    """The village's meeting on one case, minutes and photo included."""
    post, said = actors.village(case), words()["appraisal"]
    expected = Dice("representatives", case.village).between(31, 60)
    present = round(expected * (0.76 + 0.2 * dice.share()))
    head, against = case.household.head_name, dice.between(0, 2)
    recorder = actors.roster.contact(case.village)
    votes_for = present - against if outcome == Outcome.PASS else present // 3
    told = {
        "head": head, "checker": recorder.name, "size": case.household.size, "reason": case.reason.rstrip("。"), "host": post.title,
        "recorder": recorder.name, "speaker": dice.of("张王李刘陈杨") + dice.of("德明国强永华"), "helper": recorder.name,
        "votes_for": votes_for, "votes_against": present - votes_for, "abstained": 0,
    }  # fmt: skip
    parts = [said["reports"], said["remarks"], said["votes"], said["measures"], said["closings"]]
    minutes = "".join(dice.of(part).format(**told) for part in parts)
    meeting = convene(
        post=post, kind=Meeting.Kind.APPRAISAL, division=case.village, held_on=on, place=dice.of(said["places"]),
        host=post.title, case_ids=[case.pk], today=on, recorder=recorder.name, expected=expected, present=present,
        member_posts=[post.pk, recorder.pk], minutes=minutes,
    )  # fmt: skip
    attach(
        unlike_photo(dice), name="评议.jpg", subject=f"meeting:{meeting.pk}", role="photo", kind=StoredFile.Kind.PHOTO,
        added_by=post.pk, now=moment(on),
    )  # fmt: skip
    _answer_doubts(case, on, post)
    decision = Decision(
        meeting.items.get().pk, outcome, reason="" if outcome == Outcome.PASS else "多数代表认为收入已超过监测范围",
        votes_for=votes_for, votes_against=present - votes_for, abstained=0,
    )  # fmt: skip
    close(
        post=post, meeting_id=meeting.pk, version=meeting.row_version, decisions=[decision], today=today, now=moment(on)
    )
    case.refresh_from_db()
    return case


def post_notice(actors: Actors, case: Case, on: date, dice: Dice) -> int:
    """The poster goes up with its photo; its number."""
    post = actors.village(case)
    notice = put_up(
        post=post, village=case.village, case_ids=[case.pk], place=dice.of(words()["notice_places"]),
        phone="100" + "".join(str(dice.between(0, 9)) for _ in range(8)), posted_on=on, photo=unlike_photo(dice),
        today=on, now=moment(on, IN_THE_MORNING),
    )  # fmt: skip
    return notice.pk


def end_notice(actors: Actors, case: Case, notice: int, on: date, today: date, dice: Dice) -> Case:
    """The poster comes down with its second photo and the notice ends."""
    post = actors.village(case)
    take_down(post=post, notice_id=notice, on=on, photo=unlike_photo(dice), today=on, now=moment(on))
    return act_on(actors, case, Act.END_NOTICE, on, today, post)


def review(
    actors: Actors, cases: Sequence[Case], on: date, today: date, outcomes: Sequence[Outcome], asks: Sequence[str]
) -> None:
    """One sitting of a town on its cases: an outcome each; asks: what goes up to the county with SEND_UP."""
    post = actors.town(cases[0])
    for case in cases:
        _answer_doubts(case, on, post)
    meeting = convene(
        post=post, kind=Meeting.Kind.TOWN_REVIEW, division=cases[0].town, held_on=on,
        place=words()["town_review"]["places"][0], host=post.title, case_ids=[c.pk for c in cases], today=on,
        member_posts=[s.pk for s in actors.roster.towns[cases[0].town] if s.user],
        minutes="逐户核对材料，" + "、".join(c.household.head_name for c in cases) + "户材料齐全，电话核实与记录一致。",
    )  # fmt: skip
    by_case = {item.case_id: item.pk for item in meeting.items.all()}
    decisions = [
        Decision(by_case[case.pk], outcome, ask=ask)
        for case, outcome, ask in zip(cases, outcomes, asks, strict=True)
    ]
    close(
        post=post, meeting_id=meeting.pk, version=meeting.row_version, decisions=decisions, today=today, now=moment(on)
    )


def act_on(
    actors: Actors, case: Case, act: Act, on: date, today: date, post: Post | None = None, *, reason: str = ""
) -> Case:
    """An act of the table, warnings answered first."""
    who = post or actors.village(case)
    if not reason:
        _answer_doubts(case, on, who)
    case.refresh_from_db()
    order = Order(case.pk, case.row_version, act, on, reason)
    (done,) = perform(post=who, orders=[order], today=today, now=moment(on))
    return done


def _answer_doubts(case: Case, on: date, post: Post) -> None:
    reasons = words()["irregularity_reasons"]
    case.refresh_from_db()
    for doubt in doubts(dossiers([case], on))[case.pk]:
        if not doubt.reason:
            text = reasons.get(doubt.code, reasons["default"])[0]
            give_reason(
                post=post, case_id=case.pk, version=case.row_version, code=doubt.code, reason=text, today=on,
                now=moment(on),
            )  # fmt: skip
            case.refresh_from_db()
