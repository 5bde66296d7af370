"""The policy values that reports are received by, as they hold on a day."""

from datetime import date

from sangesan.amendments.queries import parameter_book, parameter_number


def figure(name: str, on: date) -> int:
    """A figure of policy/data/parameters/self_reports.yaml, without its prefix, as the county has it on a day."""
    return parameter_number(f"self_report_{name}", on)


def public_phones(on: date) -> dict[str, str]:
    """The phone lines that anybody may call: title by number, in the order in which they are named."""
    book, found = parameter_book(), {}
    for name in ("advice_line", "service_line"):
        value = book.value(f"self_report_{name}", on)
        if value:
            found[str(value.value)] = book.parameter(f"self_report_{name}").title
    return found
