"""The schedule that holds on a day: policy data, as the county has set it."""

import logging
from datetime import date

from sangesan.amendments.queries import parameter_book
from sangesan.kernel.refusal import Refusal
from sangesan.messages.domain import Schedule, parse_schedule
from sangesan.policy.parameters import ParameterBook, load_parameters

log = logging.getLogger(__name__)

PARAMETERS = {"quiet_from": "quiet_from", "quiet_to": "quiet_to", "digests": "digest_times", "waits": "retry_minutes"}


def schedule_on(day: date) -> Schedule:
    """What holds on a day; where the county's own values make no sense, what is shipped, and `fault_on` says so."""
    try:
        return _read(parameter_book(), day)
    except Refusal as refusal:
        log.warning("schedule of messages not readable, the shipped one is used: %s", refusal)
        return _read(load_parameters(), day)


def fault_on(day: date) -> Refusal | None:
    """What is wrong with the county's own values, for the page on which channels are set up; None where they are good."""
    try:
        _read(parameter_book(), day)
    except Refusal as refusal:
        return refusal
    return None


def _read(book: ParameterBook, day: date) -> Schedule:
    values = {}
    for name, code in PARAMETERS.items():
        value = book.value(code, day)
        if value is None:
            raise Refusal(f"参数 {code} 在 {day} 没有值", remedy="请在参数页面补上")
        values[name] = str(value.value)
    return parse_schedule(**values)
