"""What a hit does to the clues, as a table; and the channels file."""

from datetime import date

import pytest

from sangesan.clues.domain import Cleared, Effect, channels, effect_of_hit

DAY = date(2022, 9, 13)
OVER, NOT_OVER = date(2022, 9, 12), date(2022, 9, 13)


@pytest.mark.parametrize(
    ("measure", "live", "known", "cleared", "effect"),
    [
        # nothing there yet
        (500, False, None, None, Effect.OPEN),
        (None, False, None, None, Effect.OPEN),
        # the household has a live clue of this risk
        (500, True, None, None, Effect.JOIN),
        (500, True, (500,), None, Effect.NOTHING),
        (501, True, (500,), None, Effect.REFRESH),
        (499, True, (500,), None, Effect.REFRESH),
        (None, True, (None,), None, Effect.NOTHING),
        # a visit found it harmless
        (500, False, None, Cleared(500, NOT_OVER), Effect.SILENT),
        (499, False, None, Cleared(500, NOT_OVER), Effect.SILENT),
        (501, False, None, Cleared(500, NOT_OVER), Effect.OPEN),
        (500, False, None, Cleared(500, OVER), Effect.OPEN),
        (None, False, None, Cleared(None, NOT_OVER), Effect.SILENT),
        (1, False, None, Cleared(None, NOT_OVER), Effect.SILENT),
        # cleared, while another trigger keeps a clue alive
        (500, True, None, Cleared(500, NOT_OVER), Effect.SILENT),
        (501, True, None, Cleared(500, NOT_OVER), Effect.JOIN),
    ],
)
def test_effect(measure: int | None, live: bool, known: tuple[int | None] | None, cleared: Cleared | None, effect: Effect) -> None:
    assert effect_of_hit(measure=measure, has_live_clue=live, known=known, cleared=cleared, as_of=DAY) == effect


def test_every_channel_counts_for_a_line() -> None:
    assert set(channels()) == {"GRID", "CENTRAL", "SELF", "DEPT", "PLATFORM", "SUPERVISE"}
    assert len({c.line for c in channels().values()}) == 4
