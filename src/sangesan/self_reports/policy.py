"""The policy values that reports are received by, as they hold on a day."""

from datetime import date

from sangesan.amendments.queries import parameter_book

FALLBACKS = {
    "accept_days": 2,
    "reason_days": 5,
    "supervised_days": 15,
    "child_age": 16,
    "most_per_address": 30,
    "most_per_phone": 5,
    "most_per_village": 80,
    "wrong_tries": 5,
    "wrong_tries_per_address": 30,
    "wait_minutes": 15,
    "draft_hours": 24,
}


def figure(name: str, on: date) -> int:
    """A figure of policy/data/parameters/self_reports.yaml, without its prefix, as the county has it on a day."""
    value = parameter_book().value(f"self_report_{name}", on)
    return int(value.value) if value else FALLBACKS[name]


def public_phones(on: date) -> dict[str, str]:
    """The phone lines that anybody may call: title by number, in the order in which they are named."""
    book, found = parameter_book(), {}
    for name in ("advice_line", "service_line"):
        value = book.value(f"self_report_{name}", on)
        if value:
            found[str(value.value)] = book.parameter(f"self_report_{name}").title
    return found
