"""Meetings and posters that many cases share: one appraisal a village and day, one sitting a town and week, one joint
meeting a week, one poster a village, day and kind. Their minutes are written when all are on the agenda.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from sangesan.cases.models import AgendaItem, Meeting, Notice, NoticeCase, Objection
from sangesan.cases.outcomes import Outcome
from sangesan.cases.sitting import minutes_digest
from sangesan.demo.histories.book import Book, Track
from sangesan.demo.histories.minutes import appraisal_minutes, joint_minutes, pasted_minutes, review_minutes
from sangesan.demo.histories.timeline import Way
from sangesan.demo.histories.visiting import moment
from sangesan.demo.histories.words import Dice, words
from sangesan.demo.standing_fits import known_village
from sangesan.regions.queries import tree

EXPECTED = (31, 60)
PASTED, BELOW_QUORUM, NO_PHOTO, NO_START_PHOTO, NO_END_PHOTO, SHORT = 0.03, 0.01, 0.015, 0.012, 0.015, 0.007
CLOSED_AT = time(17, 40)


@dataclass
class Gathering:
    """A meeting in the making. row: as its table keeps it; items: (its agenda row, the case's track).

    pasted: its minutes name nobody; told: it is one that the article tells of.
    """

    number: int
    row: dict[str, Any]
    dice: Dice
    photos: int = 0
    pasted: bool = False
    told: bool = False
    items: list[tuple[dict[str, Any], Track]] = field(default_factory=list)


@dataclass
class Poster:
    """A notice in the making. start, end: whether there is a photo of it."""

    number: int
    row: dict[str, Any]
    start: bool
    end: bool


class Gatherings:
    """All meetings and posters of the histories."""

    def __init__(self, book: Book, phone: Callable[[Dice], str]) -> None:
        self.book, self._phone = book, phone
        self.meetings: dict[tuple[str, str, date], Gathering] = {}
        self.posters: dict[tuple[str, date, date, bool], Poster] = {}

    def appraise(self, track: Track, way: Way) -> Gathering:
        """Puts a case on the village's agenda with its votes."""
        village = track.case.village
        gathering = self._meeting(Meeting.Kind.APPRAISAL, village, way.appraised)
        present, dice = gathering.row["present"], track.dice
        withdrew = dice.between(1, 2) if dice.chance(0.12) else 0
        against = dice.between(0, 3) if dice.chance(0.3) else 0
        abstained = dice.between(0, 2) if dice.chance(0.35) else 0
        names = "、".join(_names(dice, withdrew))
        self._item(
            gathering, track, votes_for=present - withdrew - against - abstained, votes_against=against,
            abstained=abstained, withdrew=names, outcome=str(Outcome.PASS),
        )  # fmt: skip
        return gathering

    def review(self, track: Track, way: Way) -> Gathering:
        """Puts a case on the town's agenda."""
        gathering = self._meeting(Meeting.Kind.TOWN_REVIEW, track.case.town, way.reviewed)
        outcome = track.dice.weighted({Outcome.PASS: 80, Outcome.SOLVE: 20})
        self._item(gathering, track, outcome=str(Outcome.PASS if way.exit else outcome))
        return gathering

    def decide(self, track: Track, way: Way) -> Gathering:
        """Puts a case before the county's joint meeting."""
        gathering = self._meeting(Meeting.Kind.JOINT_MEETING, tree().path(track.case.town)[0], way.decided)
        self._item(gathering, track, outcome=str(Outcome.PASS))
        return gathering

    def post(self, track: Track, way: Way) -> Poster:
        """Puts a case on the village's poster, with an objection where one stopped the clock."""
        village = track.case.village
        key = (village, way.posted, way.until, way.exit)
        poster = self.posters.get(key) or self.posters.setdefault(key, self._poster(track, way))
        self.book.add(NoticeCase, notice_id=poster.number, case_id=track.number, round=1, at_step=track.case.steps)
        return poster

    def objection(self, track: Track, way: Way, poster: Poster) -> int:
        """An objection received on the poster's third day and settled a day later."""
        seat, said = self.book.roster.cadre(track.case.village), track.dice.of(words()["objections"])
        received = way.posted + timedelta(days=3)
        return self.book.add(
            Objection, notice_id=poster.number, case_id=track.number, round=1, received_on=received,
            by="" if track.dice.chance(0.6) else "村民", text=said["text"],
            settled_on=received + timedelta(days=way.stopped), finding=said["finding"], upheld=False,
            settled_by=seat.title, post_title=seat.title,
        )  # fmt: skip

    def write_minutes(self) -> None:
        """The minutes of every meeting, once all agendas are full."""
        for (kind, _, held_on), gathering in self.meetings.items():
            if gathering.pasted:
                minutes = pasted_minutes(gathering)
            elif kind == Meeting.Kind.APPRAISAL:
                minutes = appraisal_minutes(gathering)
            elif kind == Meeting.Kind.TOWN_REVIEW:
                minutes = review_minutes(gathering)
            else:
                minutes = joint_minutes(gathering, self.book.numbers[held_on])
            gathering.row["minutes"], gathering.row["minutes_digest"] = minutes, minutes_digest(minutes)

    def _item(self, gathering: Gathering, track: Track, **values: Any) -> None:
        case = track.case
        self.book.add(
            AgendaItem, meeting_id=gathering.number, case_id=track.number, round=1, exit=case.exit_on is not None,
            at_step=case.steps, **values,
        )  # fmt: skip
        gathering.items.append((self.book.tables[AgendaItem].rows[-1], track))

    def _meeting(self, kind: Meeting.Kind, division: str, held_on: date) -> Gathering:
        key = (str(kind), division, held_on)
        if key not in self.meetings:
            dice = Dice("meeting", *map(str, key))
            values = self._convened(kind, division, held_on, dice)
            number = self.book.add(Meeting, **values)
            made = Gathering(number, self.book.tables[Meeting].rows[-1], dice)
            if kind == Meeting.Kind.APPRAISAL:
                self._flaws(made, division, held_on)
            if kind != Meeting.Kind.APPRAISAL or not (dice.chance(NO_PHOTO) or made.told):
                made.photos = 1
                self.book.album.photo(f"meeting:{number}", "photo", held_on, values["post"], dice)
            self.meetings[key] = made
        return self.meetings[key]

    def _convened(self, kind: Meeting.Kind, division: str, held_on: date, dice: Dice) -> dict[str, Any]:
        roster, number = self.book.roster, ""
        if kind == Meeting.Kind.APPRAISAL:
            host, recorder = roster.cadre(division), roster.contact(division)
            place, members = dice.of(words()["appraisal"]["places"]), [host, recorder]
        elif kind == Meeting.Kind.TOWN_REVIEW:
            host, recorder = roster.leader(division), roster.of_town(division)
            place, members = dice.of(words()["town_review"]["places"]), roster.towns[division]
        else:
            host = recorder = roster.of_county()
            place, members, number = words()["joint_meeting"]["place"], roster.county, self.book.numbers[held_on]
        expected = present = None
        if kind == Meeting.Kind.APPRAISAL:
            expected = Dice("representatives", division).between(*EXPECTED)
            present = round(expected * (0.74 + 0.22 * dice.share()))
        return {
            "kind": str(kind), "division": division, "held_on": held_on, "place": place, "host": host.name or host.title,
            "recorder": recorder.name or recorder.title, "expected": expected, "present": present,
            "members": [seat.as_member() for seat in dict.fromkeys(members)], "document_number": number,
            "closed_at": moment(held_on, CLOSED_AT), "post": host.pk, "post_title": host.title, "row_version": 2,
        }  # fmt: skip

    def _flaws(self, made: Gathering, division: str, held_on: date) -> None:
        """Pasted minutes, too few present; and what the article's inspectors found in one village."""
        known = known_village()
        named = tree().full_name(division) == known["town"] + known["village"]
        made.told = named and timedelta(0) <= held_on - known["month"] < timedelta(days=31)
        made.pasted = made.told or made.dice.chance(PASTED)
        if made.told or made.dice.chance(BELOW_QUORUM):
            made.row["present"] = round(made.row["expected"] * (0.55 + 0.1 * made.dice.share()))
        if made.told:
            made.row["recorder"] = ""

    def _poster(self, track: Track, way: Way) -> Poster:
        village, today = track.case.village, self.book.today
        dice, seat = Dice("poster", village, str(way.posted), str(way.exit)), self.book.roster.cadre(track.case.village)
        until = way.until - timedelta(days=1) if dice.chance(SHORT) else way.until
        down = until if until <= today else None
        number = self.book.add(
            Notice, village=village, exit=way.exit, place=dice.of(words()["notice_places"]), phone=self._phone(dice),
            posted_on=way.posted, until=until, taken_down_on=down, post_title=seat.title,
            recorded_at=moment(way.posted),
        )  # fmt: skip
        made = Poster(
            number, self.book.tables[Notice].rows[-1], not dice.chance(NO_START_PHOTO),
            down is not None and not dice.chance(NO_END_PHOTO),
        )  # fmt: skip
        subject, position = f"notice:{number}", track.home.position if not track.home.household.relocated else None
        if made.start:
            self.book.album.photo(subject, "notice_start", way.posted, seat.pk, dice, position)
        if made.end and down:
            self.book.album.photo(subject, "notice_end", down, seat.pk, dice, position)
        return made


def _names(dice: Dice, count: int) -> list[str]:
    return [dice.of("张王李刘陈杨赵黄周吴徐孙胡朱高林何郭马罗") + dice.of(["某", "大叔", "嫂"]) for _ in range(count)]
