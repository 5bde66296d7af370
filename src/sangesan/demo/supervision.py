"""The demonstration's sheets: every colour and state, by the real acts dated over the past weeks. Matters made up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import yaml
from PIL import Image, ImageDraw

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.bulletins.actions import issue as issue_document
from sangesan.bulletins.actions import sign as sign_document
from sangesan.bulletins.models import Document
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.histories.choosing import busiest_grid
from sangesan.inspections.models import Finding, Member
from sangesan.inspections.queries import words_of
from sangesan.leadership.queries import holder
from sangesan.leadership.units import towns
from sangesan.regions.queries import CHINA, tree
from sangesan.supervision.handing_over import hand_over, propose_overdue_red, receive_hand_over
from sangesan.supervision.limits import days_of
from sangesan.supervision.looking_back import look_back
from sangesan.supervision.models import HandOver, LookBack, Sheet
from sangesan.supervision.raising import propose_overdue
from sangesan.supervision.rectifying import ask_extension, receive, rectify
from sangesan.supervision.reviewing import answer_extension, close, send_back, withdraw
from sangesan.supervision.sheet_lists import people_of
from sangesan.supervision.sheets import Matter, draft, matter_of
from sangesan.supervision.signing import sign
from sangesan.supervision.table import BLUE
from sangesan.village_work.permissions import villages_in

FILE = "supervision.yaml"
SPACE = UUID("6f1d3c52-0000-4000-8000-000320220913")  # of the ids of forms that were sent
ACCOUNTS = ("cun", "zhen", "yibao")  # people with a log-in of the demonstration answer for their unit's sheets
AT = time(10, 20)
TEAM_HEAD = "inspection_team_head"

Progress = Callable[[int, int, str], None]


def write_supervision(*, today: date, progress: Progress) -> None:
    """Sheets from the file and of the findings; nothing where there are some, or where nobody heads a team yet."""
    signers = _signers(today)
    if Sheet.objects.exists() or signers is None:
        progress(1, 1, "已有" if signers else "没有督查组")
        return
    words = yaml.safe_load((DATA / FILE).read_text(encoding="utf-8"))
    stories = [*_of_file(words, signers, today), *_of_findings(words, signers, today)]
    # day by day over all matters, so that the numbers run as they would have
    steps = sorted(
        (-days, number, serial) for number, story in enumerate(stories) for serial, (days, *_) in enumerate(story.steps)
    )
    for done, (_days, number, serial) in enumerate(steps):
        progress(done, len(steps), f"{Sheet.objects.count()} 张")
        stories[number].step(serial)
    progress(1, 1, f"{Sheet.objects.count()} 张督办单")


@dataclass(frozen=True)
class _Signers:
    """Who drafts, signs and receives in the demonstration."""

    drafter: Post
    blue: Post
    yellow: Post
    other_office: Post
    red: Post
    discipline: Post

    def of(self, colour: str) -> Post:
        """Who signs a colour."""
        return {"blue": self.blue, "yellow": self.yellow, "red": self.red}[colour]


@dataclass
class _Story:
    """One matter on its way: the sheet it has now, and what each step of the file does to it."""

    entry: Mapping[str, Any]
    signers: _Signers
    today: date
    number: int
    person: Post
    key: str
    steps: Sequence[Sequence[Any]]
    sheet: Sheet | None = None
    serial: int = 0

    def step(self, serial: int) -> None:
        """One step, so many days before the demonstration's day; none where the sheet got heavier and waits."""
        days, what, *words = self.steps[serial]
        if self.sheet is not None and self.sheet.state == "draft" and what not in {"sign", "sign_raised"}:
            return
        self.serial = serial
        day = self.today - timedelta(days=days)
        clock = {"today": day, "now": datetime.combine(day, AT, CHINA) + timedelta(minutes=self.number)}
        if what in {"draft", "sign"}:
            self._draft(clock)
            if what == "sign":
                self._sign(clock)
            return
        getattr(self, f"_{what}")(clock, *words)

    @property
    def at_hand(self) -> Sheet:
        """The sheet there is by now."""
        if self.sheet is None:
            raise LookupError(self.key)
        return self.sheet

    def _draft(self, clock: dict[str, Any]) -> None:
        entry = self.entry
        about = Matter(
            entry["matter"],
            entry["requirement"],
            self.key,
            self.person,
            entry.get("finding"),
        )
        self.sheet = draft(
            post=self.signers.drafter, matter=about, colour=entry.get("colour", "blue"), reason=entry.get("reason", ""),
            submission=self._form(), **clock,
        )  # fmt: skip

    def _sign(self, clock: dict[str, Any]) -> None:
        """Signed by whose colour it is; a unit's n-th blue, which comes back as yellow, at once by the office."""
        signed = sign(post=self.signers.of(self.at_hand.colour), sheet_id=self.at_hand.pk, **clock)
        self.sheet = signed if signed.state != "draft" else sign(post=self.signers.yellow, sheet_id=signed.pk, **clock)

    def _sign_raised(self, clock: dict[str, Any]) -> None:
        self.sheet = Sheet.objects.filter(follows=self.at_hand, state="draft").latest("pk")
        self._sign(clock)

    def _receive(self, clock: dict[str, Any]) -> None:
        receive(post=self.person, sheet_id=self.at_hand.pk, **clock)

    def _rectify(self, clock: dict[str, Any], words: str) -> None:
        picture = _picture(self.number, self.serial)
        rectify(
            post=self.person, sheet_id=self.at_hand.pk, words=words, files=[picture], submission=self._form(), **clock
        )

    def _back(self, clock: dict[str, Any], words: str) -> None:
        send_back(post=self.signers.of(self.at_hand.colour), sheet_id=self.at_hand.pk, words=words, **clock)

    def _close(self, clock: dict[str, Any], words: str) -> None:
        close(post=self.signers.of(self.at_hand.colour), sheet_id=self.at_hand.pk, words=words, **clock)

    def _ask(self, clock: dict[str, Any], more: int, words: str) -> None:
        until = Sheet.objects.get(pk=self.at_hand.pk).due_on or self.today
        ask_extension(
            post=self.person, sheet_id=self.at_hand.pk, until=until + timedelta(days=more), words=words,
            submission=self._form(), **clock,
        )  # fmt: skip

    def _extend(self, clock: dict[str, Any], more: int, words: str) -> None:
        until = (Sheet.objects.get(pk=self.at_hand.pk).due_on or self.today) + timedelta(days=more)
        signer = self.signers.of(self.at_hand.colour)
        answer_extension(post=signer, sheet_id=self.at_hand.pk, until=until, words=words, **clock)

    def _withdraw(self, clock: dict[str, Any], words: str) -> None:
        withdraw(post=self.signers.of(self.at_hand.colour), sheet_id=self.at_hand.pk, reason=words, **clock)

    def _night(self, clock: dict[str, Any]) -> None:
        propose_overdue(post=system_post(), sheet_id=self.at_hand.pk, **clock)
        propose_overdue_red(post=system_post(), sheet_id=self.at_hand.pk, **clock)

    def _look_back(self, clock: dict[str, Any], result: str, words: str) -> None:
        row = LookBack.objects.get(sheet=self.at_hand, result="")
        look_back(
            post=self.signers.drafter, look_back_id=row.pk, result=result, words=words,
            files=[_picture(self.number, self.serial)], found_on=clock["today"], submission=self._form(), **clock,
        )  # fmt: skip

    def _hand_over(self, clock: dict[str, Any], words: str) -> None:
        """Handed over to discipline; the letter is signed by both offices and issued the same day."""
        row = hand_over(
            post=self.signers.red, sheet_id=self.at_hand.pk, to="discipline", cause="overdue", reason=words, **clock
        )
        letter = Document.objects.get(pk=row.document or 0)
        for post in (self.signers.yellow, self.signers.other_office):
            letter = sign_document(post=post, document=letter, **clock)
        issue_document(post=self.signers.yellow, document=letter, **clock)

    def _take_over(self, clock: dict[str, Any]) -> None:
        row = HandOver.objects.get(sheet=self.at_hand, to="discipline")
        receive_hand_over(post=self.signers.discipline, hand_over_id=row.pk, **clock)

    def _form(self) -> UUID:
        return uuid5(SPACE, f"{self.number}:{self.serial}")


def _of_file(words: Mapping[str, Any], signers: _Signers, today: date) -> Iterator[_Story]:
    """The stories of the file whose unit has somebody to answer."""
    for number, entry in enumerate(words["stories"]):
        key = _key(str(entry["unit"]))
        person = _person(key, today)
        if person is not None:
            yield _Story(entry, signers, today, number, person, key, entry["steps"])


def _of_findings(words: Mapping[str, Any], signers: _Signers, today: date) -> Iterator[_Story]:
    """A sheet for each finding, from the day it was found, one step further each in turn."""
    rows = Finding.objects.filter(withdrawal=None, sheets=None).select_related("household").order_by("found_on", "pk")
    for number, finding in enumerate(rows):
        person = _person(finding.unit, today)
        if person is None:
            continue
        last = words["findings"][number % len(words["findings"])]
        ago = (today - finding.found_on).days
        requirement = words_of(finding).get("requirement") or words["requirement"]
        entry = {"matter": matter_of(finding), "requirement": requirement, "finding": finding}
        whole = [("sign",), ("receive",), ("rectify", words["done"]), ("close", words["fine"])]
        until = 1 + [what for what, *_ in whole].index(last)
        steps = [(ago - days, *step) for days, step in enumerate(whole[:until]) if days <= ago]
        late = days_of(BLUE, finding.found_on) + 1
        if last in {"sign", "receive"} and late <= ago:
            steps.append((ago - late, "night"))  # the night after its deadline proposes to raise it
        yield _Story(entry, signers, today, 1000 + number, person, finding.unit, steps)


def _signers(today: date) -> _Signers | None:
    """Those who sign; None while a seat is empty."""
    heads = {team: holder(TEAM_HEAD, team, on=today) for team in "12345"}
    blue = next((head for head in heads.values() if head is not None), None)
    offices = [holder(seat, "", on=today) for seat in ("style_office_head", "execution_office_head")]
    others = [holder(seat, "", on=today) for seat in ("leading_group_head", "discipline_liaison")]
    if blue is None or None in offices or None in others:
        return None
    members = Member.objects.filter(valid_to=None).exclude(post=blue).select_related("post").order_by("pk")
    drafter = next((row.post for row in members), None) or _inspector(today)
    return _Signers(drafter, blue, offices[0], offices[1], others[0], others[1])  # type: ignore[arg-type]  # none is None


def _inspector(today: date) -> Post:
    return holding(today).filter(role=Post.Role.INSPECTOR).order_by("pk")[0]


def _key(told: str) -> str:
    """The key of a unit as the file names it."""
    kind, _, which = told.partition(":")
    villages, own = villages_in(""), busiest_grid().partition("-")[0]
    if kind == "own":
        return f"village:{own or villages[0]}"
    if kind == "town":
        return towns()[int(which) % len(towns())].key if which else f"town:{tree().town_of(own or villages[0])}"
    return f"village:{villages[int(which) * 7 % len(villages)]}" if kind == "village" else told


def _person(key: str, today: date) -> Post | None:
    """Who answers for a unit: one with a log-in of the demonstration where there is one, else its head."""
    people = people_of(key, today)
    known = (one for one in people if one.user is not None and one.user.username in ACCOUNTS)
    return next(known, people[0] if people else None)


def _picture(number: int, serial: int) -> bytes:
    """A photo that says that it is none."""
    picture = Image.new("RGB", (640, 420), (196 + number % 40, 205, 214 - serial % 30))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((60, 80, 580, 340), outline=(90, 100, 112), width=4)
    drawing.text((90, 200), f"DEMO {number}-{serial}", fill=(60, 70, 82))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
