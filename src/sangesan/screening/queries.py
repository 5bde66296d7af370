"""Reading rules and runs."""

from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_book
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import Parameter, ParameterValue
from sangesan.screening.models import ScreeningRun
from sangesan.screening.reading import load_rules
from sangesan.screening.rules import Rule


@dataclass(frozen=True)
class RuleState:
    """A rule as a page shows it. missing: why it waited in the last run; hits: of the last run."""

    rule: Rule
    values: list[tuple[Parameter, ParameterValue | None]]
    missing: list[str]
    hits: int

    @property
    def waiting(self) -> bool:
        return bool(self.missing)


def latest_run() -> ScreeningRun | None:
    """The newest run of the latest day screened: a look back at an earlier day is not the county's state."""
    return ScreeningRun.objects.order_by("-as_of", "-id").first()


def runs(post: Post, *, before: int | None = None, limit: int = 50) -> list[ScreeningRun]:
    """Runs, newest first; page by key."""
    require(post, "screening.see")
    rows = ScreeningRun.objects.order_by("-id")
    return list((rows if before is None else rows.filter(id__lt=before))[:limit])


def rule_states(post: Post, on: date) -> list[RuleState]:
    """All rules with their parameters' values on a day and what the last run found."""
    require(post, "screening.see")
    run, book = latest_run(), parameter_book()
    missing = {w["rule"]: w["missing"] for w in run.waiting} if run else {}
    counts = run.counts if run else {}
    return [
        RuleState(
            rule=rule,
            values=[(book.parameter(code), book.value(code, on)) for code in rule.parameters],
            missing=missing.get(rule.code, []),
            hits=counts.get(rule.code, 0),
        )
        for rule in load_rules()
    ]


def rule_state(post: Post, code: str, on: date) -> RuleState:
    """One rule; raises Refusal for an unknown code."""
    for state in rule_states(post, on):
        if state.rule.code == code:
            return state
    raise Refusal(f"没有编号为“{code}”的规则", remedy="请从规则列表进入")
