"""An account of income for a visit that adds up to what the procedure asks: below the line, above it, or far above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sangesan.amendments.queries import parameter_book
from sangesan.demo.histories.homes import PENSION_AGE, Home
from sangesan.demo.histories.words import Dice, words
from sangesan.kernel.money import FEN_PER_YUAN
from sangesan.visits.income import Line, SelfPaid

LINE = "monitoring_line"
# the reference per head as a share of the line: of those taken in, of sudden hardship, of those whose risk is gone
BELOW, SUDDEN, GONE = (0.58, 0.985), (1.06, 1.7), (1.12, 2.3)
PENSION, SUBSISTENCE, DESTITUTE, ECOLOGY, DISABILITY = 1500, 3000, 7200, 300, 960
COST_SHARE = 0.32
WAGE_MOST = 290_000
ROUND = 10


@dataclass(frozen=True)
class Found:
    """What a visit writes down of income. Amounts in fen."""

    lines: tuple[Line, ...]
    self_paid: tuple[SelfPaid, ...]
    claims_fen: int
    debts_fen: int
    people: int


@lru_cache(maxsize=2_000)
def line_on(on: date) -> int:
    """The monitoring line in fen; before the first year for which one is known: that year's.

    Kept for a day asked before: `forget_lines` when the county's own values may have changed.
    """
    value = parameter_book().value(LINE, on) or parameter_book().value(LINE, date(2021, 1, 1))
    return int(value.value) if value else 0


def forget_lines() -> None:
    """The lines are read anew."""
    line_on.cache_clear()


def account_for(dice: Dice, home: Home, on: date, band: tuple[float, float], *, risks: tuple[str, ...]) -> Found:
    """Lines whose reference per head falls into a band of the line of the day; self-paid costs after the risks."""
    present = home.present(on)
    people = max(1, len(present))
    yuan = line_on(on) // FEN_PER_YUAN
    wanted = int(yuan * (band[0] + dice.share() * (band[1] - band[0]))) * people
    paid = _self_paid(dice, risks) if band is not GONE else []
    claims = dice.between(1, 8) * 500 if paid and dice.chance(0.15) else 0
    net = wanted - claims + sum(cost.fen for cost in paid) // FEN_PER_YUAN
    lines = _transfers(dice, home, on)
    left = net - sum(lines.values())
    if left < 0:
        scale = net / max(1, sum(lines.values()))
        lines, left = {code: int(yuan_ * scale) for code, yuan_ in lines.items()}, 0
        left = net - sum(lines.values())
    earned = _earned(dice, home, on, left) if home.labour(on) else {"transfer_maintenance": left}
    whole = tuple(Line(code, amount * FEN_PER_YUAN) for code, amount in {**earned, **lines}.items() if amount > 0)
    debts = dice.between(1, 60) * 1000 * FEN_PER_YUAN if dice.chance(0.35) else 0
    return Found(whole, tuple(paid), claims * FEN_PER_YUAN, debts, people)


def _self_paid(dice: Dice, risks: tuple[str, ...]) -> list[SelfPaid]:
    costs = []
    for risk in risks:
        known = words()["self_paid"].get(risk)
        if known and dice.chance(0.85):
            yuan = dice.between(known["least"] // ROUND, known["most"] // ROUND) * ROUND
            costs.append(SelfPaid(known["what"], yuan * FEN_PER_YUAN, vouchers=dice.chance(0.95)))
    return costs


def _transfers(dice: Dice, home: Home, on: date) -> dict[str, int]:
    """What comes in without work: pensions, subsistence, subsidies; yuan by item."""
    present = home.present(on)
    old = sum(1 for m in present if m.age(on) >= PENSION_AGE)
    disabled = sum(1 for m in present if m.disabled)
    found = {
        "transfer_pension": old * (PENSION + dice.between(0, 30) * ROUND),
        "transfer_subsistence": sum(1 for m in present if m.subsistence) * (SUBSISTENCE + dice.between(0, 120) * ROUND),
        "transfer_destitute": sum(1 for m in present if m.destitute) * DESTITUTE,
        "transfer_disability": disabled * DISABILITY,
        "transfer_ecology": int(home.returned_mu or 0) * 20 + (ECOLOGY if home.returned_mu else 0),
        "transfer_land_fertility": dice.between(8, 40) * ROUND,
    }
    return {code: yuan for code, yuan in found.items() if yuan > 0}


def _earned(dice: Dice, home: Home, on: date, left: int) -> dict[str, int]:
    """What is left of the sum, shared between wages and the farm with its costs."""
    works = any(m.works for m in home.present(on)) or dice.chance(0.5)
    wage = min(int(left * (0.5 + 0.35 * dice.share())), WAGE_MOST) if works and left > 4000 else 0
    net = left - wage
    revenue = int(net / (1 - COST_SHARE))
    crop = dice.weighted({"crops": 6, "livestock": 3, "forest_fruit": 2})
    farm = {f"business_{crop}": revenue, f"cost_{crop}": revenue - net}
    return {"wage_work": wage, **farm}
