"""The demonstration's self-reports and supervision tickets of the last year: behind the cases that began by them, beside
clues that departments had raised before, found harmless, and those of the last days that wait for somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db import transaction

from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case
from sangesan.cases.states import ENDED
from sangesan.cases.states import State as CaseState
from sangesan.clues.domain import LIVE, State
from sangesan.clues.models import Clue, Scope, Sighting
from sangesan.clues.refreshing import scopes_of
from sangesan.demo.chance import generator
from sangesan.demo.histories.rows import Rows
from sangesan.demo.self_report_words import SEED, Heads, beep, stranger_number, words
from sangesan.files.attaching import attach
from sangesan.files.models import StoredFile
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import CHINA, tree
from sangesan.registry.models import Household
from sangesan.self_reports.contents import Content, identity_index, seal_content, seal_note
from sangesan.self_reports.domain import TAKEN_BY_PERSON, WAYS, Way, receipt_of
from sangesan.self_reports.domain import State as Stand
from sangesan.self_reports.models import Report, Ticket
from sangesan.visits.domain import Conclusion
from sangesan.visits.models import Visit

COUNTY_SIZE = 83_056
FROM_CASES, HARMLESS, JOINED, FRESH, WAITING = 210, 150, 70, 30, 24  # of a whole county
DAYS_BACK, VISIT_DAYS, ACCEPT_DAYS = 365, 3, 2
WAY_WEIGHTS = {Way.QR: 46, Way.WINDOW: 24, Way.PHONE: 17, Way.PROXY: 13}
VOICES = 5

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Told:
    """One report to be written. came: the day; clue: None where it waits."""

    household: Household
    risk: str
    came: date
    stand: Stand
    clue: Clue | None = None
    joined: bool = False
    confirmed: bool = True
    answer: str = ""
    answered: date | None = None
    head_name: str = ""
    child: bool = False
    stranger: bool = False


def write_self_reports(*, today: date, progress: Progress) -> None:
    """Reports, their clues and sightings; nothing where it has been done before."""
    if Report.objects.exists():
        return
    share = Household.objects.count() / COUNTY_SIZE
    rng = generator(SEED, "self reports")
    with transaction.atomic():
        told = [*_of_cases(today, share), *_beside_clues(rng, today, share)]
        told += _on_free_households(rng, today, share)
        _keep(rng, told)
        from_tickets = _raised_by_tickets(rng, today, share)
    progress(1, 1, f"{len(told)} 件自主申报，{from_tickets} 件监督渠道来件")


def _some(whole: int, share: float, least: int = 2) -> int:
    return max(least, round(whole * share))


def _of_cases(today: date, share: float) -> Iterator[Told]:
    """The report with which a case of the last year began, and its clue as it stands now."""
    began = today - timedelta(days=DAYS_BACK)
    cases = Case.objects.filter(channel="SELF", began_on__gte=began).exclude(
        pk__in=Clue.objects.filter(case__isnull=False).values("case")
    )
    chosen = list(cases.select_related("household").order_by("-began_on", "pk")[: _some(FROM_CASES, share)])
    taken = set(Clue.objects.filter(state__in=LIVE).values_list("household", "risk"))
    chosen = [c for c in chosen if (c.household_id, _risk(c)) not in taken]
    over = {*ENDED, CaseState.TRACKED}
    clues = _clues([(c.household, _risk(c), c.began_on, State.SETTLED if c.state in over else State.TAKEN, c.pk) for c in chosen])
    for case, clue in zip(chosen, clues, strict=True):
        refused = case.state == CaseState.NOT_QUALIFIED
        yield Told(
            case.household, clue.risk, clue.opened_on - timedelta(days=1), Stand.ANSWERED if refused else Stand.SENT, clue,
            answer="above" if refused else "", answered=case.step_on if refused else None,
        )  # fmt: skip


def _beside_clues(rng: np.random.Generator, today: date, share: float) -> Iterator[Told]:
    """What households said themselves of things that departments' data had shown before."""
    live = Clue.objects.filter(state=State.OPEN, channel="DEPT", household__isnull=False, risk__in=words()["said"])
    chosen = list(live.select_related("household").order_by("pk")[: 20 * _some(JOINED, share)])
    picked = rng.permutation(len(chosen))[: _some(JOINED, share)]
    for clue in (chosen[int(n)] for n in picked):
        came = max(clue.opened_on, today - timedelta(days=int(rng.integers(0, 20))))
        if clue.household is not None:
            yield Told(clue.household, clue.risk, came, Stand.SENT, clue, joined=True, confirmed=bool(rng.random() < 0.7))


def _on_free_households(rng: np.random.Generator, today: date, share: float) -> Iterator[Told]:
    busy = set(Clue.objects.values_list("household", flat=True)) | set(Case.objects.values_list("household", flat=True))
    free = [pk for pk in Household.objects.order_by("pk").values_list("pk", flat=True) if pk not in busy]
    wanted = [_some(HARMLESS, share), _some(FRESH, share), _some(WAITING, share, 6)]
    numbers = [int(n) for n in rng.choice(free, size=min(len(free), sum(wanted)), replace=False)]
    homes = Household.objects.in_bulk(numbers)
    rows = [homes[n] for n in numbers]
    yield from _harmless(rng, rows[: wanted[0]], today)
    yield from _fresh(rng, rows[wanted[0] : wanted[0] + wanted[1]], today)
    yield from _waiting(rng, rows[wanted[0] + wanted[1] :], today)


def _harmless(rng: np.random.Generator, homes: Sequence[Household], today: date) -> Iterator[Told]:
    machine, visits, made = system_post(), Rows(Visit), []
    for home in homes:
        came = today - timedelta(days=int(rng.integers(6, DAYS_BACK)))
        on = came + timedelta(days=int(rng.integers(1, VISIT_DAYS + 1)))
        visit = visits.add(
            household_id=home.pk, purposes=["clue"], visited_on=on, conclusion=str(Conclusion.NO_RISK),
            reason=_of(rng, words()["results"]), post=machine.pk, post_title=machine.title,
            post_division=home.residence, recorded_at=_at(on),
        )  # fmt: skip
        made.append((home, _any_risk(rng), came + timedelta(days=1), visit, on))
    visits.insert()
    clues = _clues([(home, risk, opened, State.CLEARED, None) for home, risk, opened, _, _ in made])
    for clue, (home, risk, opened, visit, on) in zip(clues, made, strict=True):
        Clue.objects.filter(pk=clue.pk).update(visit=visit, visited_on=on)
        clue.visited_on = on
        open_still = (today - on).days < 9 and rng.random() < 0.5
        told = on + timedelta(days=int(rng.integers(1, 6)))
        yield Told(
            home, risk, opened - timedelta(days=1), Stand.SENT if open_still else Stand.ANSWERED, clue,
            answer="" if open_still else _of(rng, ["no_risk", "helped", "above"]),
            answered=None if open_still else min(told, today),
        )  # fmt: skip


def _fresh(rng: np.random.Generator, homes: Sequence[Household], today: date) -> Iterator[Told]:
    days = [today - timedelta(days=int(rng.integers(0, VISIT_DAYS))) for _ in homes]
    clues = _clues([(home, _any_risk(rng), day, State.OPEN, None) for home, day in zip(homes, days, strict=True)])
    for home, day, clue in zip(homes, days, clues, strict=True):
        yield Told(home, clue.risk, day, Stand.SENT, clue, confirmed=bool(rng.random() < 0.6))


def _waiting(rng: np.random.Generator, homes: Sequence[Household], today: date) -> Iterator[Told]:
    """Doubtful ones, people nobody knows, a child; a few past their day."""
    for n, home in enumerate(homes):
        came = today - timedelta(days=(0, 1, 0, 2, 4)[n % 5])
        risk, name = _any_risk(rng), _of(rng, words()["strangers"])
        if n % 9 == 4:
            yield Told(home, risk, came, Stand.CHILD, child=True)
        elif n % 3 == 1:
            yield Told(home, risk, came, Stand.UNREGISTERED, head_name=name, stranger=True)
        else:
            yield Told(home, risk, came, Stand.DOUBTFUL, head_name=name if n % 2 else "", stranger=n % 2 == 0)


def _keep(rng: np.random.Generator, told: Sequence[Told]) -> None:
    """The reports' rows, the clues' sightings, a few recordings."""
    heads, machine = Heads.of([one.household.pk for one in told]), system_post()
    nines = rng.choice(10**9 - 1, size=len(told), replace=False)
    rows = [_row(rng, one, receipt_of(int(nine)), heads) for one, nine in zip(told, nines, strict=True)]
    rows = Report.objects.bulk_create(sorted(rows, key=lambda row: row.received_at), batch_size=500)
    Sighting.objects.bulk_create(
        [
            Sighting(
                clue_id=row.clue_id, channel="SELF", source=f"self_report:{row.pk}",
                words=f"{WAYS[Way(row.way)]}申报：{RISK_TYPES[row.risk]}（原话见线索页）", seen_on=row.received_on,
                post=machine.pk, post_title=machine.title, recorded_at=row.received_at,
            )
            for row in rows
            if row.clue_id
        ],
        batch_size=500,
    )  # fmt: skip
    for row in [row for row in rows[::-1] if row.way == Way.QR][:VOICES]:
        attach(
            beep(), name="录音", subject=f"self_report:{row.pk}", role="voice", kind=StoredFile.Kind.VOICE,
            added_by=machine.pk, now=row.received_at,
        )  # fmt: skip


def _row(rng: np.random.Generator, one: Told, receipt: str, heads: Heads) -> Report:
    home, ways = one.household, list(WAY_WEIGHTS)
    weights = np.array([WAY_WEIGHTS[way] for way in ways], dtype=float)
    way = Way.QR if one.child else ways[int(rng.choice(len(ways), p=weights / weights.sum()))]
    proxy = way == Way.PROXY
    number = stranger_number(rng) if one.stranger else heads.number(home.pk) or stranger_number(rng)
    content = Content(
        head_name=one.head_name or home.head_name,
        phone=heads.phone(home.pk) or heads.any_phone(rng),
        identity=number,
        words=_of(rng, words()["said"].get(one.risk, words()["said"]["99"])),
        proxy_name=_of(rng, words()["strangers"]) if proxy else "",
        proxy_phone=heads.any_phone(rng) if proxy else "",
        proxy_relation=_of(rng, words()["proxies"]) if proxy else "",
    )
    accepted = one.came + timedelta(days=ACCEPT_DAYS)
    sent_on = min(max(one.came, one.clue.opened_on), accepted) if one.clue else None
    return Report(
        receipt=receipt, way=way, state=one.stand, risk=one.risk, division=home.residence, town=home.residence_town,
        grid=home.grid, chosen=home.grid or home.residence, content_sealed=seal_content(content),
        identity_index=identity_index(number), child=one.child, household=home if one.clue else None,
        candidates=[home.pk] if one.stand in {Stand.DOUBTFUL, Stand.CHILD} else [], clue=one.clue, joined=one.joined,
        received_at=_at(one.came), received_on=one.came, due_on=one.came + timedelta(days=ACCEPT_DAYS),
        sent_on=sent_on, confirmed_on=sent_on if one.confirmed or way in TAKEN_BY_PERSON else None,
        answer=one.answer, answered_on=one.answered,
        note_sealed=seal_note(_of(rng, words()["notes"])) if one.answered else None,
    )  # fmt: skip


def _raised_by_tickets(rng: np.random.Generator, today: date, share: float) -> int:
    """Tickets behind the year's cases of those channels, and some that wait."""
    began = today - timedelta(days=DAYS_BACK)
    cases = Case.objects.filter(channel__in=["SUPERVISE", "PLATFORM"], began_on__gte=began)
    cases = cases.exclude(pk__in=Clue.objects.filter(case__isnull=False).values("case"))
    chosen = list(cases.select_related("household").order_by("-began_on", "pk")[: _some(60, share)])
    taken = set(Clue.objects.filter(state__in=LIVE).values_list("household", "risk"))
    chosen = [c for c in chosen if (c.household_id, _risk(c)) not in taken]
    over = {*ENDED, CaseState.TRACKED}
    clues = _clues(
        [(c.household, _risk(c), c.began_on, State.SETTLED if c.state in over else State.TAKEN, c.pk) for c in chosen],
        channels=[c.channel for c in chosen],
    )
    heads = Heads.of([case.household_id for case in chosen])
    made = [_ticket(rng, clue.household, clue, n, today, heads) for n, clue in enumerate(clues) if clue.household]
    loose = list(Household.objects.filter(self_reports=None, clues=None).order_by("-pk")[: _some(8, share)])
    made += [_ticket(rng, home, None, len(made) + n, today, heads) for n, home in enumerate(loose)]
    rows = Ticket.objects.bulk_create(sorted(made, key=lambda t: t.received_on), batch_size=500)
    machine = system_post()
    Sighting.objects.bulk_create(
        Sighting(
            clue_id=row.clue_id, channel="PLATFORM" if row.kind == Ticket.Kind.PLATFORM else "SUPERVISE",
            source=f"{'platform' if row.kind == Ticket.Kind.PLATFORM else 'supervision'}:{row.pk}",
            words=f"{Ticket.Kind(row.kind).label}：{RISK_TYPES[row.risk]}（原件见监督渠道登记）", seen_on=row.received_on,
            post=machine.pk, post_title=machine.title, recorded_at=row.recorded_at,
        )
        for row in rows
        if row.clue_id
    )  # fmt: skip
    return len(rows)


def _ticket(
    rng: np.random.Generator, home: Household, clue: Clue | None, n: int, today: date, heads: Heads
) -> Ticket:
    others = [kind for kind in Ticket.Kind if kind != Ticket.Kind.PLATFORM]
    kind = Ticket.Kind.PLATFORM if clue is not None and clue.channel == "PLATFORM" else others[n % len(others)]
    came = clue.opened_on if clue is not None else today - timedelta(days=int(rng.integers(1, 22)))
    due, machine = came + timedelta(days=15), system_post()
    answered = min(came + timedelta(days=int(rng.integers(4, 15))), today) if clue is not None and due < today else None
    risk = clue.risk if clue is not None else _any_risk(rng)
    return Ticket(
        kind=kind, number=f"{kind.upper()[:3]}-{came:%Y%m%d}-{n:03d}", risk=risk, division=home.residence,
        town=home.residence_town,
        content_sealed=seal_content(Content(home.head_name, heads.phone(home.pk), "", _of(rng, words()["tickets"][str(kind)]))),
        household=home if clue is not None else None, candidates=[] if clue is not None else [home.pk], clue=clue,
        received_on=came, due_on=due, answered_on=answered,
        answer_sealed=seal_note(_of(rng, words()["replies"])) if answered else None,
        post=machine.pk, post_title="县专班 数据专员", recorded_at=_at(came),
    )  # fmt: skip


def _clues(
    rows: Sequence[tuple[Household, str, date, State, int | None]], channels: Sequence[str] = ()
) -> list[Clue]:
    """(household, risk, day, state, case) as clues with the rows of their lists."""
    places = tree()
    clues = [
        Clue(
            household=home, division=home.residence, town=home.residence_town, grid=home.grid, risk=risk,
            channel=channels[n] if channels else "SELF", state=state, case=case, opened_on=day,
            headline=f"农户自主申报：{RISK_TYPES[risk]}（原话见线索页）" if not channels else f"监督渠道来件：{RISK_TYPES[risk]}",
            due_on=day + timedelta(days=VISIT_DAYS), visited_on=None,
        )
        for n, (home, risk, day, state, case) in enumerate(rows)
    ]  # fmt: skip
    Clue.objects.bulk_create(clues, batch_size=500)
    scopes = [Scope(clue=c, scope=s, state=c.state, due_on=c.due_on) for c in clues for s in scopes_of(c, places)]
    Scope.objects.bulk_create(scopes, batch_size=1000)
    return clues


def _risk(case: Case) -> str:
    return str(case.risks[0]) if case.risks and case.risks[0] in RISK_TYPES else "99"


def _any_risk(rng: np.random.Generator) -> str:
    return _of(rng, [risk for risk in words()["said"] if risk != "99"])


def _of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return str(choices[int(rng.integers(0, len(choices)))])


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 20), CHINA)
