"""Printing leaflets, and counting to how many households they went: each round of the year reaches every household."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_number
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import load_parameters
from sangesan.regions.queries import county, tree
from sangesan.registry.models import Household
from sangesan.village_work.domain import check_handout
from sangesan.village_work.leaflet_facts import LEAFLETS, Facts, facts_of
from sangesan.village_work.leaflet_papers import Place, build
from sangesan.village_work.models import Edition, Handout, OfficePhone
from sangesan.village_work.periods import Cycle, Period, Unit, period_of
from sangesan.village_work.permissions import reached_village, villages_in, villages_of

ROUNDS = "leaflet_rounds"
HOW = {"door": "入户发放", "courtyard": "院落会议发放", "window": "窗口发放", "posted": "张贴、投放"}
FULL = 100  # percent

Address = Callable[[str], str]


@dataclass(frozen=True)
class Printed:
    """A produced leaflet."""

    data: bytes
    name: str
    content_type: str
    digest: str


@dataclass(frozen=True)
class Coverage:
    """How far a leaflet's round got in a village. households: who live there; copies: handed out in the round."""

    village: str
    households: int
    copies: Mapping[str, int]

    @property
    def percent(self) -> int:
        """Of the leaflet handed out least, at most 100."""
        if not self.households:
            return FULL
        least = min((self.copies.get(code, 0) for code in LEAFLETS), default=0)
        return min(FULL, least * FULL // self.households)


@dataclass(frozen=True)
class EditionState:
    """What became of an edition that somebody holds in his hands: its rows, and whether it is the present one."""

    editions: list[Edition]
    current: bool


def print_leaflet(
    *,
    post: Post,
    leaflet: str,
    village: str,
    kind: str,
    phones: Mapping[str, str],
    address: Address | None,
    today: date,
    now: datetime,
) -> Printed:
    """A village's leaflet with the day's policy. phones: title -> number, of the village's office and public lines;
    address: gives the village's self-report page, None where there is none. The edition is kept, so that an old one
    can be told.

    Raises Refusal for a leaflet or format there is not, NotAllowed outside the post's reach.
    """
    require(post, "village_work.see")
    reached_village(post, village)
    if leaflet not in LEAFLETS:
        raise Refusal("没有这张明白纸", remedy="请从明白纸页面选择")
    facts = facts_of(leaflet, today)
    with acting(post, "village_work.see", on=f"division:{village}") as act:
        edition = edition_of(facts, now)
        act.detail = {"leaflet": leaflet, "edition": edition.digest, "kind": kind}
    home, places = county(), tree()
    place = Place(
        name=places.full_name(village),
        county=home.name,
        phones=_in_order(phones, phones_for(village)),
        address=address(village) if address else "",
        demonstration=home.is_demonstration,
    )
    paper = build(facts, place)
    name = file_name(paper, kind).replace(f".{kind}", f" {places.names[village]}（{facts.digest}）.{kind}")
    return Printed(produce(paper, kind), name, CONTENT_TYPES.get(kind, ""), facts.digest)


def edition_of(facts: Facts, now: datetime) -> Edition:
    """The edition's row; made when a digest is seen for the first time."""
    row, _ = Edition.objects.get_or_create(
        leaflet=facts.leaflet,
        digest=facts.digest,
        defaults={"first_on": facts.day, "facts": dict(facts.policy), "recorded_at": now},
    )
    return row


def hand_out(
    *,
    post: Post,
    village: str,
    leaflet: str,
    digest: str,
    handed_on: date,
    copies: int | None,
    how: str,
    corrects: int | None = None,
    void: bool = False,
    submission: UUID,
    today: date,
    now: datetime,
) -> Handout:
    """Copies that went out; a correction takes the place of an earlier row (void: of one that should not have been).

    digest: of the edition handed out; "" the present one. Raises Refusal for what is not in order, NotAllowed.
    """
    require(post, "village_work.meet")
    reached_village(post, village)
    there = Handout.objects.filter(submission=submission, post=post.pk).first()
    if there is not None:
        return there
    with acting(post, "village_work.meet", on=f"division:{village}") as act:
        if leaflet not in LEAFLETS or how not in HOW:
            raise Refusal("没有选明白纸或发放方式", place="明白纸", remedy="请重选")
        before = _corrected(corrects, village)
        number = check_handout(handed_on=handed_on, copies=copies, today=today)
        row = Handout.objects.create(
            village=village,
            edition=_edition(leaflet, digest.strip().upper(), today, now),
            handed_on=handed_on,
            copies=number,
            how=how,
            corrects=before,
            void=void,
            submission=submission,
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        act.on = f"handout:{row.pk}"
        act.detail = {"village": village, "copies": number, "edition": row.edition.digest, "corrects": corrects, "void": void}
    return row


def set_phone(*, post: Post, division: str, number: str, now: datetime) -> OfficePhone:
    """The office phone of the county or a town as leaflets print it from now on; a village's own stands on its poster.

    Raises Refusal for what is no phone, NotAllowed for a place that is not the post's.
    """
    with acting(post, "village_work.assign", on=f"division:{division}") as act:
        if division not in phone_places(post):
            raise NotAllowed("没有这个地方，或不在您的管理范围内", remedy="请重选")
        text = number.strip()
        digits = "".join(ch for ch in text if ch.isdecimal())
        if not 5 <= len(digits) <= 12 or set(text) - set("0123456789-－ "):
            raise Refusal("电话号码不对", place="办公电话", remedy="请填固定电话，如 0900-1234567")
        row = OfficePhone.objects.create(division=division, number=text, post=post.pk, recorded_at=now)
        act.detail = {"division": division}
    return row


def phone_places(post: Post) -> list[str]:
    """The places whose office phone a post may set: the county its own and every town's, a town its own."""
    places = tree()
    if post.role == Post.Role.COUNTY:
        return [county().code, *places.towns()]
    return [post.division] if post.role == Post.Role.TOWN else []


def phones_for(village: str) -> dict[str, str]:
    """Office phones of a village's town and of the county, as far as they are set: title -> number."""
    places = tree()
    path = places.path(village)[::-1]
    rows = OfficePhone.objects.filter(division__in=path).order_by("id")
    known = {row.division: row.number for row in rows}
    titles = {"town": "镇政府", "county": "县专班"}
    return {titles[places.levels[code]]: known[code] for code in path if code in known and places.levels[code] in titles}


def office_phones(post: Post) -> list[tuple[str, str]]:
    """(place, number or "") of the places whose phone the post may set."""
    places = phone_places(post)
    known = {row.division: row.number for row in OfficePhone.objects.filter(division__in=places).order_by("id")}
    return [(code, known.get(code, "")) for code in places]


def _in_order(phones: Mapping[str, str], offices: Mapping[str, str]) -> dict[str, str]:
    """The nearest office first: the village's, its town's, the county's, then the public lines."""
    nearest = dict(list(phones.items())[:1])
    return nearest | dict(offices) | dict(phones)


def round_on(on: date) -> Period:
    """The round of the year in which a day lies."""
    rounds = parameter_number(ROUNDS, on)
    if rounds < 1 or 12 % rounds:  # an amendment that does not divide the year: what is shipped
        rounds = load_parameters().number(ROUNDS, on)
    return period_of(on, Cycle(Unit.MONTH, 12 // rounds))


def coverage(on: date, division: str = "", *, round_of: date | None = None) -> list[Coverage]:
    """How far the round has got in each village by `on` (round_of: a day of another round); least reached first.

    No check of reach: whoever shows it has made it.
    """
    villages, period = villages_in(division), round_on(round_of or on)
    rows = Handout.objects.filter(
        corrected_by=None, void=False, village__in=villages, handed_on__gte=period.start, handed_on__lte=min(on, period.end)
    )
    copies: dict[str, dict[str, int]] = {}
    for village, leaflet, total in rows.values_list("village", "edition__leaflet").annotate(n=Sum("copies")):
        copies.setdefault(village, {})[leaflet] = total
    homes = dict(
        Household.objects.filter(residence__in=villages).values_list("residence").annotate(n=Count("pk")).order_by()
    )
    found = [Coverage(village, homes.get(village, 0), copies.get(village, {})) for village in villages]
    return sorted(found, key=lambda one: (one.percent, one.village))


def handouts(post: Post, *, village: str = "", limit: int = 100) -> list[Handout]:
    """The newest hand-outs in the post's reach, as they count now."""
    reach = villages_of(require(post, "village_work.see"))
    rows = Handout.objects.filter(Q(village__in=[village] if village in reach else [] if village else reach))
    rows = rows.filter(corrected_by=None, void=False).select_related("edition")
    return list(rows.order_by("-handed_on", "-id")[:limit])


def look_up(digest: str, today: date) -> EditionState:
    """What is known of the version printed on a leaflet."""
    asked = digest.strip().upper()
    current = {facts_of(code, today).digest for code in LEAFLETS}
    return EditionState(list(Edition.objects.filter(digest=asked).order_by("leaflet")), asked in current)


def _edition(leaflet: str, digest: str, today: date, now: datetime) -> Edition:
    facts = facts_of(leaflet, today)
    if digest in {"", facts.digest}:
        return edition_of(facts, now)
    row = Edition.objects.filter(leaflet=leaflet, digest=digest).first()
    if row is None:
        raise Refusal(f"没有印过版本“{digest}”的这张明白纸", place="版本", remedy="版本号在明白纸的最下面；不清楚的留空")
    return row


def _corrected(number: int | None, village: str) -> Handout | None:
    if number is None:
        return None
    before = Handout.objects.select_for_update(of=("self",)).filter(pk=number, village=village).first()
    if before is None:
        raise NotAllowed("没有这条发放记录，或不在您的管理范围内", remedy="请从明白纸页面进入")
    if hasattr(before, "corrected_by"):
        raise Refusal("这条发放记录已经更正过", remedy="请更正最新的那一条")
    return before
