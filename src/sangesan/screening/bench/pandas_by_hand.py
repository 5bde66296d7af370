"""The rules as one would write them in pandas for this county and nothing else."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sangesan.screening.bench.libraries import require
from sangesan.screening.bench.source import BenchSource
from sangesan.screening.bench.spans import Spans

Frame = Any


class County:
    """Frames of one run, read column by column."""

    def __init__(self, source: BenchSource, spans: Spans, values: dict[str, int]) -> None:
        self.pd = require("pandas")
        self.source, self.spans, self.values = source, spans, values
        self.hits: list[Frame] = []

    def feed(self, code: str, columns: list[str]) -> Frame:
        table = pq.read_table(self.source.feeds[code], columns=columns, partitioning=None)
        return table.to_pandas(date_as_object=False)

    def day(self, name: str) -> Any:
        return self.pd.Timestamp(getattr(self.spans, name))

    def recent(self, code: str, day: str, columns: list[str] | None = None) -> Frame:
        frame = self.feed(code, ["person_no", day, *(columns or [])])
        return frame[frame[day].between(self.day("recent"), self.day("as_of"))]

    def latest(self, frame: Frame, keys: list[str]) -> Frame:
        """The latest row of each key."""
        known = frame[frame["period"] <= self.day("as_of")].sort_values(["period", "delivery", "row_no"])
        return known.drop_duplicates(keys, keep="last")

    def of_change(self, code: str, keys: list[str], columns: list[str]) -> Frame:
        return self.latest(self.feed(code, [*keys, *columns, "period", "delivery", "row_no"]), keys)

    def dated(self, code: str, keys: list[str], columns: list[str]) -> Frame:
        """The latest state of each key among those dated by the day."""
        frame = self.feed(code, [*keys, *columns, "as_of", "period", "delivery", "row_no"])
        return self.latest(frame[frame["as_of"].isna() | (frame["as_of"] <= self.day("as_of"))], keys)

    def hit(self, rule: str, frame: Frame, measure: Any) -> None:
        value = frame[measure] if isinstance(measure, str) else measure
        person = frame.get("person_no")
        self.hits.append(self.pd.DataFrame({
            "rule": rule, "household_no": frame["household_no"].astype("Int64"),
            "person_no": self.pd.array([None] * len(frame), "Int64") if person is None else person.astype("Int64"),
            "division": self.pd.Series(None, index=frame.index, dtype="str"),
            "measure": self.pd.Series(value, index=frame.index).astype("int64"),
        }))  # fmt: skip

    def place(self, rule: str, frame: Frame, division: str, measure: str) -> None:
        none = self.pd.array([None] * len(frame), "Int64")
        self.hits.append(self.pd.DataFrame({
            "rule": rule, "household_no": none, "person_no": none, "division": frame[division],
            "measure": frame[measure].astype("int64"),
        }))  # fmt: skip


def run(source: BenchSource, spans: Spans, values: dict[str, int]) -> pa.Table:
    """Hits as rule, household_no, person_no, measure, division, in the order of the digest."""
    county = County(source, spans, values)
    person, home, living = _registry(county)
    _medical(county, person, home, living)
    _school_and_homes(county, home, living)
    _work(county, home, living)
    _relief(county, person, home, living)
    _losses(county, living)
    _changed(county, living)
    _villages(county)
    done = county.pd.concat(county.hits).sort_values(["rule", "household_no", "person_no", "division"])
    return pa.Table.from_pandas(done, preserve_index=False)


def _registry(county: County) -> tuple[Frame, Frame, Frame]:
    pd, day = county.pd, county.day("as_of")
    person = pd.read_parquet(
        county.source.table("people"), columns=["person_no", "household_no", "labour", "died_on", "left_on"]
    )
    for name in ("died_on", "left_on"):
        person[name] = pd.to_datetime(person[name])
    death = county.feed("death", ["person_no", "died_on"])
    dead = person["person_no"].isin(death.loc[death["died_on"] <= day, "person_no"])
    person["labourer"] = person["labour"].isin(["普通劳动力", "技能劳动力"])
    person["gone"] = person["left_on"] <= day
    person["dead"] = (person["died_on"] <= day) | dead
    person = person[["person_no", "household_no", "labourer", "gone", "dead"]]
    here = person[~person["gone"] & ~person["dead"]]
    members = here.groupby("household_no").agg(persons=("person_no", "size"), labourers=("labourer", "sum"))
    home = pd.read_parquet(
        county.source.table("households"),
        columns=["household_no", "town", "formerly_poor", "stage", "relocated", "house_grade", "safe_water"],
    )
    home["poor"] = home["formerly_poor"] == True  # noqa: E712  a column that holds None
    home["monitored"] = home["stage"] == "monitoring"
    home["bad_house"] = home["house_grade"].isin(["C", "D"])
    home["bad_water"] = home["safe_water"] == False  # noqa: E712
    home["relocated"] = home["relocated"] == True  # noqa: E712
    home = home.merge(members, left_on="household_no", right_index=True)
    living = here.merge(home[["household_no", "town", "poor", "monitored"]], on="household_no")
    return person, home, living


def _medical(county: County, person: Frame, home: Frame, living: Frame) -> None:
    v, year = county.values, county.spans.as_of.year
    rows = county.feed("medical_settlement", ["person_no", "settled_on", "care", "self_paid"])
    rows = rows[rows["settled_on"].between(county.day("twelve"), county.day("last_end"))]
    rows["self_paid"] = rows["self_paid"].fillna(0).astype("int64")
    hospital = rows[(rows["care"] == "住院") & (rows["settled_on"] >= county.day("year_start"))]
    month = county.pd.Timestamp(county.spans.last_end.replace(day=1))
    clinic = rows[rows["care"].isin(["门诊统筹", "门诊慢特病"]) & (rows["settled_on"] >= month)]
    by_person = (
        hospital.groupby("person_no")["self_paid"].sum().rename("paid").reset_index().merge(living, on="person_no")
    )
    poor, other = by_person[by_person["poor"]], by_person[~by_person["poor"]]
    county.hit("R01", poor[poor["paid"] >= v["hospital_line_formerly_poor"]], "paid")
    county.hit("R02", other[other["paid"] >= v["hospital_line_others"]], "paid")
    visits = clinic.groupby("person_no")["self_paid"].sum().rename("paid").reset_index()
    county.hit("R03", visits[visits["paid"] >= v["outpatient_line"]].merge(living, on="person_no"), "paid")
    total = rows.groupby("person_no")["self_paid"].sum().rename("paid").reset_index().merge(living, on="person_no")
    paid = total.groupby("household_no")["paid"].sum()
    money = ["wage", "business", "business_cost", "property", "transfer"]
    purse = county.of_change("household_income", ["person_no", "year"], money)
    purse["net"] = purse["wage"] + purse["business"] - purse["business_cost"] + purse["property"] + purse["transfer"]
    purse = purse.merge(person, on="person_no")
    last = purse[purse["year"] == year - 1].groupby("household_no")["net"].max()
    before = purse[purse["year"] == year - 2].groupby("household_no")["net"].max().rename("before")
    income = home.merge(last, on="household_no").merge(before, on="household_no", how="left")
    burden = income.merge(paid, on="household_no")
    heavy = (burden["paid"] * 100 >= burden["net"] * v["medical_burden_percent"]) | (
        burden["net"] - burden["paid"] < v["monitoring_line"] * burden["persons"]
    )
    county.hit("R04", burden[(burden["paid"] >= 1) & heavy], "paid")
    income["head"] = income["net"] // income["persons"]
    county.hit("R36", income[(income["head"] < v["monitoring_line"]) & ~income["monitored"]], "head")
    fell = (income["before"] > 0) & (
        (income["before"] - income["net"]) * 100 >= v["income_drop_percent"] * income["before"]
    )
    near = income["head"] * 100 < v["near_line_percent"] * v["monitoring_line"]
    county.hit("R37", income[near | fell.fillna(value=False)], "head")


def _school_and_homes(county: County, home: Frame, living: Frame) -> None:
    v, day = county.values, county.day("as_of")
    cost = county.feed("education_cost", ["person_no", "period", "self_paid"])
    cost = cost[cost["period"].between(county.day("twelve"), county.day("last_end"))]
    cost = cost.groupby("person_no")["self_paid"].sum().rename("paid").reset_index()
    county.hit("R10", cost[cost["paid"] > v["schooling_cost_line"]].merge(living, on="person_no"), "paid")
    pupil = county.dated("school_enrolment", ["person_no"], ["stage", "status"])
    out = pupil[(pupil["status"] == "疑似辍学") & pupil["stage"].isin(["小学", "初中"])].merge(living, on="person_no")
    county.hit("R09", out, 1)
    further = pupil[(pupil["status"] == "在读") & pupil["stage"].isin(["普高", "中职", "高职高专", "本科及以上"])]
    several = further.merge(living, on="person_no").groupby("household_no").size().rename("n").reset_index()
    county.hit("R11", several[several["n"] >= v["children_in_study_line"]], "n")
    insured = county.feed("insurance_enrolment", ["person_no", "year", "status", "period", "delivery", "row_no"])
    insured = county.latest(insured[insured["year"] == county.spans.as_of.year], ["person_no"])
    missing = insured[insured["status"].isin(["断保", "未参保"])].merge(living, on="person_no")
    county.hit("R05", missing, 1)
    house = county.feed("house_inspection", ["person_no", "grade", "inspected_on", "period", "delivery", "row_no"])
    house = county.latest(house[house["inspected_on"].isna() | (house["inspected_on"] <= day)], ["person_no"])
    bad = house[house["grade"].isin(["C", "D"])].merge(living, on="person_no")
    fresh = (
        bad[bad["inspected_on"].between(county.day("recent"), day)]
        .groupby("household_no")
        .size()
        .rename("n")
        .reset_index()
    )
    county.hit("R12", fresh, "n")
    tests = home.merge(missing.groupby("household_no").size().rename("missing"), on="household_no", how="left")
    tests["missing"] = tests["missing"].fillna(0)
    failed = tests["bad_house"] | tests["bad_water"] | (tests["missing"] >= 1)
    failed |= tests["household_no"].isin(bad["household_no"]) | tests["household_no"].isin(out["household_no"])
    county.hit("R38", tests[~tests["monitored"] & failed], "missing")
    credit = county.dated("microcredit", ["person_no", "contract_no"], ["overdue_days"])
    late = credit[credit["overdue_days"] > v["overdue_days_line"]].merge(living, on="person_no")
    county.hit("R29", late.groupby(["household_no", "person_no"])["overdue_days"].max().reset_index(), "overdue_days")


def _work(county: County, home: Frame, living: Frame) -> None:
    day = county.day("as_of")
    job = county.of_change("employment", ["person_no", "began_on", "place"], ["ended_on"])
    post = county.of_change("public_post", ["person_no", "began_on", "post"], ["ended_on"])
    busy = []
    for frame in (job, post):
        opened = (frame["began_on"] <= day) & (frame["ended_on"].isna() | (frame["ended_on"] >= day))
        busy.append(frame.loc[opened, "person_no"])
    active = county.pd.concat(busy)
    idle = job[job["ended_on"].between(county.day("idle"), day)].groupby("person_no")["ended_on"].max().reset_index()
    idle = idle[~idle["person_no"].isin(active)].merge(living, on="person_no")
    idle["days"] = (day - idle["ended_on"]).dt.days
    concerned = (idle["poor"] | idle["monitored"]) & idle["labourer"]
    county.hit("R15", idle[concerned & (idle["days"] > county.values["idle_days_line"])], "days")
    over = (
        post[post["ended_on"].between(county.day("recent"), day)].groupby("person_no").size().rename("n").reset_index()
    )
    county.hit("R17", over[~over["person_no"].isin(active)].merge(living, on="person_no"), "n")
    at_work = living.loc[living["person_no"].isin(active), "household_no"]
    none = home["relocated"] & (home["labourers"] >= 1) & ~home["household_no"].isin(at_work)
    county.hit("R35", home[none], "labourers")
    held = {}
    for name in ("last_end", "before_end"):
        end = county.day(name)
        held[name] = job.loc[
            (job["began_on"] <= end) & (job["ended_on"].isna() | (job["ended_on"] >= end)), "person_no"
        ]
    towns = living.assign(**{name: living["person_no"].isin(people) for name, people in held.items()})
    towns = towns.groupby("town")[["last_end", "before_end"]].sum().reset_index()
    fall = (towns["before_end"] - towns["last_end"]) * 100
    county.place("R16", towns[fall > county.values["migrant_fall_percent"] * towns["before_end"]], "town", "last_end")


def _relief(county: County, person: Frame, home: Frame, living: Frame) -> None:
    day, since = county.day("as_of"), county.day("recent")
    relief = county.of_change("social_assistance", ["person_no", "began_on", "scheme"], ["ended_on"])
    relief = relief.merge(living, on="person_no")
    steady = relief[relief["scheme"].isin(["低保", "特困"])]
    fresh = relief[relief["began_on"].between(since, day)].groupby("household_no").size().rename("n").reset_index()
    county.hit("R18", fresh, "n")
    given = steady[(steady["began_on"] <= day) & (steady["ended_on"].isna() | (steady["ended_on"] > day))]
    stopped = steady[steady["ended_on"].between(since, day)].groupby("household_no").size().rename("n").reset_index()
    county.hit("R19", stopped[~stopped["household_no"].isin(given["household_no"])], "n")
    lost = county.recent("death", "died_on").merge(person[~person["gone"] & person["labourer"]], on="person_no")
    lost = lost[lost["household_no"].isin(home["household_no"])]
    county.hit("R20", lost.groupby(["household_no", "person_no"]).size().rename("n").reset_index(), "n")


def _losses(county: County, living: Frame) -> None:
    v = county.values
    struck = county.recent("disaster_damage", "occurred_on", ["hazard", "house", "loss", "casualty"]).merge(
        living, on="person_no"
    )
    fire = struck[struck["hazard"] == "火灾"].groupby("household_no").size().rename("n").reset_index()
    county.hit("R22", fire, "n")
    storm = struck[struck["hazard"] != "火灾"].copy()
    storm["hurt"] = (storm["house"] != "无") | (storm["loss"] > 0) | storm["casualty"]
    storm = storm.groupby("household_no").agg(loss=("loss", "sum"), hurt=("hurt", "any")).reset_index()
    county.hit("R21", storm[storm["hurt"]], "loss")
    failed = county.recent("industry_loss", "occurred_on", ["loss"]).merge(living, on="person_no")
    failed = failed.groupby("household_no")["loss"].sum().reset_index()
    county.hit("R28", failed[failed["loss"] >= v["industry_loss_line"]], "loss")
    debt = county.recent("court_enforcement", "began_on", ["kind", "amount"])
    debt = debt[debt["kind"] == "被执行"].merge(living, on="person_no")
    debt = debt.groupby(["household_no", "person_no"])["amount"].sum().reset_index()
    county.hit("R31", debt[debt["amount"] >= v["enforcement_line"]], "amount")
    claims = county.recent("insurance_claim", "occurred_on", ["paid"]).merge(living, on="person_no")
    county.hit("R39", claims.groupby("household_no")["paid"].sum().reset_index(), "paid")
    for rule, code, day in (
        ("R06", "serious_illness", "diagnosed_on"), ("R07", "severe_disorder", "diagnosed_on"),
        ("R23", "traffic_accident", "occurred_on"), ("R24", "crime_victim", "occurred_on"),
    ):  # fmt: skip
        found = county.recent(code, day).merge(living, on="person_no")
        found = found[found["labourer"]] if rule == "R24" else found
        county.hit(rule, found.groupby(["household_no", "person_no"]).size().rename("n").reset_index(), "n")
    voices = county.recent("petition", "received_on", ["channel"]).merge(living, on="person_no")
    for rule, channels in (("R32", ["信访", "12345", "12317"]), ("R33", ["网络舆情"])):
        heard = voices[voices["channel"].isin(channels)]
        county.hit(rule, heard.groupby(["household_no", "person_no"]).size().rename("n").reset_index(), "n")


def _changed(county: County, living: Frame) -> None:
    v, order = county.values, ["period", "delivery", "row_no"]
    paper = county.feed("disability_certificate", ["person_no", "issued_on", "status", "category", "grade", *order])
    paper = county.latest(paper[paper["issued_on"].isna() | (paper["issued_on"] <= county.day("as_of"))], ["person_no"])
    mental = paper["category"].isin(["精神", "智力"]) & (paper["grade"] <= v["mental_disability_grade"])
    severe = (paper["status"] == "有效") & ((paper["grade"] <= v["severe_disability_grade"]) | mental)
    county.hit("R08", paper[severe & (paper["issued_on"] >= county.day("recent"))].merge(living, on="person_no"), 1)
    firm = county.dated("business", ["person_no", "registration_no"], ["kind", "status"])
    shut = firm["kind"].isin(["个体工商户", "企业法人"]) & firm["status"].isin(["注销", "吊销"])
    shut = firm[shut & (firm["as_of"] >= county.day("quarter"))].merge(living, on="person_no")
    county.hit("R30", shut.groupby(["household_no", "person_no"]).size().rename("n").reset_index(), "n")
    child = county.dated("child_in_difficulty", ["person_no"], ["situation"])
    needy = child["situation"].isin(["孤儿", "事实无人抚养", "重病重残", "单亲"])
    county.hit("R34", child[needy & (child["as_of"] >= county.day("quarter"))].merge(living, on="person_no"), 1)
    lost = county.recent("fraud_loss", "occurred_on", ["loss"]).groupby("person_no")["loss"].sum()
    court = county.recent("court_enforcement", "began_on", ["kind"])
    jailed = living["person_no"].isin(court.loc[court["kind"] == "服刑", "person_no"])
    hurt = living.assign(lost=living["person_no"].map(lost).fillna(0))
    county.hit("R25", hurt[(hurt["lost"] >= v["fraud_line"]) | jailed & hurt["labourer"]], "lost")


def _villages(county: County) -> None:
    day = county.day("as_of")
    water = county.of_change("water_supply", ["division", "began_on", "cause"], ["ended_on"])
    water = water[(water["began_on"] <= day) & (water["ended_on"].isna() | (water["ended_on"] >= county.day("recent")))]
    foul = water["cause"] == "水质不达标"
    bad = water[foul].groupby("division").size().rename("n").reset_index()
    county.place("R14", bad, "division", "n")
    dry = water[~foul].copy()
    dry["days"] = (dry["ended_on"].fillna(day).clip(upper=day) - dry["began_on"]).dt.days.clip(lower=0)
    dry["seasonal"] = dry["cause"] == "季节性缺水"
    dry = dry.groupby("division").agg(days=("days", "max"), seasonal=("seasonal", "any")).reset_index()
    long = dry["days"] > county.values["water_stop_days_line"]
    county.place("R13", dry[long | dry["seasonal"]], "division", "days")
    sites = county.dated("geohazard", ["division", "site"], ["level"])
    risen = sites[(sites["level"] != "小型") & (sites["as_of"] >= county.day("recent"))]
    county.place("R26", risen.groupby("division").size().rename("n").reset_index(), "division", "n")
