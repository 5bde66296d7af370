"""Weather warnings: one record per warning and village of its areas."""

from datetime import date

import pytest

from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.preparing import Prepared, prepare
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal

FEED = load_contracts().feeds["weather_alert"]
ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>61099841600000_20220820150000</identifier><sender>气象局</sender><sent>2022-08-20T15:00:00+08:00</sent>
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty><onset>2022-08-20T23:30:00+08:00</onset>
<expires>2022-08-20T20:00:00+00:00</expires><headline>暴雨橙色预警</headline>
<area><areaDesc>东河镇</areaDesc></area></info></alert>"""


def taken(text: str, directory: Directory) -> Prepared:
    return prepare(text.encode(), "warning.xml", FEED, directory=directory, people=None)


AREAS = {
    "town by name": ("<areaDesc>东河镇</areaDesc>", ["610998100001", "610998100201"]),
    "county by name": ("<areaDesc>试验县</areaDesc>", ["610998100001", "610998100201", "610998101001", "610998101201"]),
    "villages by name": ("<areaDesc>双柳村、西山镇高坪村</areaDesc>", ["610998100201", "610998101201"]),
    "town by code": (
        "<areaDesc>?</areaDesc><geocode><valueName>SGB</valueName><value>610998101000</value></geocode>",
        ["610998101001", "610998101201"],
    ),
}


@pytest.mark.parametrize("case", AREAS)
def test_areas_become_villages(case: str, directory: Directory) -> None:
    area, villages = AREAS[case]
    result = taken(ALERT.replace("<areaDesc>东河镇</areaDesc>", area), directory)
    assert result.open["division"].to_pylist() == villages
    assert result.refused == 0


def test_values_and_days_in_beijing(directory: Directory) -> None:
    result = taken(ALERT, directory)
    first = result.open.to_pylist()[0]
    assert result.month == Month(2022, 8)
    assert (first["event"], first["severity"], first["urgency"]) == ("暴雨", "Severe", "Immediate")
    assert (first["began_on"], first["ended_on"]) == (date(2022, 8, 20), date(2022, 8, 21))


DAMAGED = {
    "a test": (ALERT.replace("Actual", "Test"), "不是实际预警"),
    "an all-clear": (
        ALERT.replace(">Alert<", ">Cancel<").replace(
            "</scope>", "</scope><references>气象局,1,2022-08-20T15:00:00+08:00</references>"
        ),
        "不是发布或更新",
    ),
    "an all-clear of nothing": (ALERT.replace(">Alert<", ">Cancel<"), "没有写所引用的预警"),
    "elsewhere": (ALERT.replace("东河镇", "别县"), "不在本县"),
    "cut off": (ALERT[:400], "XML 不完整或有误"),
    "another root": ("<?xml version='1.0'?><report/>", "根元素是“report”"),
    "entities": (ALERT.replace("<alert", '<!DOCTYPE a [<!ENTITY x "y">]><alert', 1), "实体声明"),
    "no time": (ALERT.replace("<sent>2022-08-20T15:00:00+08:00</sent>", ""), "缺少发布时间"),
    "a strange time": (ALERT.replace("2022-08-20T15:00:00+08:00", "昨天"), "认不出"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_warning_is_refused(case: str, directory: Directory) -> None:
    text, expected = DAMAGED[case]
    with pytest.raises(Refusal) as refusal:
        taken(text, directory)
    assert expected in str(refusal.value)
