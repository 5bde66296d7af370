"""One monitored household's whole past: identification, assistance, and elimination where it came to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any

from sangesan.assistance.situation import risk_codes
from sangesan.cases.models import Authorisation, Comparison, ComparisonHit
from sangesan.cases.opening import deciding_place
from sangesan.cases.states import Act
from sangesan.demo.histories.book import Book, Track
from sangesan.demo.histories.comparisons import Hit, explained, sources_on
from sangesan.demo.histories.gatherings import Gathering, Gatherings, Poster
from sangesan.demo.histories.helping import land_measures, meet_needs, plan_measures, write_needs
from sangesan.demo.histories.homes import Home
from sangesan.demo.histories.roster import Seat
from sangesan.demo.histories.timeline import Way, elimination, elimination_under_way, identification
from sangesan.demo.histories.visiting import (
    check_before_elimination,
    check_before_study,
    later_visit,
    moment,
    visit_row,
)
from sangesan.demo.histories.words import Dice, words
from sangesan.policy.regimes import Regime, load_regimes
from sangesan.visits.domain import Answers
from sangesan.visits.models import Visit

NO_PHOTO, AWAY, MET_EARLY = 0.02, 0.3, 0.35
FOLLOW_UPS, TRACKING = (55, 95), (85, 130)
NATURAL = "因自然灾害"
AT_NINE = time(9, 30)


@dataclass
class Stage:
    """What one pass through the chain left, for what in it is irregular to be written down."""

    track: Track
    way: Way
    visited_on: date
    visit_photos: int
    appraisal: Gathering | None = None
    poster: Poster | None = None


@dataclass
class Past:
    """A household's past in the making. under_way: stage of an elimination that has begun (see timeline), None for none.

    none_landed: nothing of what was planned has come yet. stages: filled in as they are written.
    """

    home: Home
    under_way: int | None = None
    none_landed: bool = False
    announced_only: bool = False
    stages: list[Stage] = field(default_factory=list)


@dataclass(frozen=True)
class Writer:
    """Writes pasts into a book. hits: what departments' data say, by person."""

    book: Book
    gatherings: Gatherings
    hits: Mapping[int, Sequence[Hit]]

    def write(self, past: Past) -> Track:
        """The household's case with everything behind it."""
        home, book = past.home, self.book
        dice = Dice("past", home.household.code)
        regime = _regime(home)
        village, town = deciding_place(home.household, regime)
        way = identification(dice, village, town, home.enrolled_on)
        track = self._begin(past, dice, regime, village, town, way)
        planned, needs = self._identify(past, track, way)
        ended = self._assist(past, track, planned)
        if ended is not None:
            if home.eliminated_on or dice.chance(0.5):
                meet_needs(book, needs, ended.began)
            self._eliminate(past, track, ended)
        elif needs and dice.chance(MET_EARLY) and not past.none_landed:
            meet_needs(book, needs[-1:], min(book.today, home.enrolled_on + timedelta(days=dice.between(15, 90))))
        self._visit_later(past, track, ended)
        track.finish()
        return track

    def _begin(self, past: Past, dice: Dice, regime: Regime, village: str, town: str, way: Way) -> Track:
        home, channels = past.home, words()["channels"]
        codes = _codes(dice, home)
        channel = dice.weighted(channels)
        category = next((c.code for c in regime.categories if c.title == home.category), regime.categories[0].code)
        reason = dice.of(words()["reasons"][codes[0]])
        helper = self.book.roster.contact(village)
        values: dict[str, Any] = {
            "village": village, "town": town, "residence": home.household.residence,
            "residence_town": home.household.residence_town, "grid": home.household.grid, "regime": regime.code,
            "channel": channel, "reason": reason, "began_on": way.began, "category": category, "risks": list(codes),
            "helper_id": helper.pk if helper.user else None, "stopped_days": way.stopped,
        }  # fmt: skip
        track = Track(self.book, home, dice, values)
        track.open(way.began, self._finder(track, channel), reason)
        return track

    def _finder(self, track: Track, channel: str) -> Seat:
        """Who turned the clue into a case: the grid worker who saw it, else the village."""
        roster = self.book.roster
        return roster.finder(track.home.household) if channel == "GRID" else roster.cadre(track.case.village)

    def _identify(self, past: Past, track: Track, way: Way) -> tuple[list[Any], list[int]]:
        book, home, case = self.book, past.home, track.case
        village, town, county = self._seats(track)
        checkers = (book.roster.finder(home.household), village)
        answers = check_before_study(
            track.dice, home, way.visited, tuple(case.risks), case.category, case.channel, checkers
        )
        stage = Stage(track, way, way.visited, 0 if track.dice.chance(NO_PHOTO) else 1)
        past.stages.append(stage)
        visit = self._visit(track, answers, checkers[0], stage.visit_photos)
        needs = write_needs(book, track, answers, visit, way.visited)
        track.evidence = {
            "visits": [visit], "authorised": self._authorise(track, way), "comparisons": [self._compare(track, way)],
            "category": case.category, "risks": list(case.risks),
        }  # fmt: skip
        track.step(Act.FINISH_CHECKING, way.checked, village)
        if way.sent_back:
            track.step(Act.SEND_BACK, way.sent_back, village, reason=track.dice.of(words()["send_backs"]))
            track.step(Act.FINISH_CHECKING, way.studied, village)
        planned = plan_measures(book, track, way.studied)
        track.evidence["measures"] = [p.number for p in planned]
        track.step(Act.PASS_STUDY, way.studied, village)
        self._second_visit(track, way, stage, answers, checkers[0])
        self._chain(stage, village, town, county)
        case.enrolled_on, case.decision_number = way.decided, book.numbers[way.decided]
        self._enter(past, track, way, town)
        return planned, needs

    def _enter(self, past: Past, track: Track, way: Way, town: Seat) -> None:
        """Announced and entered, as far as that has come: without the national number nothing is entered."""
        if way.announced > self.book.today or (past.announced_only and past.home.eliminated_on is None):
            return
        track.step(Act.ANNOUNCE, way.announced, town, decision_number=track.case.decision_number)
        if way.entered > self.book.today or not past.home.national_number:
            return
        track.case.national_number = past.home.national_number
        track.step(Act.ENTER, way.entered, town, national_number=track.case.national_number)

    def _chain(self, stage: Stage, village: Seat, town: Seat, county: Seat) -> None:
        """Appraisal, notice, town, county: the same for both ways, as far as it has come."""
        track, way, today = stage.track, stage.way, self.book.today
        if way.appraised > today:
            return
        stage.appraisal = self.gatherings.appraise(track, way)
        track.step(Act.PASS_APPRAISAL, way.appraised, village, meetings=[stage.appraisal.number])
        stage.poster = self.gatherings.post(track, way)
        if way.noticed > today:
            return
        objections = [self.gatherings.objection(track, way, stage.poster)] if way.stopped else []
        track.step(Act.END_NOTICE, way.noticed, village, notices=[stage.poster.number], objections=objections)
        if way.reviewed > today:
            return
        track.step(Act.APPROVE, way.reviewed, town, meetings=[self.gatherings.review(track, way).number])
        if way.decided > today:
            return
        number = self.book.numbers[way.decided]
        meeting = self.gatherings.decide(track, way).number
        track.step(Act.DECIDE, way.decided, county, meetings=[meeting], decision_number=number)

    def _authorise(self, track: Track, way: Way) -> list[int]:
        """Promise and authorisation of everybody of full age on the day, those away working by a link or on paper."""
        people = []
        for member in track.home.adults(way.checked):
            away = member.works and track.dice.chance(AWAY)
            how = {"link": 7, "paper": 3} if away else {"finger": 5, "fingerprint": 4, "paper": 1}
            on = way.visited if not away else min(way.checked, way.visited + timedelta(days=1))
            old = not away and member.age(on) > 68 and track.dice.chance(0.25)
            self.book.add(
                Authorisation, case_id=track.number, round=1, person_id=member.person,
                way="fingerprint" if old else track.dice.weighted(how), on=on, recorded_at=moment(on),
                written_by=self._seats(track)[0].name if old else "", read_out=old,
                post_title=self._seats(track)[0].title,
            )  # fmt: skip
            people.append(member.person)
        return sorted(people)

    def _compare(self, track: Track, way: Way) -> int:
        """The comparison, each hit that was known by then explained."""
        town = self._seats(track)[1]
        number = self.book.add(
            Comparison, case_id=track.number, round=1, as_of=way.compared, returned_at=moment(way.compared, AT_NINE),
            sources=sources_on(way.compared), post_title=town.title,
        )  # fmt: skip
        for member in track.home.present(way.compared):
            for hit in self.hits.get(member.person, ()):
                if hit.known_on <= way.compared:
                    self.book.add(
                        ComparisonHit, comparison_id=number, person_id=hit.person, kind=hit.kind, sentence=hit.sentence,
                        department=hit.department, delivery=hit.delivery, row_no=hit.row_no,
                        explanation=explained(track.dice, hit), explained_by=self._seats(track)[0].title,
                        explained_at=moment(way.checked),
                    )  # fmt: skip
        return number

    def _second_visit(self, track: Track, way: Way, stage: Stage, answers: Answers, seat: Seat) -> None:
        """Somebody went again after the appraisal: the record then shows minutes before the visit."""
        if way.second_visit is None:
            return
        again = replace(answers, visited_on=way.second_visit, reason=words()["second_visit"])
        track.evidence["visits"] = [*track.evidence["visits"], self._visit(track, again, seat, 1)]
        stage.visited_on, stage.visit_photos = way.second_visit, 1

    def _assist(self, past: Past, track: Track, planned: list[Any]) -> Way | None:
        """Deliveries, and the way to elimination where it was begun."""
        home, book, case = past.home, self.book, track.case
        way = None
        if home.eliminated_on is not None:
            way = elimination(track.dice, case.village, case.town, home.eliminated_on, home.enrolled_on)
        elif past.under_way is not None:
            way = elimination_under_way(track.dice, case.village, case.town, past.under_way, book.today)
        land_measures(book, track, planned, until=way.began if way else book.today, none=past.none_landed)
        return way

    def _eliminate(self, past: Past, track: Track, way: Way) -> None:
        book, home, case = self.book, past.home, track.case
        village, town, county = self._seats(track)
        case.exit_on = way.began
        track.evidence = {"measures": track.evidence["measures"], "category": case.category, "risks": list(case.risks)}
        track.step(Act.PROPOSE_EXIT, way.began, village)
        if way.visited > book.today:
            return
        checkers = (book.roster.contact(case.village), village)
        stage = Stage(track, way, way.visited, 0 if track.dice.chance(NO_PHOTO) else 1)
        past.stages.append(stage)
        answers = check_before_elimination(track.dice, home, way.visited, checkers)
        track.evidence["visits"] = [self._visit(track, answers, checkers[0], stage.visit_photos)]
        track.step(Act.FINISH_CHECKING, way.checked, village)
        self._chain(stage, village, town, county)
        if way.decided > book.today:
            return
        case.eliminated_on, case.elimination_way = way.decided, home.way
        case.exit_decision_number = book.numbers[way.decided]
        if way.announced <= book.today and not past.announced_only:
            track.step(Act.ANNOUNCE, way.announced, town, decision_number=case.exit_decision_number)

    def _visit_later(self, past: Past, track: Track, ended: Way | None) -> None:
        """Follow-ups while assisted, tracking afterwards."""
        book, home, dice = self.book, past.home, track.dice
        until = (ended.began if ended else book.today) - timedelta(days=1)
        seat = book.roster.contact(track.case.village)
        on = home.enrolled_on + timedelta(days=dice.between(20, 60))
        while on <= until:
            better = ended is not None and (until - on).days < 120
            answers = later_visit(dice, home, on, "follow_up", seat, better=better)
            self._visit(track, answers, seat, int(dice.chance(0.6)))
            on += timedelta(days=dice.between(*FOLLOW_UPS))
        if home.eliminated_on is None:
            return
        on = home.eliminated_on + timedelta(days=dice.between(*TRACKING))
        while on <= book.today:
            self._visit(track, later_visit(dice, home, on, "tracking", seat, better=True), seat, int(dice.chance(0.5)))
            on += timedelta(days=dice.between(*TRACKING))

    def _visit(self, track: Track, answers: Answers, seat: Seat, photos: int) -> int:
        book, on = self.book, answers.visited_on
        row = visit_row(answers, track.home, track.number, seat, photos=photos, recorded=book.recorded(track.dice, on))
        number = book.add(Visit, **row)
        subject = f"visit:{number}"
        if photos:
            book.album.photo(subject, "photo", on, seat.pk, track.dice, track.home.position)
        book.album.signature(subject, answers.signed_how, on, seat.pk)
        return number

    def _seats(self, track: Track) -> tuple[Seat, Seat, Seat]:
        roster, case = self.book.roster, track.case
        return roster.cadre(case.village), roster.of_town(case.town), roster.of_county()


def _regime(home: Home) -> Regime:
    """The regime of the day of enrolment; the first one for those enrolled before it began."""
    regimes = list(load_regimes().values())
    return next((regime for regime in regimes if regime.holds_on(home.enrolled_on)), regimes[0])


def _codes(dice: Dice, home: Home) -> tuple[str, ...]:
    """The risks' codes; a natural disaster is told by its kind."""
    titles = [title.replace("(", "（").replace(")", "）") for title in home.risks]
    named = [dice.weighted(words()["natural_disasters"]) if t == NATURAL else t for t in titles]
    return risk_codes(named) or ("99",)
