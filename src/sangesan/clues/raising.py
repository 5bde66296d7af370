"""A clue that somebody saw: opened, or joined to the live one of the same household (or place) and risk.

What rules find comes in by `refreshing`; this is the door of the other lines: patrols, people's own reports, alerts,
supervision. Called by the slices above inside their own act, or by itself.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_number
from sangesan.clues.domain import LIVE, State, channels
from sangesan.clues.models import Clue, Scope, Sighting
from sangesan.clues.refreshing import VISIT_DAYS, scopes_of
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.models import County
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY, visible_households
from sangesan.responsibility.telling import tell_other_line

SHORTEST_WORDS = 4  # characters; fewer say nothing that a visitor could look for


@dataclass(frozen=True)
class Raised:
    """The live clue, and whether it was there before (joined) or already knew this source (repeated)."""

    clue: Clue
    joined: bool
    repeated: bool = False


def raise_clue(
    *,
    post: Post,
    household_id: int | None,
    division: str = "",
    risk: str,
    channel: str,
    words: str,
    source: str,
    seen_on: date,
    event_on: date | None = None,
    now: datetime,
    today: date,
) -> Raised:
    """Opens a clue or adds a sighting to the live one. division: of a clue about a place, without a household.

    source: the record it comes from ("entry:3"); the same source again changes nothing. event_on: when the thing
    happened, if known. Raises Refusal for what is not in order, NotAllowed outside the post's reach.
    """
    require(post, "clues.raise")
    _in_order(risk=risk, channel=channel, words=words, seen_on=seen_on, event_on=event_on, today=today)
    on = f"household:{household_id}" if household_id else f"division:{division}"
    with acting(post, "clues.raise", on=on, reason=words.strip()[:200]) as act:
        County.objects.select_for_update().first()  # two at once wait for one another, as with the nightly hits
        home = _home(post, household_id) if household_id else None
        if home is None and not _reaches(post, division):
            raise NotAllowed("这个地方不在您的管理范围内", remedy="请从您的村、社区进入")
        live = Clue.objects.filter(state__in=LIVE, risk=risk)
        clue = (live.filter(household=home) if home else live.filter(household=None, division=division)).first()
        joined = clue is not None
        if clue is None:
            clue = _open(home, division, risk, channel, words, now=now, today=today)
        _sighting, new = Sighting.objects.get_or_create(
            clue=clue,
            source=source,
            defaults={
                "channel": channel,
                "words": words.strip()[:500],
                "seen_on": seen_on,
                "event_on": event_on,
                "post": post.pk,
                "post_title": post.title,
                "recorded_at": now,
            },
        )
        if new:
            _tell_event(clue, event_on)
        if joined and new:
            clue.row_version += 1
            clue.save(update_fields=["row_version"])
        act.detail = {"clue": clue.pk, "channel": channel, "source": source, "joined": joined}
    return Raised(clue, joined, repeated=joined and not new)


def _in_order(*, risk: str, channel: str, words: str, seen_on: date, event_on: date | None, today: date) -> None:
    if risk not in RISK_TYPES:
        raise Refusal("没有选风险类型", place="风险类型", remedy="请选一项；说不清的选“其他”并写明情况")
    if channel not in channels():
        raise Refusal(f"没有“{channel}”这个渠道", place="渠道", remedy="渠道见 clues/channels.yaml")
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写清看到了什么", place="情况", remedy="请用一句话写明，如“父亲上周住院，已自付两万多元”")
    if seen_on > today or (event_on is not None and event_on > today):
        raise Refusal("日期晚于今天", place="日期", remedy=f"请填 {today.isoformat()} 或更早的日期")


def _tell_event(clue: Clue, day: date | None) -> None:
    """The clue keeps the earliest day of the thing; a day after the clue came up is of something that came to it later."""
    if day is not None and day <= clue.opened_on and (clue.event_on is None or day < clue.event_on):
        clue.event_on = day
        clue.save(update_fields=["event_on"])


def _home(post: Post, household_id: int) -> Household:
    home = visible_households(post).filter(pk=household_id).first()
    if home is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    return home


def _reaches(post: Post, division: str) -> bool:
    places = tree()
    if division not in places.levels:
        return False
    return post.role in WHOLE_COUNTY or post.division in places.path(division)


def _open(
    home: Household | None, division: str, risk: str, channel: str, words: str, *, now: datetime, today: date
) -> Clue:
    """A new clue with its lists' rows; the other line of a relocated household is told at once."""
    places = tree()
    where = home.residence if home else division
    clue = Clue.objects.create(
        household=home,
        division=where,
        town=places.town_of(where) if places.levels.get(where) != "county" else "",
        grid=home.grid if home else "",
        risk=risk,
        channel=channel,
        state=State.OPEN,
        headline=words.strip()[:300],
        opened_on=today,
        due_on=today + timedelta(days=parameter_number(VISIT_DAYS, today)),
    )
    Scope.objects.bulk_create(
        Scope(clue=clue, scope=scope, state=clue.state, due_on=clue.due_on) for scope in scopes_of(clue, places)
    )
    if home is not None:
        tell_other_line([(home, f"clue:{clue.pk}", clue.headline)], now=now, today=today)
    return clue
