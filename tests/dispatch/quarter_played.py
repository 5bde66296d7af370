"""A quarter of the demonstration county as people and jobs play it; the test moves the county's day."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

from PIL import Image

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.bulletins.actions import issue as issue_document
from sangesan.bulletins.actions import sign as sign_document
from sangesan.bulletins.models import Document
from sangesan.bulletins.series import series_of
from sangesan.dispatch.models import SpotCall
from sangesan.dispatch.month_bulletin import origin_of
from sangesan.dispatch.quarter_meeting import Decided, Minutes, decide, draft_minutes, record_minutes
from sangesan.dispatch.rhythm_tasks import ask_to_prepare
from sangesan.dispatch.spot_calls import Ended, answer, end
from sangesan.dispatch.spot_domain import CONFIRMED, Answer
from sangesan.draws.actions import commit, reveal
from sangesan.draws.queries import draw_of
from sangesan.inspections.findings import record_finding
from sangesan.jobs.models import JobRun
from sangesan.jobs.periodic import ask_for_due
from sangesan.jobs.running import execute
from sangesan.kernel.period import Month, Quarter, Week
from sangesan.leadership.queries import holder
from sangesan.leadership.units import unit_of_division
from sangesan.regions.models import County
from sangesan.regions.queries import CHINA, tree
from sangesan.supervision.looking_back import look_back
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.rectifying import receive, rectify
from sangesan.supervision.reviewing import close
from sangesan.supervision.sheets import issue
from sangesan.supervision.signing import sign

FIRST_MONDAY = date(2022, 10, 3)
WEEKS = [Week.of(FIRST_MONDAY).plus(n) for n in range(13)]
MONTHS = [Month(2022, 10), Month(2022, 11), Month(2022, 12)]
OFFICES = ("style_office", "execution_office")
RHYTHM = ("dispatch.", "draws.", "supervision.")  # the jobs under test; screening and messages have tests of their own


@dataclass
class Played:
    """The county's day, and the sheets that the story follows."""

    day: date
    sheets: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.day, time(9, 30), CHINA)

    def move(self, day: date) -> None:
        """Another morning: recurring jobs are asked for and run, those of missed days too."""
        self.day = day
        County.objects.update(today=day)
        for asked in ask_for_due(day):
            if asked.job.startswith(RHYTHM):
                self.work(asked)

    def work(self, asked: JobRun | None) -> None:
        """Runs a job that was asked for; the test fails where it does."""
        assert asked is not None
        done = execute(asked.pk)
        assert done.state == JobRun.State.DONE, f"{done.job} {done.period}: {done.message}"

    def head(self, seat: str, scope: str = "") -> Post:
        """Who holds a seat today."""
        found = holder(seat, scope, on=self.day)
        assert found is not None, seat
        return found


def play() -> Played:
    """Thirteen weeks day by day, and the days after them in which the last week, month and quarter close."""
    played = Played(date(2022, 9, 13))
    for week in WEEKS:
        for weekday in range(7):
            played.move(week.first_day() + timedelta(days=weekday))
            if weekday == 0:
                draw_and_call(played, week)
            STORY.get(played.day, lambda _: None)(played)
            issue_what_waits(played)
    for after in range(1, 12):
        played.move(date(2023, 1, 1) + timedelta(days=after))
        issue_what_waits(played)
    hold_the_meeting(played)
    return played


def draw_and_call(played: Played, week: Week) -> None:
    """Both offices hand in a fingerprint, then show the secret; the village is called and answers."""
    draw = draw_of("weekly_village", str(week))
    assert draw is not None, week
    held = {office: (played.head(f"{office}_head"), secrets.token_hex(32)) for office in OFFICES}
    for office, (post, key) in held.items():
        commit(post=post, draw=draw, office=office, digest=sha256(bytes.fromhex(key)).hexdigest(), now=played.now)
    for office, (post, key) in held.items():
        reveal(post=post, draw=draw, office=office, secret=key, now=played.now)
    played.work(ask_to_prepare(played.now))
    call, special = SpotCall.objects.get(week=str(week)), played.head("special_team_head")
    said = [Answer(question=n, verdict=CONFIRMED, answer="情况属实，已经在办") for n in range(len(call.questions))]
    answer(post=special, call_id=call.pk, answers=said, submission=uuid4(), now=played.now)
    how = Ended(way="phone", called_on=played.day, result="逐项答复，情况属实", answerer_words="村党支部书记")
    end(post=special, call_id=call.pk, how=how, now=played.now, today=played.day)


def hold_the_meeting(played: Played) -> None:
    """The pack is there by itself; the meeting decides, a town gets the task, the minutes are drafted."""
    special, quarter, town = played.head("special_team_head"), Quarter(2022, 4), tree().towns()[0]
    minutes = Minutes(
        held_on=played.day, place="县政府会议室", chair="县委农村工作领导小组组长", attended="领导小组成员单位",
        discussed="冬春季节性缺水怎么保障，各镇报了缺水的院落。",
    )  # fmt: skip
    record_minutes(post=special, quarter=quarter, given=minutes, today=played.day, now=played.now)
    given = Decided(
        topic="season", title="保障冬春供水", words="排查缺水的院落，落实送水", units=[f"town:{town}"],
        due_on=played.day + timedelta(days=20),
    )  # fmt: skip
    decide(post=special, quarter=quarter, given=given, submission=uuid4(), today=played.day, now=played.now)
    draft_minutes(post=special, quarter=quarter, today=played.day, now=played.now)


def issue_what_waits(played: Played) -> None:
    """The month's bulletin is signed and issued once it is drafted."""
    for month in MONTHS:
        for waiting in Document.objects.filter(origin=origin_of(month), state=Document.State.DRAFTED):
            for seat in series_of(waiting.series).signers:
                sign_document(post=played.head(seat), document=waiting, now=played.now, today=played.day)
            waiting.refresh_from_db()
            issue_document(post=played.head("special_team_head"), document=waiting, now=played.now, today=played.day)


def find(played: Played, name: str, words: str, village: str) -> None:
    """A finding in a village, and its blue sheet, signed by the head of a team."""
    team, unit = played.head("inspection_team_head", "1"), unit_of_division(village)
    found = record_finding(
        post=team, defect="missing_patrols", unit=unit.key, place=village, words=words, requirement="补齐记录，落实巡查",
        found_on=played.day, submission=uuid4(), now=played.now, today=played.day,
    )  # fmt: skip
    made = issue(
        post=team, finding=found, matter=words, requirement="补齐记录，落实巡查", unit=unit.key,
        person=clerk(village, played.day), signed_by=team, submission=uuid4(), now=played.now, today=played.day,
    )  # fmt: skip
    played.sheets[name] = made.pk


def clerk(village: str, day: date) -> Post:
    """Who answers for a village's sheet."""
    return holding(day).filter(role=Post.Role.VILLAGE, division=village).order_by("pk")[0]


def correct(played: Played, sheet_id: int) -> None:
    """The village signs for its sheet and corrects, with a photo."""
    sheet = Sheet.objects.get(pk=sheet_id)
    receive(post=sheet.person, sheet_id=sheet_id, now=played.now, today=played.day)
    rectify(
        post=sheet.person, sheet_id=sheet_id, words="记录已补齐，巡查已落实", files=[photo()], submission=uuid4(),
        now=played.now, today=played.day,
    )  # fmt: skip


def photo() -> bytes:
    """Something that was photographed."""
    out = BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def followed(sheet_id: int) -> int:
    """The sheet drafted after this one."""
    return Sheet.objects.get(follows=sheet_id).pk


def two_villages() -> list[str]:
    """Villages for the two stories."""
    places = tree()
    return sorted(code for code, level in places.levels.items() if level == "village")[5:7]


def found_twice(played: Played) -> None:
    """One matter that nobody will correct, one that is corrected and comes back."""
    left, back = two_villages()
    find(played, "left", "无安全饮水巡查记录", left)
    find(played, "back", "未建立季节性缺水长效机制", back)


def corrected(played: Played) -> None:
    correct(played, played.sheets["back"])


def closed(played: Played) -> None:
    head = played.head("inspection_team_head", "1")
    close(post=head, sheet_id=played.sheets["back"], words="现场看过，已整改", now=played.now, today=played.day)


def yellow_signed(played: Played) -> None:
    """The first matter is overdue: the machine has proposed yellow, an office signs it."""
    yellow = followed(played.sheets["left"])
    sign(post=played.head("style_office_head"), sheet_id=yellow, now=played.now, today=played.day)


def red_signed_and_corrected(played: Played) -> None:
    """Yellow ran out too: the leading group's head signs red, and now the village corrects."""
    red = followed(followed(played.sheets["left"]))
    head = played.head("leading_group_head")
    sign(post=head, sheet_id=red, now=played.now, today=played.day)
    correct(played, red)
    close(post=head, sheet_id=red, words="材料和现场都看过，已整改", now=played.now, today=played.day)


def came_back(played: Played) -> None:
    """Seen again, the second matter is as it was before."""
    due = LookBack.objects.get(sheet=played.sheets["back"], result="")
    look_back(
        post=played.head("inspection_team_head", "1"), look_back_id=due.pk, result="came_back", words="又没有巡查记录",
        files=[photo()], found_on=played.day, submission=uuid4(), now=played.now, today=played.day,
    )  # fmt: skip
    yellow = followed(played.sheets["back"])
    sign(post=played.head("execution_office_head"), sheet_id=yellow, now=played.now, today=played.day)


STORY = {
    date(2022, 10, 10): found_twice,
    date(2022, 10, 13): corrected,
    date(2022, 10, 14): closed,
    date(2022, 10, 20): yellow_signed,
    date(2022, 10, 28): red_signed_and_corrected,
    date(2022, 12, 5): came_back,
}
