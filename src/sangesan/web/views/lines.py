"""The lines of defence: which found what, how fast, which household was seen by whom first; the lists behind each number."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sangesan.clues.domain import STATES, State, channels
from sangesan.figures.actions import export_line_clues, export_line_households
from sangesan.figures.lines_clues import clue_numbers, clue_total, clues_by_number
from sangesan.figures.lines_domain import HOWS, definitions
from sangesan.figures.lines_households import household_figures, household_total, seen_households
from sangesan.figures.selecting import by_line
from sangesan.regions.queries import county, today, tree
from sangesan.web.clue_filters import places_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.labels import risk_titles
from sangesan.web.line_pages import CHANNEL, Asked, asked_of, line_page
from sangesan.web.paging import day_key_of
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download
from sangesan.web.views.clues import DEMONSTRATION

PAGE = 50


@guarded("clues.see")
def lines(request: Request) -> HttpResponse:
    """By line or channel and by place: the funnel, the days, who saw the confirmed households first."""
    asked = asked_of(request, today())
    context = _context(request, asked) | {"page": line_page(asked), "definitions": definitions().values()}
    return render(request, "web/lines/page.html", context)


@guarded("clues.see")
def line_summary(request: Request) -> HttpResponse:
    """The front page's part: this year's confirmed households by the line that saw them first."""
    asked = asked_of(request, today())
    keys = by_line()
    found = household_figures(asked.chosen, keys)
    rows = [(key, found.by_key[key.code], asked.link("line-households", key=key.code, how="first")) for key in keys]
    links = {"missed": asked.link("line-households", stand="missed", by=CHANNEL)}
    links["unknown"] = asked.link("line-households", stand="unknown")
    most = max((figures.first.households for _key, figures, _link in rows), default=0) or 1
    context = {"rows": rows, "found": found, "most": most, "links": links, "period": asked.chosen.period}
    return render(request, "web/lines/summary.html", context)


@guarded("clues.see")
def line_clues(request: Request) -> HttpResponse:
    """The clues behind a number, newest first."""
    asked, (key, step) = asked_of(request, today()), _step(request)
    numbers = clue_numbers(
        asked.chosen, step=step, among=_channels(asked, key), after=day_key_of(request), limit=PAGE + 1
    )
    shown = numbers[:PAGE]
    visited = dict(shown)
    rows = [(clue, visited[clue.pk]) for clue in clues_by_number([number for number, _day in shown])]
    following = f"{rows[-1][0].opened_on.isoformat()}.{rows[-1][0].pk}" if len(numbers) > PAGE else ""
    context = _context(request, asked) | {
        "rows": rows,
        "total": clue_total(asked.chosen, step=step, among=_channels(asked, key)),
        "next": following,
        "key": _key(asked, key),
        "figure": definitions().get(step),
        "step": step,
        "today": today(),
    }
    return render(request, "web/lines/clues.html", context)


@guarded("clues.export")
def line_clues_download(request: Request) -> FileResponse:
    """The same list as a workbook."""
    asked, (key, step) = asked_of(request, today()), _step(request)
    places, risks, kinds = tree(), risk_titles(), channels()
    rows = (
        (
            clue.household.head_name if clue.household else "",
            clue.household.code if clue.household else "",
            places.full_name(clue.division),
            risks.get(clue.risk, clue.risk),
            clue.headline,
            kinds[clue.channel].line,
            kinds[clue.channel].title,
            clue.event_on.isoformat() if clue.event_on else "",
            clue.opened_on.isoformat(),
            clue.due_on.isoformat(),
            visited.isoformat() if visited else "",
            STATES[State(clue.state)],
        )
        for clue, visited in export_line_clues(chosen=asked.chosen, step=step, among=_channels(asked, key))
    )
    headings = [
        "户主",
        "户编号",
        "居住地",
        "风险类型",
        "缘由",
        "防线",
        "渠道",
        "事发日期",
        "产生日期",
        "核查期限",
        "入户日期",
        "状态",
    ]
    return download(
        f"防线线索{today():%Y%m%d}", headings, rows, [10, 22, 24, 14, 60, 24, 14, 12, 12, 12, 12, 14], _note()
    )


@guarded("clues.see")
def line_households(request: Request) -> HttpResponse:
    """The confirmed households behind a number, with each line's first day."""
    asked, narrowed = asked_of(request, today()), _narrowed(request)
    found = seen_households(asked.chosen, asked.keys, **narrowed, after=day_key_of(request), limit=PAGE + 1)
    rows = found[:PAGE]
    following = f"{rows[-1].counted_on.isoformat()}.{rows[-1].household.pk}" if len(found) > PAGE else ""
    context = _context(request, asked) | {
        "rows": rows,
        "total": household_total(asked.chosen, asked.keys, **narrowed),
        "next": following,
        "key": _key(asked, narrowed["of_key"]),
        "figure": definitions().get(narrowed["how"] or narrowed["stand"] or "households"),
        "narrowed": narrowed,
    }
    return render(request, "web/lines/households.html", context)


@guarded("clues.export")
def line_households_download(request: Request) -> FileResponse:
    """The same list as a workbook: for each line the first day and the days after the first of all."""
    asked, places = asked_of(request, today()), tree()
    rows = (
        (
            one.household.head_name,
            one.household.code,
            places.full_name(one.household.residence),
            one.household.size,
            one.counted_on.isoformat(),
            *(value for seen in one.seen for value in (seen.on.isoformat() if seen.on else "未发现", seen.late)),
        )
        if one.known
        else (
            one.household.head_name,
            one.household.code,
            places.full_name(one.household.residence),
            one.household.size,
            one.counted_on.isoformat(),
            *(value for _seen in one.seen for value in ("没有记录", None)),
        )
        for one in export_line_households(chosen=asked.chosen, keys=asked.keys, **_narrowed(request))
    )
    of_keys = [heading for key in asked.keys for heading in (key.title, "晚几天")]
    headings = ["户主", "户编号", "居住地", "人数", "最先发现或纳入", *of_keys]
    widths = [10, 22, 24, 6, 14, *([22, 8] * len(asked.keys))]
    return download(f"谁先发现{today():%Y%m%d}", headings, rows, widths, _note())


def _context(request: Request, asked: Asked) -> dict[str, object]:
    places = tree()
    above = places.path(asked.chosen.place)[1:] if asked.chosen.place in places.levels else []
    return {
        "asked": asked,
        "period": asked.chosen.period,
        "by_channel": asked.by == CHANNEL,
        "whole": asked.chosen.today.replace(month=1, day=1),
        "day": asked.chosen.today,
        "places": places_of(request.post, places),
        "trail": [(places.names[code], asked.link("lines", place=code)) for code in above],
        "may_export": reachable(request, "clues.export"),
        "section": "lines",
        "hows": HOWS,
        "titles": {code: one.title for code, one in definitions().items()}
        | {"unvisited": _("未入户"), "late": _("超期")},
    }


def _step(request: Request) -> tuple[str, str]:
    """The key (line or channel, "" for all) and the step whose clues are asked for."""
    return request.GET.get("key", "")[:12], request.GET.get("step", "clues")[:12]


def _narrowed(request: Request) -> dict[str, str]:
    given = {"of_key": "key", "how": "how", "stand": "stand"}
    return {name: request.GET.get(field, "")[:12] for name, field in given.items()}


def _channels(asked: Asked, key: str) -> tuple[str, ...]:
    """The channels of a key; a code that is none matches nothing."""
    return next((one.channels for one in asked.keys if one.code == key), (key,) if key else ())


def _key(asked: Asked, key: str) -> str:
    return next((one.title for one in asked.keys if one.code == key), "")


def _note() -> str:
    return DEMONSTRATION if county().is_demonstration else ""
