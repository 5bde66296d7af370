"""A slow twin of the engine: loops over rows, written from what the rules mean, sharing no code with the compiler."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

Row = dict[str, Any]
MAIN = {"普通劳动力", "技能劳动力"}
FURTHER = {"普高", "中职", "高职高专", "本科及以上"}


def first_of(day: date, back: int) -> date:
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def end_of(day: date, back: int) -> date:
    start = first_of(day, back)
    return start.replace(day=calendar.monthrange(start.year, start.month)[1])


class Twin:
    """Hits (rule, household, person, division, measure) of one small county."""

    def __init__(self, county: dict[str, Any], as_of: date, values: dict[str, int]) -> None:
        self.county, self.day, self.v = county, as_of, values
        self.recent = first_of(as_of, values["new_case_months"])
        self.quarter = first_of(as_of, values["quarterly_case_months"])
        self.feeds = county["feeds"]
        died = {r["person_no"] for r in self.rows("death") if self.past(r["died_on"])}
        self.homes = {h["household_no"]: h for h in county["households"]}
        self.living, self.dead = {}, {}
        self.everyone = {p["person_no"]: p for p in county["people"]}
        for person in county["people"]:
            if self.past(person.get("left_on")):
                continue
            gone = self.past(person.get("died_on")) or person["person_no"] in died
            (self.dead if gone else self.living)[person["person_no"]] = person
        self.members: dict[int, list[Row]] = defaultdict(list)
        for person in self.living.values():
            self.members[person["household_no"]].append(person)

    def past(self, day: date | None) -> bool:
        return day is not None and day <= self.day

    def since(self, day: date | None, start: date) -> bool:
        return day is not None and start <= day <= self.day

    def rows(self, feed: str) -> list[Row]:
        return self.feeds.get(feed, [])

    def latest(self, feed: str, keys: list[str], dated: str | None = None) -> list[Row]:
        """The last row of each key among those known on the day."""
        best: dict[tuple[Any, ...], Row] = {}
        for row in self.rows(feed):
            if row["period"] > self.day or (dated and row.get(dated) is not None and row[dated] > self.day):
                continue
            key = tuple(row.get(k) for k in keys)
            order = (row["period"], row["delivery"], row["row_no"])
            old = best.get(key)
            if old is None or order > (old["period"], old["delivery"], old["row_no"]):
                best[key] = row
        return list(best.values())

    def open(self, row: Row, day: date) -> bool:
        ended = row.get("ended_on")
        return row.get("began_on") is not None and row["began_on"] <= day and (ended is None or ended >= day)

    def by_person(self, rows: Iterable[Row], people: dict[int, Row] | None = None) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            if row["person_no"] in (self.living if people is None else people):
                found[row["person_no"]].append(row)
        return found

    def by_home(self, rows: Iterable[Row], people: dict[int, Row] | None = None) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        known = self.living if people is None else people
        for row in rows:
            if row["person_no"] in known:
                found[known[row["person_no"]]["household_no"]].append(row)
        return {home: rows for home, rows in found.items() if home in self.members}

    def hits(self) -> list[tuple[str, int | None, int | None, str | None, int | None]]:
        found: list[Any] = []
        for part in (self.money, self.health, self.school, self.homes_and_water, self.work, self.relief, self.events):
            found.extend(part())
        return sorted(found, key=lambda h: (h[0], h[1] or 0, h[2] or 0, h[3] or ""))

    def person(self, rule: str, number: int, measure: int) -> tuple[Any, ...]:
        return (rule, self.everyone[number]["household_no"], number, None, measure)

    def income(self) -> dict[int, dict[int, int]]:
        """household -> year -> net income, the larger where two members carry one."""
        found: dict[int, dict[int, int]] = defaultdict(dict)
        for row in self.latest("household_income", ["person_no", "year"]):
            if row["person_no"] not in self.everyone:
                continue
            net = row["wage"] + row["business"] - row["business_cost"] + row["property"] + row["transfer"]
            home = self.everyone[row["person_no"]]["household_no"]
            found[home][row["year"]] = max(net, found[home].get(row["year"], net))
        return found

    def money(self) -> Iterator[tuple[Any, ...]]:
        v, end = self.v, end_of(self.day, 1)
        paid_home: dict[int, int] = defaultdict(int)
        for number, rows in self.by_person(self.rows("medical_settlement")).items():
            home = self.everyone[number]["household_no"]
            hospital = clinic = 0
            for row in rows:
                amount, day = row.get("self_paid") or 0, row["settled_on"]
                if row["care"] == "住院" and date(end.year, 1, 1) <= day <= end:
                    hospital += amount
                if row["care"] != "住院" and first_of(self.day, 1) <= day <= end:
                    clinic += amount
                if first_of(self.day, 12) <= day <= end:
                    paid_home[home] += amount
            poor = bool(self.homes[home].get("formerly_poor"))
            line = v["hospital_line_formerly_poor"] if poor else v["hospital_line_others"]
            if hospital >= line:
                yield self.person("R01" if poor else "R02", number, hospital)
            if clinic >= v["outpatient_line"]:
                yield self.person("R03", number, clinic)
        for home, years in self.income().items():
            if home not in self.members:
                continue
            size, watched = len(self.members[home]), self.homes[home].get("stage") == "monitoring"
            net, before = years.get(self.day.year - 1), years.get(self.day.year - 2)
            if net is None:
                continue
            paid, line = paid_home.get(home, 0), v["monitoring_line"]
            if paid >= 1 and (paid * 100 >= net * v["medical_burden_percent"] or net - paid < line * size):
                yield ("R04", home, None, None, paid)
            if net // size < line and not watched:
                yield ("R36", home, None, None, net // size)
            fell = before is not None and before > 0 and (before - net) * 100 >= v["income_drop_percent"] * before
            if (net // size) * 100 < v["near_line_percent"] * line or fell:
                yield ("R37", home, None, None, net // size)

    def uninsured(self) -> list[Row]:
        rows = self.latest("insurance_enrolment", ["person_no", "year"])
        return [r for r in rows if r["year"] == self.day.year and r["status"] in {"断保", "未参保"}]

    def health(self) -> Iterator[tuple[Any, ...]]:
        for number in self.by_person(self.uninsured()):
            if self.everyone[number]["household_no"] in self.members:
                yield self.person("R05", number, 1)
        for row in self.latest("disability_certificate", ["person_no"], "issued_on"):
            grade, mind = row["grade"], row["category"] in {"精神", "智力"}
            severe = grade <= self.v["severe_disability_grade"] or (mind and grade <= self.v["mental_disability_grade"])
            if (
                row["person_no"] in self.living
                and row["status"] == "有效"
                and severe
                and self.since(row["issued_on"], self.recent)
            ):
                yield self.person("R08", row["person_no"], 1)

    def pupils(self) -> list[Row]:
        return [r for r in self.latest("school_enrolment", ["person_no"], "as_of") if r["person_no"] in self.living]

    def dropout(self, row: Row) -> bool:
        return row["status"] == "疑似辍学" and row["stage"] in {"小学", "初中"}

    def school(self) -> Iterator[tuple[Any, ...]]:
        for row in self.pupils():
            if self.dropout(row):
                yield self.person("R09", row["person_no"], 1)
        start, end = first_of(self.day, 12), end_of(self.day, 1)
        for number, rows in self.by_person(self.rows("education_cost")).items():
            paid = sum(r["self_paid"] for r in rows if start <= r["period"] <= end)
            if paid > self.v["schooling_cost_line"]:
                yield self.person("R10", number, paid)
        further = [r for r in self.pupils() if r["status"] == "在读" and r["stage"] in FURTHER]
        for home, rows in self.by_home(further).items():
            if len(rows) >= self.v["children_in_study_line"]:
                yield ("R11", home, None, None, len(rows))

    def homes_and_water(self) -> Iterator[tuple[Any, ...]]:
        bad = [r for r in self.latest("house_inspection", ["person_no"], "inspected_on") if r["grade"] in {"C", "D"}]
        inspected = self.by_home(bad)
        for home, rows in inspected.items():
            new = sum(self.since(r["inspected_on"], self.recent) for r in rows)
            if new:
                yield ("R12", home, None, None, new)
        out = self.by_home(r for r in self.pupils() if self.dropout(r))
        missing = self.by_home(self.uninsured())
        for number in self.members:
            home = self.homes[number]
            unsafe = home.get("house_grade") in {"C", "D"} or home.get("safe_water") is False
            if home.get("stage") != "monitoring" and (
                unsafe or number in inspected or number in out or number in missing
            ):
                yield ("R38", number, None, None, len(missing.get(number, [])))
        for place in {d["code"] for d in self.county["divisions"]}:
            yield from self.water(place)
            sites = [r for r in self.latest("geohazard", ["division", "site"], "as_of") if r["division"] == place]
            count = sum(r["level"] != "小型" and self.since(r["as_of"], self.recent) for r in sites)
            if count:
                yield ("R26", None, None, place, count)
            warned = [r for r in self.rows("weather_alert") if r["division"] == place and self.open(r, self.day)]
            severe = sum(r["severity"] in {"Extreme", "Severe"} for r in warned)
            if severe:
                yield ("R27", None, None, place, severe)

    def water(self, place: str) -> Iterator[tuple[Any, ...]]:
        longest = seasonal = foul = 0
        for row in self.latest("water_supply", ["division", "began_on", "cause"]):
            ended = row.get("ended_on")
            if row["division"] != place or row["began_on"] > self.day or (ended is not None and ended < self.recent):
                continue
            if row["cause"] == "水质不达标":
                foul += 1
                continue
            longest = max(longest, (min(ended or self.day, self.day) - row["began_on"]).days)
            seasonal += row["cause"] == "季节性缺水"
        if longest > self.v["water_stop_days_line"] or seasonal:
            yield ("R13", None, None, place, longest)
        if foul:
            yield ("R14", None, None, place, foul)

    def work(self) -> Iterator[tuple[Any, ...]]:
        jobs = self.by_person(self.latest("employment", ["person_no", "began_on", "place"]))
        posts = self.by_person(self.latest("public_post", ["person_no", "began_on", "post"]))
        busy = {n for held in (jobs, posts) for n, rows in held.items() if any(self.open(r, self.day) for r in rows)}
        start = first_of(self.day, self.v["idle_lookback_months"])
        for number, rows in jobs.items():
            home = self.homes[self.everyone[number]["household_no"]]
            idle = [(self.day - r["ended_on"]).days for r in rows if self.since(r.get("ended_on"), start)]
            concerned = home.get("formerly_poor") or home.get("stage") == "monitoring"
            able = self.everyone[number].get("labour") in MAIN
            if concerned and able and number not in busy and idle and min(idle) > self.v["idle_days_line"]:
                yield self.person("R15", number, min(idle))
        for number, rows in posts.items():
            ended = sum(self.since(r.get("ended_on"), self.recent) for r in rows)
            if ended and number not in busy:
                yield self.person("R17", number, ended)
        now, before = end_of(self.day, 1), end_of(self.day, 2)
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for number, rows in jobs.items():
            town = self.homes[self.everyone[number]["household_no"]]["town"]
            counts[town][0] += any(self.open(r, now) for r in rows)
            counts[town][1] += any(self.open(r, before) for r in rows)
        for town, (new, old) in counts.items():
            if (old - new) * 100 > self.v["migrant_fall_percent"] * old:
                yield ("R16", None, None, town, new)
        for home, people in self.members.items():
            able_ones = sum(p.get("labour") in MAIN for p in people)
            if (
                self.rows("employment")
                and self.homes[home].get("relocated")
                and able_ones
                and not any(p["person_no"] in busy for p in people)
            ):
                yield ("R35", home, None, None, able_ones)

    def relief(self) -> Iterator[tuple[Any, ...]]:
        for home, rows in self.by_home(self.latest("social_assistance", ["person_no", "began_on", "scheme"])).items():
            new = sum(self.since(r["began_on"], self.recent) for r in rows)
            steady = [r for r in rows if r["scheme"] in {"低保", "特困"}]
            stopped = sum(self.since(r.get("ended_on"), self.recent) for r in steady)
            held = any(
                r["began_on"] <= self.day and (r.get("ended_on") is None or r["ended_on"] > self.day) for r in steady
            )
            if new:
                yield ("R18", home, None, None, new)
            if stopped and not held:
                yield ("R19", home, None, None, stopped)
        for number, rows in self.by_person(self.rows("death"), self.dead).items():
            person = self.dead[number]
            count = sum(self.since(r["died_on"], self.recent) for r in rows)
            if count and person.get("labour") in MAIN and person["household_no"] in self.members:
                yield self.person("R20", number, count)

    def events(self) -> Iterator[tuple[Any, ...]]:
        yield from self.disasters()
        yield from self.counted()
        for home, rows in self.by_home(self.rows("industry_loss")).items():
            loss = sum(r["loss"] for r in rows if self.since(r["occurred_on"], self.recent))
            if loss >= self.v["industry_loss_line"]:
                yield ("R28", home, None, None, loss)
        for number, rows in self.by_person(self.latest("microcredit", ["person_no", "contract_no"], "as_of")).items():
            worst = max(r["overdue_days"] for r in rows)
            if worst > self.v["overdue_days_line"]:
                yield self.person("R29", number, worst)
        courts = self.by_person(self.rows("court_enforcement"))
        frauds = self.by_person(self.rows("fraud_loss"))
        for number in {*courts, *frauds}:
            lost = sum(r["loss"] for r in frauds.get(number, []) if self.since(r["occurred_on"], self.recent))
            new = [r for r in courts.get(number, []) if self.since(r["began_on"], self.recent)]
            jailed = any(r["kind"] == "服刑" for r in new) and self.everyone[number].get("labour") in MAIN
            if lost >= self.v["fraud_line"] or jailed:
                yield self.person("R25", number, lost)
            owed = sum(r.get("amount") or 0 for r in new if r["kind"] == "被执行")
            if owed >= self.v["enforcement_line"]:
                yield self.person("R31", number, owed)
        for home, rows in self.by_home(self.rows("insurance_claim")).items():
            new = [r for r in rows if self.since(r["occurred_on"], self.recent)]
            if new:
                yield ("R39", home, None, None, sum(r["paid"] for r in new))

    def disasters(self) -> Iterator[tuple[Any, ...]]:
        for home, rows in self.by_home(self.rows("disaster_damage")).items():
            new = [r for r in rows if self.since(r["occurred_on"], self.recent)]
            fires = [r for r in new if r["hazard"] == "火灾"]
            storms = [r for r in new if r["hazard"] != "火灾"]
            if any(r["house"] != "无" or r["loss"] > 0 or r["casualty"] for r in storms):
                yield ("R21", home, None, None, sum(r["loss"] for r in storms))
            if fires:
                yield ("R22", home, None, None, len(fires))

    def counted(self) -> Iterator[tuple[Any, ...]]:
        plain = (
            ("R06", "serious_illness", "diagnosed_on"), ("R07", "severe_disorder", "diagnosed_on"),
            ("R23", "traffic_accident", "occurred_on"), ("R24", "crime_victim", "occurred_on"),
            ("R32", "petition", "received_on"), ("R33", "petition", "received_on"),
        )  # fmt: skip
        for rule, feed, day in plain:
            for number, rows in self.by_person(self.rows(feed)).items():
                new = [r for r in rows if self.since(r[day], self.recent)]
                if feed == "petition":
                    new = [r for r in new if (r["channel"] == "网络舆情") == (rule == "R33")]
                if new and (rule != "R24" or self.everyone[number].get("labour") in MAIN):
                    yield self.person(rule, number, len(new))
        children = self.latest("child_in_difficulty", ["person_no"], "as_of")
        for row in children:
            if (
                row["person_no"] in self.living
                and row["situation"] != "留守"
                and self.since(row["as_of"], self.quarter)
            ):
                yield self.person("R34", row["person_no"], 1)
        closed = self.latest("business", ["person_no", "registration_no"], "as_of")
        for number, rows in self.by_person(closed).items():
            own = [r for r in rows if r["kind"] in {"个体工商户", "企业法人"} and r["status"] in {"注销", "吊销"}]
            count = sum(self.since(r["as_of"], self.quarter) for r in own)
            if count:
                yield self.person("R30", number, count)
