"""The county's register in the import form: divisions, grids, households, people."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import yaml

from sangesan.demo.chance import Texts, generator, weighted
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.feeds.possessions import unsafe_houses
from sangesan.demo.feeds.welfare import assistance_stock
from sangesan.demo.geography import household_positions
from sangesan.demo.people import ALONG, AWAY, DEAD
from sangesan.demo.population import County
from sangesan.demo.presentation import decimal_text

ROADS = {"水泥路": 62, "沥青路": 14, "砂石路": 13, "泥土路": 9, "": 2}
WAYS = ("帮扶消除", "自然消除")
FUELS = {"柴草": 34, "电": 38, "液化气": 24, "沼气": 2, "": 2}
UNSAFE_WATER_HOUSEHOLDS = 22
NATIONAL_NUMBER_UNKNOWN = 0.01
NOT_YET_ENTERED_DAYS = 7
ALONG_REASONS = ("外嫁女长期回娘家同住", "户口在外，共同生活、共享收支", "赘婿，户口未迁入", "子女户口在城镇，长期同住")


def write_registry(county: County, folder: Path) -> dict[str, int]:
    """Writes county.yaml, boundary.geojson, divisions.csv, grids.csv, households.csv, people.csv; rows of each CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DATA / "boundary.geojson", folder / "boundary.geojson")
    facts = county.facts
    head = {
        "code": facts.code,
        "name": facts.name,
        "today": facts.today,
        "register_from": facts.raw["register_from"],
        "demonstration": True,
    }
    more = {key: facts.raw[key] for key in ("province", "city") if key in facts.raw}
    text = yaml.safe_dump({**head, **more, "scale": facts.scale}, allow_unicode=True, sort_keys=False)
    (folder / "county.yaml").write_text(text, encoding="utf-8")
    divisions = {
        "code": [d.code for d in facts.divisions],
        "name": [d.name for d in facts.divisions],
        "level": [d.level for d in facts.divisions],
        "parent_code": [d.parent for d in facts.divisions],
    }
    tables = {
        "divisions": pa.table(divisions),
        "grids": _grids(county),
        "households": _households(county),
        "people": _people(county),
    }
    for name, table in tables.items():
        _write(folder / f"{name}.csv", table)
    return {name: table.num_rows for name, table in tables.items()}


def _write(path: Path, table: pa.Table) -> None:
    with path.open("wb") as sink:
        sink.write((",".join(table.column_names) + "\n").encode())
        pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False, quoting_style="needed"))


def _grids(county: County) -> pa.Table:
    codes = np.unique(county.households.grid)
    place = dict(zip(county.places.codes, county.places.names, strict=True))
    names = [f"{place[c[:12]]}第{int(c[13:])}网格" for c in codes]
    return pa.table({"网格编号": codes, "村编码": [c[:12] for c in codes], "网格名称": names})


def _households(county: County) -> pa.Table:
    h, places = county.households, county.places
    rng = generator(county.seed, "household conditions")
    count = h.size.size
    longitude, latitude = household_positions(rng, places, h.residence)
    lifted = 2014 + weighted(rng, (3, 5, 10, 16, 27, 30, 9), count)
    way = np.where(rng.random(count) < 0.93, *WAYS)
    number = np.char.add("2" + county.facts.code, np.char.zfill((np.arange(count) * 11 + 100_003).astype("<U8"), 8))
    number[(rng.random(count) < NATIONAL_NUMBER_UNKNOWN) & ~h.eliminated] = ""
    number[h.enrolled_on > np.datetime64(county.facts.today) - NOT_YET_ENTERED_DAYS] = ""
    group = np.char.add(rng.integers(1, 8, count).astype("<U1"), "组")
    return pa.table(
        {
            "户编号": h.number,
            "户籍村": places.codes[h.village],
            "村民小组": np.where(places.community[h.village], "", group),
            "网格": h.grid,
            "居住地": places.codes[h.residence],
            "搬迁原因": h.cause,
            "入住日期": _days(h.moved_on),
            "集中安置": _yes_no(h.settlement, h.relocated),
            "脱贫户": _yes_no(h.poor),
            "脱贫年度": np.where(h.poor, lifted.astype("<U4"), ""),
            "监测状态": np.where(h.eliminated, "已消除", np.where(h.monitored, "监测中", "")),
            "监测对象类别": h.category,
            "风险类型": h.risks,
            "纳入日期": _days(h.enrolled_on),
            "消除日期": _days(h.eliminated_on),
            "消除方式": np.where(h.eliminated, way, ""),
            "国家系统编号": np.where(h.monitored, number, ""),
            **_living(county, rng),
            "经度": decimal_text(np.rint(longitude * 1e6).astype(np.int64), 6),
            "纬度": decimal_text(np.rint(latitude * 1e6).astype(np.int64), 6),
        }
    )


def _living(county: County, rng: np.random.Generator) -> dict[str, object]:
    """House, water, road, land; some of it unknown."""
    h = county.households
    count = h.size.size
    grade = np.where(h.relocated, "A", np.array(["A", "B"])[weighted(rng, (52, 48), count)])
    grade[unsafe_houses(county)[2]] = "C"
    grade[~h.relocated & (grade != "C") & (rng.random(count) < 0.03)] = ""
    dry = rng.permutation(np.flatnonzero(~h.relocated & ~h.monitored))[: county.facts.scaled(UNSAFE_WATER_HOUSEHOLDS)]
    water = np.ones(count, dtype=bool)
    water[dry] = False
    farm = np.where(h.relocated, 0.4, 1.0) * rng.gamma(3.0, 110.0, count)
    return {
        "住房等级": grade,
        "安全饮水": np.where(rng.random(count) < 0.02, np.where(water, "", "否"), _yes_no(water)),
        "入户路": np.array(list(ROADS))[weighted(rng, list(ROADS.values()), count)],
        "距主干路公里": decimal_text(np.minimum(rng.gamma(1.4, 60.0, count), 1200).astype(np.int64), 2),
        "住房面积": decimal_text((h.size * 2300 + 2000 + rng.gamma(2.0, 1200.0, count)).astype(np.int64), 2),
        "耕地亩": decimal_text(farm.astype(np.int64), 2),
        "林地亩": decimal_text(rng.gamma(1.2, 900.0, count).astype(np.int64), 2),
        "退耕亩": decimal_text((rng.gamma(1.1, 260.0, count) * (rng.random(count) < 0.6)).astype(np.int64), 2),
        "燃料": np.array(list(FUELS))[weighted(rng, list(FUELS.values()), count)],
        "卫生厕所": np.where(rng.random(count) < 0.04, "", _yes_no(rng.random(count) < 0.83)),
    }


def _people(county: County) -> pa.Table:
    p, h = county.people, county.households
    rng = generator(county.seed, "person details")
    count = len(p)
    groups = county.facts.raw["ethnic_groups"]
    nation = np.array(list(groups))[weighted(rng, list(groups.values()), count)]
    low, destitute = (np.isin(np.arange(count), part) for part in assistance_stock(county))
    along = p.kind == ALONG
    alive = p.kind == 0
    columns: dict[str, object] = {
        "户编号": h.number[p.household],
        "姓名": p.name,
        "性别": np.where(p.male, "男", "女"),
        "证件号码": p.identity,
        "出生日期": _days(p.birth),
        "与户主关系": p.relation,
        "民族": np.where(rng.random(count) < 0.01, "", nation),
        "政治面貌": _political(county, rng),
        "文化程度": p.education,
        "在校生状况": p.schooling,
        "健康状况": p.health,
        "劳动技能": p.labour,
        "务工地点": p.place,
        "务工月数": np.where(p.worker, (3 + weighted(rng, np.arange(1, 10, dtype=float), count)).astype("<U2"), ""),
        "医疗保险": np.where(p.worker & (rng.random(count) < 0.06), "城镇职工基本医疗保险", "城乡居民基本医疗保险"),
        "大病保险": np.where(rng.random(count) < 0.05, "", "是"),
        "养老保险": np.where(p.age >= 16, np.where(rng.random(count) < 0.12, "", "城乡居民基本养老保险"), ""),
        "低保": _yes_no(low),
        "特困": _yes_no(destitute),
        "会讲普通话": np.where(rng.random(count) < 0.1, "", _yes_no((p.age < 62) & (p.age > 3))),
        "婚姻": _marriage(county, rng),
        "联系电话": p.phone,
        "成员类型": np.where(along, "共同生活", "户籍"),
        "成员说明": np.where(along, np.array(ALONG_REASONS)[rng.integers(0, len(ALONG_REASONS), count)], ""),
        "死亡日期": _days(np.where(p.kind == DEAD, p.left_on, np.datetime64("NaT", "D"))),
        "迁出日期": _days(np.where(p.kind == AWAY, p.left_on, np.datetime64("NaT", "D"))),
    }
    columns["医疗保险"] = np.where(alive, np.asarray(columns["医疗保险"]), "")
    order = np.argsort(p.household, kind="stable")
    return pa.table({name: pa.array(np.asarray(values)).take(pa.array(order)) for name, values in columns.items()})


def _political(county: County, rng: np.random.Generator) -> Texts:
    age = county.people.age
    chance = rng.random(age.size)
    word = np.where((age >= 14) & (age < 28) & (chance < 0.3), "共青团员", "群众")
    word = np.where((age >= 24) & (chance > 0.955), "中共党员", word)
    return np.where((chance > 0.49) & (chance < 0.54), "", word)


def _marriage(county: County, rng: np.random.Generator) -> Texts:
    """Married with a spouse in the household; else by age."""
    p = county.people
    has_spouse = np.bincount(p.household[p.relation == "配偶"], minlength=county.households.size.size) > 0
    paired = (p.relation == "配偶") | ((p.relation == "户主") & has_spouse[p.household])
    paired |= np.isin(p.relation, ("之儿媳", "之女婿"))
    alone = np.select([p.age < 23, p.age < 45, p.age < 62], ["未婚", "未婚", "离婚"], "丧偶")
    word = np.where(paired, "已婚", alone)
    return np.where((rng.random(p.age.size) < 0.06) | (p.age < 6), "", word)


def _days(days: np.ndarray) -> pa.Array:
    """ISO days, NaT empty."""
    return pc.strftime(pa.array(days.astype("datetime64[D]")), format="%Y-%m-%d")


def _yes_no(flags: np.ndarray, where: np.ndarray | None = None) -> Texts:
    words = np.where(flags, "是", "否")
    return words if where is None else np.where(where, words, "")
