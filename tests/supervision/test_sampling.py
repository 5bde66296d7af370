"""A sample of the month's look-backs by a draw; and that nothing in the slice deletes or rewrites history."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sangesan.supervision
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import ask, execute
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.reviewing import close
from sangesan.supervision.sampling import draw_look_backs, mark_drawn
from sangesan.supervision.tasks import NIGHTLY
from supervision.sheets_county import Supervised, at, blue, corrected, later, with_seats
from web.small_county import DAY, NOW, SmallCounty

MONTH = Month(2022, 9)


@pytest.fixture
def county(small_county: SmallCounty) -> Supervised:
    return with_seats(small_county)


def closed(county: Supervised, n: int) -> None:
    for number in range(n):
        day = later(-40 - 92 * number)
        sheet = corrected(county, blue(county, day), day)
        close(post=county["team_head"], sheet_id=sheet.pk, words="符合要求", **at(day))


def test_more_than_there_are_is_no_sample(county: Supervised) -> None:
    closed(county, 2)
    with pytest.raises(Refusal, match="只有 2 件"):
        draw_look_backs(post=county["inspector"], month=MONTH, size=2, now=NOW)


def test_the_pool_is_fixed_and_the_result_marks_what_was_drawn(county: Supervised) -> None:
    closed(county, 3)
    draw = draw_look_backs(post=county["inspector"], month=MONTH, size=1, now=NOW)
    assert len(draw.pool) == 3
    assert draw_look_backs(post=county["inspector"], month=MONTH, size=2, now=NOW).pk == draw.pk  # fixed is fixed
    assert mark_drawn(MONTH) == 0
    draw.state, draw.seed, draw.result = "done", "e" * 64, [draw.pool[1][0]]
    draw.save()
    assert mark_drawn(MONTH) == 1
    assert mark_drawn(MONTH) == 0
    assert LookBack.objects.get(draw=str(draw.number)).sheet.number == int(re.findall(r"(\d+)号", draw.pool[1][0])[0])


def test_the_job_runs_the_night_of_its_own_day_once(county: Supervised) -> None:
    sheet = blue(county, later(-9))
    for _ in range(2):
        run = ask(NIGHTLY, later(-1).isoformat())
        if run.state == JobRun.State.WAITING:
            run = execute(run.pk)
    assert (run.state, run.result["raised"]) == (JobRun.State.DONE, 1)
    assert Sheet.objects.get(follows=sheet).drafted_on == later(-1)
    assert DAY not in set(Sheet.objects.values_list("drafted_on", flat=True))


def test_no_code_path_deletes_or_rewrites_history() -> None:
    folder = Path(sangesan.supervision.__file__).parent
    code = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.py")}
    assert [name for name, text in code.items() if ".delete(" in text] == []
    assert [name for name, text in code.items() if re.search(r"SheetEvent\.objects\.(?!create|filter)", text)] == []
    assert [
        name for name, text in code.items() if re.search(r"event\.save|events\.(update|exclude\(.*\)\.update)", text)
    ] == []
    writers = {name for name, text in code.items() if "SheetEvent.objects.create" in text}
    assert writers == {"events.py"}
    setters = {name for name, text in code.items() if re.search(r"\.state\s*=[^=]|, \w+\.state = |update\(state", text)}
    assert setters <= {"events.py", "signing.py", "reviewing.py", "handing_over.py"}
