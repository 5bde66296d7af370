"""The whole sequence: screen the county, open and refresh clues, let cases take up theirs.

The command, the page and the nightly job call it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Any

from sangesan.accounts.models import Post
from sangesan.cases.taking_up import take_up_new_clues
from sangesan.clues.event_days import note_event_days
from sangesan.clues.refreshing import Refreshed, refresh_clues
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.screening.actions import run_screening
from sangesan.screening.models import ScreeningRun
from sangesan.screening.triggers import told_exclusions, told_rules

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class CountyScreened:
    """A run with what it did to the clues. taken: those that went to live cases; seconds: all of it."""

    run: ScreeningRun
    refreshed: Refreshed
    taken: int
    waiting: list[dict[str, Any]]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "run": self.run.pk,
            "as_of": self.run.as_of.isoformat(),
            "digest": self.run.digest,
            "hits": self.run.hits,
            "new_clues": self.refreshed.new_clues,
            "clues": {str(k): v for k, v in self.refreshed.counts.items()},
            "taken_up": self.taken,
            "waiting": self.waiting,
            "seconds": round(self.seconds, 3),
        }


def screen_county(*, post: Post, as_of: date, now: datetime, progress: Progress = lambda *_: None) -> CountyScreened:
    """Screens on a day and brings the clues up to date; run twice, the second changes no clue."""
    if as_of > today():
        raise Refusal(f"{as_of} 还没有到", place="筛查日期", remedy=f"请填 {today()} 或更早的日期")
    begun = perf_counter()
    screened = run_screening(post=post, as_of=as_of, now=now, progress=progress)
    refreshed = refresh_clues(
        post=post,
        run=screened.run,
        hits=screened.result.hits,
        triggers=told_rules(now),
        as_of=as_of,
        to_explain=screened.result.exclusions,
        explanations=told_exclusions(now),
    )
    note_event_days(screened.run)
    taken = take_up_new_clues()
    return CountyScreened(screened.run, refreshed, taken, screened.run.waiting, perf_counter() - begun)
