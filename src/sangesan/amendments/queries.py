"""The parameters as the county has them: what is shipped, with its amendments laid over."""

from datetime import date, datetime

from sangesan.amendments.models import Amendment
from sangesan.policy.parameters import ParameterBook, ParameterValue, load_parameters


def parameter_book(known_at: datetime | None = None) -> ParameterBook:
    """The book with all amendments recorded by `known_at` (now when None)."""
    rows = Amendment.objects.order_by("id")
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return load_parameters().with_values(as_value(row) for row in rows)


def parameter_number(code: str, on: date) -> int:
    """A parameter's whole number on a day, in its unit, as the county has it; raises Refusal where there is none."""
    return parameter_book().number(code, on)


def parameter_text(code: str, on: date) -> str:
    """A parameter's words on a day, as the county has it; raises Refusal where there are none."""
    return parameter_book().text(code, on)


def amendments_of(parameter: str) -> list[Amendment]:
    """What the county has set for a parameter, newest first."""
    return list(Amendment.objects.filter(parameter=parameter).order_by("-id"))


def as_value(row: Amendment) -> ParameterValue:
    """An amendment as a parameter value."""
    return ParameterValue(
        code=row.parameter,
        value=row.value,
        unit=row.unit,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        document=row.document,
        demonstration_only=row.demonstration_only,
    )
