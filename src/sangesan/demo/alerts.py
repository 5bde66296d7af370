"""The demonstration's alerts: a red one of August that was cancelled, an orange one of its day with an update.

CAP files are written to HOME/demo/alerts and taken in through the ordinary door, each at the hour it would have come.
They don't go into the feed that rules read: the county's screening of the day was made without them and must repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Avg, Count

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.alerts.damage import reports_between
from sangesan.alerts.dispatching import sources_of
from sangesan.alerts.models import Alert, Message
from sangesan.alerts.moment import county_now
from sangesan.alerts.taking import take_in
from sangesan.demo.facts_of_county import DATA
from sangesan.exchange.cap.elements import V12
from sangesan.patrols.actions import record_entry
from sangesan.patrols.grouping import make_key_groups
from sangesan.patrols.models import KeyGroup, Task
from sangesan.regions.outline import load_outline, outline
from sangesan.regions.queries import CHINA, county, tree
from sangesan.registry.models import Household, Residence

SENDER = "qxt@demo.invalid"
RED_DAYS_BACK = 16
HIT_WITHIN_DAYS, MOST_ASKED = 10, 900
RED_TOWNS, FIRST_TOWNS, THEN_TOWNS = 2, 4, 6
WALKED_OF_RED = 0.6
WALKED_TODAY = 45
GROWN_DEGREES = 0.012
Progress = Callable[[int, int, str], None]


def write_alerts(*, today: date, now: datetime, progress: Progress) -> None:
    """Writes the files and takes them in; done once, a second time changes nothing."""
    if not outline():
        load_outline(DATA / "boundary.geojson")
    if not KeyGroup.objects.exists():
        make_key_groups(post=system_post(), as_of=today, now=now)
    folder = Path(settings.HOME) / "demo" / "alerts"
    folder.mkdir(parents=True, exist_ok=True)
    towns = _towns()
    red = _at(today - timedelta(days=RED_DAYS_BACK), 19, 40)
    _red(folder, _hit_first(towns, red.date(), today)[:RED_TOWNS], red)
    progress(1, 3, "已解除的红色预警")
    alert = _orange(folder, towns, today)
    progress(2, 3, "当日的橙色预警")
    _walk(alert, today, now)
    progress(3, 3, "")


def _red(folder: Path, towns: Sequence[str], sent: datetime) -> None:
    over = sent + timedelta(hours=9, minutes=50)
    first = _file(folder, "01", _cap("R1", "Alert", sent, "红", towns, over + timedelta(hours=3)))
    alert = _take(first, sent + timedelta(minutes=4))
    tasks = Task.objects.filter(source__in=sources_of(alert), state=Task.State.OPEN).order_by("pk")
    done = list(tasks.values_list("pk", flat=True))[: int(tasks.count() * WALKED_OF_RED)]
    for start in range(0, len(done), 500):
        rows = Task.objects.filter(pk__in=done[start : start + 500])
        rows.update(state=Task.State.DONE, done_at=sent + timedelta(hours=4))
    last = _file(folder, "02", _cap("R2", "Cancel", over, "红", towns, over, refers=("R1", sent)))
    _take(last, over + timedelta(minutes=3))


def _orange(folder: Path, towns: Sequence[str], today: date) -> Alert:
    """Four towns at six, two more at half past nine."""
    first, then, ends = _at(today, 6, 0), _at(today, 9, 30), _at(today + timedelta(days=1), 8, 0)
    one = _file(folder, "03", _cap("O1", "Alert", first, "橙", towns[:FIRST_TOWNS], ends))
    two = _file(
        folder, "04", _cap("O2", "Update", then, "橙", towns[:THEN_TOWNS], ends, refers=("O1", first), still=True)
    )
    _take(one, first + timedelta(minutes=5))
    return _take(two, then + timedelta(minutes=5))


def _take(path: Path, now: datetime) -> Alert:
    taken = take_in(post=system_post(), data=path.read_bytes(), way=Message.Way.FOLDER, now=now, into_feed=False)
    return taken.alert


def _walk(alert: Alert, today: date, now: datetime) -> None:
    """Some of the households have been seen: by their grid worker, or the village where nobody holds the grid's post."""
    if Task.objects.filter(source__in=sources_of(alert), state=Task.State.DONE).exists():
        return
    posts = list(holding(today))
    by_grid = {p.grid: p for p in posts if p.role == Post.Role.GRID}
    by_village = {p.division: p for p in posts if p.role == Post.Role.VILLAGE}
    open_ones = Task.objects.filter(source__in=sources_of(alert), state=Task.State.OPEN).order_by("pk")
    every = max(1, open_ones.count() // WALKED_TODAY)
    for task in list(open_ones)[::every][:WALKED_TODAY]:
        post = by_grid.get(task.grid) or by_village.get(task.division)
        if post is not None:
            record_entry(
                post=post, household_id=task.household_id, result="same", on=today, words="已当面告知转移路线和责任人",
                tasks=(task.pk,), now=county_now(now), today=today,
            )  # fmt: skip


def _towns() -> list[str]:
    """The towns in order of their households, the third largest first: not always the same corner of lists."""
    rows = Household.objects.values_list("residence_town").annotate(n=Count("pk")).order_by("-n", "residence_town")
    codes = [code for code, _ in rows]
    return codes[2:] + codes[:2]


def _hit_first(towns: Sequence[str], first: date, last: date) -> list[str]:
    """The towns, those first in which the emergency department has most damage on these days: what was warned of came."""
    people = {row["person_no"] for row in reports_between(first, min(last, first + timedelta(days=HIT_WITHIN_DAYS)))}
    homes = Household.objects.filter(memberships__person__in=sorted(people)[:MOST_ASKED], memberships__valid_to=None)
    hits = dict(homes.values_list("residence_town").annotate(n=Count("pk", distinct=True)))
    return sorted(towns, key=lambda town: -hits.get(town, 0))


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), CHINA)


def _file(folder: Path, number: str, text: str) -> Path:
    path = folder / f"{number}.xml"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
    return path


def _cap(
    identifier: str,
    kind: str,
    sent: datetime,
    colour: str,
    towns: Sequence[str],
    expires: datetime,
    *,
    refers: tuple[str, datetime] | None = None,
    still: bool = False,
) -> str:
    """A message as the county's weather station would send it."""
    code, names = county().code, tree().names
    number = f"{code}41600000_{sent:%Y%m%d%H%M%S}_{identifier}"
    verb = "解除" if kind == "Cancel" else "继续发布" if still else "发布"
    headline = f"{county().name}气象台{verb}暴雨{colour}色预警信号"
    severity = {"红": "Extreme", "橙": "Severe"}[colour]
    earlier = ""
    if refers:
        earlier_number = f"{code}41600000_{refers[1]:%Y%m%d%H%M%S}_{refers[0]}"
        earlier = f"<references>{SENDER},{earlier_number},{refers[1].isoformat()}</references>"
    listed = "、".join(names[t] for t in towns)
    areas = "".join(f"<area><areaDesc>{escape(names[t])}</areaDesc>{_shape(t)}{_code(t)}</area>" for t in towns)
    words = (
        f"目前{listed}降雨已减弱，{headline}。"
        if kind == "Cancel"
        else f"预计未来6小时，{listed}有50毫米以上降雨，山洪、滑坡、泥石流风险高。"
    )
    response = "AllClear" if kind == "Cancel" else "Prepare"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="{V12}">
<identifier>{number}</identifier><sender>{SENDER}</sender><sent>{sent.isoformat()}</sent><status>Actual</status>
<msgType>{kind}</msgType><scope>Public</scope><note>演示数据，不是真实预警</note>{earlier}
<info><language>zh-CN</language><category>Met</category><event>暴雨</event><responseType>{response}</responseType>
<urgency>Immediate</urgency><severity>{severity}</severity><certainty>Likely</certainty>
<eventCode><valueName>国家预警信息发布事件代码</valueName><value>11B03</value></eventCode>
<effective>{sent.isoformat()}</effective><onset>{sent.isoformat()}</onset><expires>{expires.isoformat()}</expires>
<senderName>{escape(county().name)}气象台（演示）</senderName><headline>{escape(headline)}</headline>
<description>{escape(words)}</description>
<instruction>请转移危房和隐患点附近人员，不涉水过河，夜间安排专人值守。</instruction>{areas}</info>
</alert>
"""


def _code(town: str) -> str:
    return f"<geocode><valueName>统计用区划代码</valueName><value>{town}</value></geocode>"


def _shape(town: str) -> str:
    """The hull of where the town's households live, a little wider, as a polygon."""
    rows = Residence.objects.filter(valid_to=None, household__residence_town=town, longitude__isnull=False)
    points = [
        (float(x), float(y)) for _, x, y in rows.values_list("residence").annotate(Avg("longitude"), Avg("latitude"))
    ]
    ring = _hull([(x + dx, y + dy) for x, y in points for dx, dy in _AROUND])
    if not ring:
        return ""
    return f"<polygon>{' '.join(f'{y:.4f},{x:.4f}' for x, y in [*ring, ring[0]])}</polygon>"


_AROUND = [
    (a * GROWN_DEGREES, b * GROWN_DEGREES)
    for a, b in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))
]


def _hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The convex hull, by Andrew's monotone chain."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return []

    def half(along: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for x, y in along:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    return half(ordered) + half(ordered[::-1])
