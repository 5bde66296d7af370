"""The demonstration's checks: run over the record as it stands, some of the flags judged by inspectors, both ways."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.checks.domain import CONFIRMED, REFUTED
from sangesan.checks.judging import judge
from sangesan.checks.models import Flag, Judgement, Ran
from sangesan.checks.reading import load_checks
from sangesan.checks.running import run_checks
from sangesan.demo.histories.words import Dice
from sangesan.policy.reading import read_yaml

FEW = 3
FOURTH = 4  # every fourth is not so, that a county of any size shows both
DATA = Path(__file__).parent / "data" / "checks.yaml"


def write_checks(*, today: date, now: datetime, progress: Callable[[int, int, str], None]) -> int:
    """Runs the checks as of the day and judges a few of each; how many are judged. A second time changes nothing."""
    if not Ran.objects.filter(as_of=today).exists():
        run_checks(post=system_post(), as_of=today, now=now, progress=progress)
    inspectors = list(Post.objects.filter(role=Post.Role.INSPECTOR).order_by("pk"))
    if not inspectors or Judgement.objects.exists():
        return Judgement.objects.count()
    told: dict[str, Any] = read_yaml(DATA)
    judged = 0
    for code in load_checks():
        rows = list(Flag.objects.filter(check_code=code, gone_on=None).order_by("subject"))
        for row in rows[: min(_how_many(len(rows), told["share"]), told["most"])]:
            _judge(row, inspectors, told, now, surely_not=judged % FOURTH == FOURTH - 1)
            judged += 1
    progress(1, 1, f"认定 {judged} 件")
    return judged


def _how_many(flags: int, share: float) -> int:
    """At least one where there are enough to leave some."""
    return max(round(flags * share), flags >= FEW)


def _judge(row: Flag, inspectors: list[Post], told: dict[str, Any], now: datetime, *, surely_not: bool) -> None:
    dice = Dice("judged", row.check_code, row.subject)
    shares = told["precise"]
    true = dice.chance(shares.get(row.check_code, shares["default"])) and not surely_not
    verdict = CONFIRMED if true else REFUTED
    judge(post=dice.of(inspectors), flag=row, verdict=verdict, words=dice.of(told[verdict]), now=now)
