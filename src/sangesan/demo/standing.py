"""The standing of monitored households: category, risks, day of enrolment, day of elimination.

Both days are days of the county's joint meeting, which decides on them.
"""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Bools, Ints, Texts, weighted
from sangesan.demo.facts_of_county import CountyFacts
from sangesan.demo.meeting_days import last_meetings, next_meetings
from sangesan.demo.population import NEVER

RISKS = {
    "因病": 38,
    "因残": 13,
    "因务工就业不稳": 11,
    "因自然灾害": 10,
    "因学": 9,
    "缺劳动力": 8,
    "因产业(项目)失败": 5,
    "因意外事故": 4,
    "因安全住房": 1,
    "因安全饮水": 0.5,
    "其他": 0.5,
}
FIRST_ENROLMENT = np.datetime64("2020-04-10")
# Observed for six months (184 days at most), then the chain of elimination (at most 16 days) up to a meeting.
DAYS_BEFORE_ELIMINATION = 184 + 16
SUDDEN_SHARE = {True: 0.08, False: 0.24}


def standing(
    rng: np.random.Generator,
    facts: CountyFacts,
    *,
    poor: Bools,
    monitored: Bools,
    eliminated: Bools,
    size: Ints,
) -> tuple[Texts, Texts, np.ndarray, np.ndarray]:
    """Category, risks joined by ；, enrolled on, eliminated on; '' and NaT for households not monitored."""
    count = poor.size
    sudden = rng.random(count) < np.where(poor, SUDDEN_SHARE[True], SUDDEN_SHARE[False])
    category = np.where(sudden, "突发严重困难户", np.where(poor, "脱贫不稳定户", "边缘易致贫户"))
    risks = np.full(count, "", dtype="<U32")
    for index in np.flatnonzero(monitored):
        risks[index] = _risks(rng, bool(sudden[index]), int(size[index]))
    enrolled = np.full(count, NEVER)
    gone = np.full(count, NEVER)
    today = np.datetime64(facts.today)
    still = np.flatnonzero(monitored & ~eliminated)
    days = int((today - FIRST_ENROLMENT).astype(int)) - 5
    newest = last_meetings(np.array([today]), facts.today)[0]
    chosen = today - 5 - (rng.beta(1.0, 1.9, still.size) * days).astype(int)
    enrolled[still] = np.minimum(next_meetings(chosen, facts.today), newest)
    past = np.flatnonzero(eliminated)
    chosen = FIRST_ENROLMENT + (rng.beta(1.1, 1.6, past.size) * (days - DAYS_BEFORE_ELIMINATION - 30)).astype(int)
    enrolled[past] = next_meetings(chosen, facts.today)
    earliest = enrolled[past] + DAYS_BEFORE_ELIMINATION + 7
    room = (today - 3 - earliest).astype(int)
    gone[past] = last_meetings(earliest + (rng.beta(1.2, 1.5, past.size) * room).astype(int), facts.today)
    return np.where(monitored, category, ""), risks, enrolled, gone


def _risks(rng: np.random.Generator, sudden: bool, size: int) -> str:
    names = list(RISKS)
    weights = [
        0.0 if sudden and name in {"缺劳动力", "因学", "因务工就业不稳"} else weight
        for name, weight in RISKS.items()
    ]
    chosen: list[str] = []
    for _ in range(1 + int(rng.random() < 0.34) + int(rng.random() < 0.07 and size > 2)):
        name = names[int(weighted(rng, weights, 1)[0])]
        if name not in chosen:
            chosen.append(name)
    return "；".join(chosen)
