"""The monthly bulletin: closed months, one month's tables with the list behind every number, sheets, good practice."""

from collections.abc import Sequence
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.dispatch.month_bulletin import withdraw_practice, write_practice
from sangesan.dispatch.month_page import PageTable, UnitRow, month_page, months, sheet_file
from sangesan.dispatch.queries import rhythm, snapshot
from sangesan.dispatch.rhythm_tasks import ask_for_month
from sangesan.files.attaching import content
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import Unit, departments, towns, unit_of_division, unit_of_post
from sangesan.regions.queries import today, tree
from sangesan.web.figure_links import figure_address
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.submissions import submission_of


@guarded("dispatch.see")
def month_list(request: Request) -> HttpResponse:
    """Closed months with their documents, and when the last one is closed."""
    last = Month.of(today()).plus(-1)
    context = {
        "rows": [(row, document, Month.parse(row.period)) for row, document in months(request.post)],
        "last": last,
        "closes_on": rhythm().closing_day(last),
        "closed": snapshot(last) is not None,
        "may_close": reachable(request, "dispatch.close"),
        "section": "months",
    }
    return render(request, "web/dispatch/months.html", context)


@guarded("dispatch.see")
def month(request: Request, period: str) -> HttpResponse:
    """One month."""
    return _show(request, Month.parse(period))


@guarded("dispatch.close", ("POST",))
def month_make(request: Request) -> HttpResponse:
    """Asks for a month's bulletin; its progress is watched, and it can be stopped, on the job's page."""
    run = ask_for_month(post=request.post, month=Month.parse(request.POST.get("month", "")), now=timezone.now())
    return redirect("job", run.pk)


@guarded("dispatch.see")
def month_sheet(request: Request, period: str, unit: str, kind: str) -> FileResponse:
    """A unit's sheet."""
    one = sheet_file(request.post, Month.parse(period), unit, kind)
    return FileResponse(BytesIO(content(one)), as_attachment=True, filename=one.name, content_type=one.content_type)


@guarded("dispatch.meet", ("POST",))
def month_practice(request: Request, period: str) -> HttpResponse:
    """Good practice: written, or taken back."""
    given, one = request.POST, Month.parse(period)
    try:
        if given.get("withdraw", "").isdecimal():
            withdraw_practice(post=request.post, practice_id=int(given["withdraw"]))
        else:
            write_practice(
                post=request.post, month=one, unit_key=given.get("unit", ""), words=given.get("words", ""),
                submission=submission_of(given), now=timezone.now(),
            )  # fmt: skip
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, one, refusal)
    messages.success(request, _("已保存。通报还没有签发的，请重新起草后写入"))
    return redirect("month", period)


def _show(request: Request, one: Month, refusal: Refusal | None = None) -> HttpResponse:
    page, own = month_page(request.post, one, today()), _own(request)
    context = {
        "page": page,
        "tables": [_linked(table, str(one)) for table in page.tables],
        "own": own,
        "own_lines": _own_lines(page.tables, own.key, str(one)) if own else [],
        "may_write": reachable(request, "dispatch.meet"),
        "may_close": reachable(request, "dispatch.close"),
        "units": [*towns(), *departments()] if reachable(request, "dispatch.meet") else [],
        "given": request.POST,
        "refusal": refusal,
        "section": "months",
    }
    return render(request, "web/dispatch/month.html", context, status=400 if refusal else 200)


def _linked(table: PageTable, period: str) -> dict[str, object]:
    """A table with the address of the list behind each number that the reader may open."""
    rows = [*table.rows, *([table.whole] if table.whole else [])]
    return {
        "layout": table.layout,
        "figures": table.figures,
        "rows": [(row, _cells(row, period)) for row in rows],
        "nothing": not any(cell.value.numerator or cell.value.denominator for row in rows for cell in row.cells),
    }


def _own(request: Request) -> Unit | None:
    """The unit whose figures a reader looks for first: a department, a town, a village's town; None for all others."""
    unit = unit_of_post(request.post)
    if unit is not None and unit.kind == "village":
        return unit_of_division(tree().town_of(unit.code))
    return unit if unit is not None and unit.kind in {"town", "department"} else None


def _own_lines(tables: Sequence[PageTable], key: str, period: str) -> list[tuple[object, object, str]]:
    """(figure, cell, address of its list) of one unit over all tables, each figure once."""
    found: dict[str, tuple[object, object, str]] = {}
    for table in tables:
        for row in table.rows:
            if row.unit == key:
                for one, (cell, address) in zip(table.figures, _cells(row, period), strict=True):
                    found.setdefault(one.code, (one, cell, address))
    return list(found.values())


def _cells(row: UnitRow, period: str) -> list[tuple[object, str]]:
    return [
        (cell, figure_address(cell.value.figure.code, cell.key, period) if cell.opens else "") for cell in row.cells
    ]
