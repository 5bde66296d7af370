"""The rules as one would write them in Polars for this county and nothing else."""

from typing import Any

import pyarrow as pa

from sangesan.screening.bench.libraries import require
from sangesan.screening.bench.source import BenchSource
from sangesan.screening.bench.spans import Spans

Frame = Any


class County:
    """Lazy frames of one run."""

    def __init__(self, source: BenchSource, spans: Spans, values: dict[str, int]) -> None:
        self.pl = require("polars")
        self.source, self.spans, self.values = source, spans, values

    def feed(self, code: str) -> Frame:
        return self.pl.scan_parquet(self.source.feeds[code])

    def recent(self, code: str, day: str) -> Frame:
        return self.feed(code).filter(self.pl.col(day).is_between(self.spans.recent, self.spans.as_of))

    def latest(self, frame: Frame, keys: list[str], columns: list[str]) -> Frame:
        """The latest row of each key."""
        order = ["period", "delivery", "row_no"]
        known = frame.filter(self.pl.col("period") <= self.spans.as_of).select(
            list(dict.fromkeys([*keys, *columns, *order]))
        )
        return known.sort(order).unique(keys, keep="last", maintain_order=False)


def run(source: BenchSource, spans: Spans, values: dict[str, int]) -> pa.Table:
    """Hits as rule, household_no, person_no, measure, division, in the order of the digest."""
    county = County(source, spans, values)
    pl = county.pl
    person, home, living = _registry(county)
    first = pl.collect_all([person, home, *_feeds(county)])
    person, home, *feeds = (frame.lazy() for frame in first)
    living = person.filter(~pl.col("gone") & ~pl.col("dead")).join(home, on="household_no")
    living = living.collect().lazy()
    medical, income, job, post, relief, pupil, insured, house, credit, *changed = feeds
    hits = [
        *_medical(county, medical, income, living, home, person),
        *_school(county, pupil, living),
        *_work(county, job, post, living, home),
        *_relief(county, relief, living, person, home),
        *_losses(county, living),
        *_changed(county, living, *changed),
        *_homes(county, living, home, insured, pupil, house),
        _hit(county, "R29", credit.filter(pl.col("overdue_days") > values["overdue_days_line"]).join(living, on="person_no")
             .group_by("household_no", "person_no").agg(pl.col("overdue_days").max()), "overdue_days"),
        *_towns(county, job, living),
        *_villages(county),
    ]  # fmt: skip
    done = pl.concat(pl.collect_all(hits), how="diagonal")
    return done.sort("rule", "household_no", "person_no", "division", nulls_last=False).to_arrow()


def _hit(county: County, rule: str, frame: Frame, measure: Any) -> Frame:
    pl = county.pl
    value = pl.col(measure) if isinstance(measure, str) else measure
    has_person = "person_no" in frame.collect_schema().names()
    person = pl.col("person_no") if has_person else pl.lit(None, dtype=pl.Int64).alias("person_no")
    return frame.select(pl.lit(rule).alias("rule"), "household_no", person, value.cast(pl.Int64).alias("measure"))


def _place(county: County, rule: str, frame: Frame, division: str, measure: str) -> Frame:
    pl = county.pl
    return frame.select(pl.lit(rule).alias("rule"), division=division, measure=pl.col(measure).cast(pl.Int64))


def _registry(county: County) -> tuple[Frame, Frame, Frame]:
    pl, day = county.pl, county.spans.as_of
    dead = county.feed("death").filter(pl.col("died_on") <= day).select("person_no", dead_too=True).unique()
    person = pl.scan_parquet(county.source.table("people")).join(dead, on="person_no", how="left").select(
        "person_no", "household_no",
        labourer=pl.col("labour").is_in(["普通劳动力", "技能劳动力"]).fill_null(value=False),
        gone=(pl.col("left_on") <= day).fill_null(value=False),
        dead=(pl.col("died_on") <= day).fill_null(value=False) | pl.col("dead_too").is_not_null(),
    )  # fmt: skip
    living = person.filter(~pl.col("gone") & ~pl.col("dead"))
    members = living.group_by("household_no").agg(
        persons=pl.len().cast(pl.Int64), labourers=pl.col("labourer").sum().cast(pl.Int64)
    )
    home = pl.scan_parquet(county.source.table("households")).join(members, on="household_no").select(
        "household_no", "town", "persons", "labourers",
        poor=pl.col("formerly_poor").fill_null(value=False),
        monitored=(pl.col("stage") == "monitoring").fill_null(value=False),
        relocated=pl.col("relocated").fill_null(value=False),
        bad_house=pl.col("house_grade").is_in(["C", "D"]).fill_null(value=False),
        bad_water=(~pl.col("safe_water")).fill_null(value=False),
    )  # fmt: skip
    return person, home, living


def _feeds(county: County) -> list[Frame]:
    pl, s = county.pl, county.spans
    day, paid = pl.col("settled_on"), pl.col("self_paid")
    medical = county.feed("medical_settlement").filter(day.is_between(s.twelve, s.last_end)).group_by("person_no").agg(
        hospital=paid.filter((pl.col("care") == "住院") & (day >= s.year_start)).sum(),
        clinic=paid.filter(pl.col("care").is_in(["门诊统筹", "门诊慢特病"]) & (day >= s.last_end.replace(day=1))).sum(),
        total=paid.sum(),
    )  # fmt: skip
    income = county.latest(
        county.feed("household_income").filter(pl.col("year").is_between(s.as_of.year - 2, s.as_of.year - 1)),
        ["person_no", "year"], ["wage", "business", "business_cost", "property", "transfer"],
    )  # fmt: skip
    known = pl.col("as_of").is_null() | (pl.col("as_of") <= s.as_of)
    issued = pl.col("issued_on").is_null() | (pl.col("issued_on") <= s.as_of)
    year = county.feed("insurance_enrolment").filter(pl.col("year") == s.as_of.year)
    inspected = pl.col("inspected_on").is_null() | (pl.col("inspected_on") <= s.as_of)
    return [
        medical,
        income,
        county.latest(county.feed("employment"), ["person_no", "began_on", "place"], ["ended_on"]),
        county.latest(county.feed("public_post"), ["person_no", "began_on", "post"], ["ended_on"]),
        county.latest(county.feed("social_assistance"), ["person_no", "began_on", "scheme"], ["ended_on"]),
        county.latest(county.feed("school_enrolment").filter(known), ["person_no"], ["status", "stage"]),
        county.latest(year, ["person_no"], ["status"]),
        county.latest(county.feed("house_inspection").filter(inspected), ["person_no"], ["grade", "inspected_on"]),
        county.latest(county.feed("microcredit").filter(known), ["person_no", "contract_no"], ["overdue_days"]),
        county.latest(county.feed("disability_certificate").filter(issued), ["person_no"], ["status", "category", "grade", "issued_on"]),
        county.latest(county.feed("business").filter(known), ["person_no", "registration_no"], ["kind", "status", "as_of"]),
        county.latest(county.feed("child_in_difficulty").filter(known), ["person_no"], ["situation", "as_of"]),
    ]  # fmt: skip


def _medical(county: County, medical: Frame, income: Frame, living: Frame, home: Frame, person: Frame) -> list[Frame]:
    pl, v = county.pl, county.values
    net = pl.col("wage") + pl.col("business") - pl.col("business_cost") + pl.col("property") + pl.col("transfer")
    year = county.spans.as_of.year
    purse = income.join(person, on="person_no").group_by("household_no").agg(
        net=net.filter(pl.col("year") == year - 1).max(), before=net.filter(pl.col("year") == year - 2).max()
    ).join(home, on="household_no")  # fmt: skip
    mine = medical.join(living, on="person_no")
    paid = mine.group_by("household_no").agg(paid=pl.col("total").sum())
    burdened = (pl.col("paid") * 100 >= pl.col("net") * v["medical_burden_percent"]) | (
        pl.col("net") - pl.col("paid") < v["monitoring_line"] * pl.col("persons")
    )
    head = pl.col("net") // pl.col("persons")
    fell = (pl.col("before") > 0) & (
        (pl.col("before") - pl.col("net")) * 100 >= v["income_drop_percent"] * pl.col("before")
    )
    near = head * 100 < v["near_line_percent"] * v["monitoring_line"]
    schooling = county.feed("education_cost").filter(
        pl.col("period").is_between(county.spans.twelve, county.spans.last_end)
    )
    return [
        _hit(county, "R01", mine.filter(pl.col("poor") & (pl.col("hospital") >= v["hospital_line_formerly_poor"])), "hospital"),
        _hit(county, "R02", mine.filter(~pl.col("poor") & (pl.col("hospital") >= v["hospital_line_others"])), "hospital"),
        _hit(county, "R03", mine.filter(pl.col("clinic") >= v["outpatient_line"]), "clinic"),
        _hit(county, "R04", paid.join(purse, on="household_no").filter((pl.col("paid") >= 1) & burdened), "paid"),
        _hit(county, "R10", schooling.group_by("person_no").agg(pl.col("self_paid").sum())
             .filter(pl.col("self_paid") > v["schooling_cost_line"]).join(living, on="person_no"), "self_paid"),
        _hit(county, "R36", purse.filter((head < v["monitoring_line"]) & ~pl.col("monitored")), head),
        _hit(county, "R37", purse.filter(near | fell), head),
    ]  # fmt: skip


def _school(county: County, pupil: Frame, living: Frame) -> list[Frame]:
    pl = county.pl
    further = (pl.col("status") == "在读") & pl.col("stage").is_in(["普高", "中职", "高职高专", "本科及以上"])
    several = pupil.filter(further).join(living, on="person_no").group_by("household_no").agg(n=pl.len())
    return [
        _hit(county, "R09", dropouts(county, pupil).join(living, on="person_no"), pl.lit(1)),
        _hit(county, "R11", several.filter(pl.col("n") >= county.values["children_in_study_line"]), "n"),
    ]


def dropouts(county: County, pupil: Frame) -> Frame:
    """Pupils of compulsory school whose last state is a suspected drop-out."""
    pl = county.pl
    return pupil.filter((pl.col("status") == "疑似辍学") & pl.col("stage").is_in(["小学", "初中"]))


def _work(county: County, job: Frame, post: Frame, living: Frame, home: Frame) -> list[Frame]:
    pl, s = county.pl, county.spans
    ended = pl.col("ended_on")
    opened = (pl.col("began_on") <= s.as_of) & (ended.is_null() | (ended >= s.as_of))
    at_work = job.filter(opened).select("person_no").unique()
    on_post = post.filter(opened).select("person_no").unique()
    idle = job.filter(ended.is_between(s.idle, s.as_of)).group_by("person_no").agg(last=ended.max())
    idle = idle.with_columns(idle=(pl.lit(s.as_of) - pl.col("last")).dt.total_days()).join(living, on="person_no")
    stopped = (
        post.filter(ended.is_between(s.recent, s.as_of))
        .group_by("person_no")
        .agg(n=pl.len())
        .join(living, on="person_no")
    )
    busy = pl.concat([at_work, on_post]).join(living, on="person_no").select("household_no")
    waiting = (
        (pl.col("poor") | pl.col("monitored")) & pl.col("labourer") & (pl.col("idle") > county.values["idle_days_line"])
    )
    active = pl.concat([at_work, on_post])
    able = home.filter(pl.col("relocated") & (pl.col("labourers") >= 1))
    return [
        _hit(county, "R15", idle.filter(waiting).join(active, on="person_no", how="anti"), "idle"),
        _hit(county, "R17", stopped.join(active, on="person_no", how="anti"), "n"),
        _hit(county, "R35", able.join(busy, on="household_no", how="anti"), "labourers"),
    ]


def _relief(county: County, relief: Frame, living: Frame, person: Frame, home: Frame) -> list[Frame]:
    pl, s = county.pl, county.spans
    ended, steady = pl.col("ended_on"), pl.col("scheme").is_in(["低保", "特困"])
    given = relief.join(living, on="person_no").group_by("household_no").agg(
        fresh=pl.col("began_on").is_between(s.recent, s.as_of).sum(),
        stopped=(steady & ended.is_between(s.recent, s.as_of)).sum(),
        open=(steady & (pl.col("began_on") <= s.as_of) & (ended.is_null() | (ended > s.as_of))).sum(),
    )  # fmt: skip
    lost = county.recent("death", "died_on").join(person.filter(~pl.col("gone") & pl.col("labourer")), on="person_no")
    lost = lost.join(home, on="household_no").group_by("household_no", "person_no").agg(n=pl.len())
    return [
        _hit(county, "R18", given.filter(pl.col("fresh") >= 1), "fresh"),
        _hit(county, "R19", given.filter((pl.col("stopped") >= 1) & (pl.col("open") == 0)), "stopped"),
        _hit(county, "R20", lost, "n"),
    ]


def _losses(county: County, living: Frame) -> list[Frame]:
    pl, v = county.pl, county.values
    struck = county.recent("disaster_damage", "occurred_on").join(living, on="person_no")
    hurt = (pl.col("house") != "无") | (pl.col("loss") > 0) | pl.col("casualty")
    storm = struck.filter(pl.col("hazard") != "火灾").group_by("household_no").agg(pl.col("loss").sum(), n=hurt.sum())
    failed = county.recent("industry_loss", "occurred_on").join(living, on="person_no").group_by("household_no")
    debt = (
        county.recent("court_enforcement", "began_on").filter(pl.col("kind") == "被执行").join(living, on="person_no")
    )
    owed = debt.group_by("household_no", "person_no").agg(pl.col("amount").sum())
    claims = county.recent("insurance_claim", "occurred_on").join(living, on="person_no").group_by("household_no")
    counted: list[tuple[str, str, str, Any]] = [
        ("R06", "serious_illness", "diagnosed_on", pl.lit(value=True)),
        ("R07", "severe_disorder", "diagnosed_on", pl.lit(value=True)),
        ("R23", "traffic_accident", "occurred_on", pl.lit(value=True)),
        ("R24", "crime_victim", "occurred_on", pl.col("labourer")),
        ("R32", "petition", "received_on", pl.col("channel").is_in(["信访", "12345", "12317"])),
        ("R33", "petition", "received_on", pl.col("channel") == "网络舆情"),
    ]
    return [
        _hit(county, "R21", storm.filter(pl.col("n") >= 1), "loss"),
        _hit(county, "R22", struck.filter(pl.col("hazard") == "火灾").group_by("household_no").agg(n=pl.len()), "n"),
        _hit(county, "R28", failed.agg(pl.col("loss").sum()).filter(pl.col("loss") >= v["industry_loss_line"]), "loss"),
        _hit(county, "R31", owed.filter(pl.col("amount") >= v["enforcement_line"]), "amount"),
        _hit(county, "R39", claims.agg(pl.col("paid").sum()), "paid"),
        *(
            _hit(county, rule, county.recent(code, day).join(living, on="person_no").filter(condition)
                 .group_by("household_no", "person_no").agg(n=pl.len()), "n")
            for rule, code, day, condition in counted
        ),
    ]  # fmt: skip


def _changed(county: County, living: Frame, certificate: Frame, firm: Frame, child: Frame) -> list[Frame]:
    pl, s, v = county.pl, county.spans, county.values
    mental = pl.col("category").is_in(["精神", "智力"]) & (pl.col("grade") <= v["mental_disability_grade"])
    severe = (pl.col("status") == "有效") & ((pl.col("grade") <= v["severe_disability_grade"]) | mental)
    severe &= pl.col("issued_on") >= s.recent
    closed = pl.col("kind").is_in(["个体工商户", "企业法人"]) & pl.col("status").is_in(["注销", "吊销"])
    fresh = pl.col("as_of") >= s.quarter
    shut = (
        firm.filter(closed & fresh).join(living, on="person_no").group_by("household_no", "person_no").agg(n=pl.len())
    )
    needy = child.filter(fresh & pl.col("situation").is_in(["孤儿", "事实无人抚养", "重病重残", "单亲"]))
    lost = county.recent("fraud_loss", "occurred_on").group_by("person_no").agg(lost=pl.col("loss").sum())
    jailed = county.recent("court_enforcement", "began_on").filter(pl.col("kind") == "服刑")
    jailed = jailed.select("person_no", jailed=True).unique()
    hurt = lost.join(jailed, on="person_no", how="full", coalesce=True).join(living, on="person_no")
    hurt = hurt.filter((pl.col("lost") >= v["fraud_line"]) | (pl.col("jailed") & pl.col("labourer")))
    return [
        _hit(county, "R08", certificate.filter(severe).join(living, on="person_no"), pl.lit(1)),
        _hit(county, "R25", hurt, pl.col("lost").fill_null(0)),
        _hit(county, "R30", shut, "n"),
        _hit(county, "R34", needy.join(living, on="person_no"), pl.lit(1)),
    ]


def _towns(county: County, job: Frame, living: Frame) -> list[Frame]:
    pl, s = county.pl, county.spans
    began, ended = pl.col("began_on"), pl.col("ended_on")
    held = job.select(
        "person_no",
        now=(began <= s.last_end) & (ended.is_null() | (ended >= s.last_end)),
        before=(began <= s.before_end) & (ended.is_null() | (ended >= s.before_end)),
    )
    held = held.group_by("person_no").agg(pl.col("now").any(), pl.col("before").any()).join(living, on="person_no")
    towns = held.group_by("town").agg(pl.col("now").cast(pl.Int64).sum(), pl.col("before").cast(pl.Int64).sum())
    fallen = (pl.col("before") - pl.col("now")) * 100 > county.values["migrant_fall_percent"] * pl.col("before")
    return [_place(county, "R16", towns.filter(fallen), "town", "now")]


def _villages(county: County) -> list[Frame]:
    pl, s = county.pl, county.spans
    cause, ended = pl.col("cause"), pl.col("ended_on")
    water = county.latest(county.feed("water_supply"), ["division", "began_on", "cause"], ["ended_on"])
    stopped = water.filter((pl.col("began_on") <= s.as_of) & (ended.is_null() | (ended >= s.recent)))
    days = (pl.min_horizontal(ended, pl.lit(s.as_of)) - pl.col("began_on")).dt.total_days().clip(0)
    supply = stopped.group_by("division").agg(
        days=days.filter(cause != "水质不达标").max().fill_null(0),
        seasonal=(cause == "季节性缺水").sum(),
        foul=(cause == "水质不达标").sum(),
    )
    dry = (pl.col("days") > county.values["water_stop_days_line"]) | (pl.col("seasonal") >= 1)
    known = pl.col("as_of").is_null() | (pl.col("as_of") <= s.as_of)
    sites = county.latest(county.feed("geohazard").filter(known), ["division", "site"], ["level", "as_of"])
    risen = sites.filter((pl.col("level") != "小型") & (pl.col("as_of") >= s.recent))
    return [
        _place(county, "R13", supply.filter(dry), "division", "days"),
        _place(county, "R14", supply.filter(pl.col("foul") >= 1), "division", "foul"),
        _place(county, "R26", risen.group_by("division").agg(n=pl.len()), "division", "n"),
    ]


def _homes(county: County, living: Frame, home: Frame, insured: Frame, pupil: Frame, house: Frame) -> list[Frame]:
    pl, s = county.pl, county.spans
    missing = insured.filter(pl.col("status").is_in(["断保", "未参保"])).join(living, on="person_no")
    bad = house.filter(pl.col("grade").is_in(["C", "D"])).join(living, on="person_no").group_by("household_no").agg(
        fresh=pl.col("inspected_on").is_between(s.recent, s.as_of).sum()
    )  # fmt: skip
    out = dropouts(county, pupil).join(living, on="person_no").select("household_no", out=True).unique()
    short = missing.group_by("household_no").agg(missing=pl.len())
    tests = home.join(bad, on="household_no", how="left").join(short, on="household_no", how="left")
    tests = tests.join(out, on="household_no", how="left").with_columns(pl.col("missing").fill_null(0))
    failed = pl.col("bad_house") | pl.col("bad_water") | pl.col("fresh").is_not_null()
    failed = failed | (pl.col("missing") >= 1) | pl.col("out").is_not_null()
    return [
        _hit(county, "R05", missing, pl.lit(1)),
        _hit(county, "R12", bad.filter(pl.col("fresh") >= 1), "fresh"),
        _hit(county, "R38", tests.filter(~pl.col("monitored") & failed), "missing"),
    ]
