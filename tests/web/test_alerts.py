"""Pages of alerts and of the map: who sees what, the acts of the county, files handed in, few queries."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alerts.messages import at, cap
from sangesan.alerts.models import Alert, Message
from sangesan.alerts.taking import take_in
from sangesan.cli.main import cli
from sangesan.clues.models import Clue
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import KeyGroup, Task
from sangesan.regions.outline import load_outline, outline
from sangesan.registry.models import Household, Residence
from web.small_county import COUNTY, NOW, VILLAGE_A, VILLAGE_B

SQUARE = [[108.4, 32.4], [108.8, 32.4], [108.8, 32.8], [108.4, 32.8], [108.4, 32.4]]


@pytest.fixture
def at_risk(small, settings, tmp_path) -> None:
    """Everybody is at risk and has a position; HOME is the test's own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    for n, home in enumerate(Household.objects.order_by("pk")):
        KeyGroup.objects.create(household=home, group="elderly_alone", sentence="独居", since=date(2022, 9, 1))
        place = {"latitude": Decimal("32.5") + n, "longitude": Decimal("108.5")}
        Residence.objects.filter(household=home, valid_to=None).update(**place)


@pytest.fixture
def orange(small, at_risk) -> Alert:
    """An orange alert over 东河镇."""
    return take(small, cap())


def take(small, data: bytes) -> Alert:
    return take_in(post=small.posts["county"], data=data, way=Message.Way.UPLOAD, now=NOW, into_feed=False).alert


def text(answer) -> str:
    return answer.content.decode()


SEES = [("county", True), ("town", True), ("village", True), ("grid", True), ("inspector", True), ("department", True)]


@pytest.mark.parametrize(("role", "sees"), SEES)
def test_the_list_and_the_banner(signed_in, orange, role, sees) -> None:
    client = signed_in(role)
    page = text(client.get(reverse("alerts")))
    assert ("橙色预警" in page) is sees
    assert "县气象台发布暴雨橙色预警信号" in text(client.get(reverse("front")))


def test_an_alert_elsewhere_is_not_shown_to_the_village(small, signed_in, at_risk) -> None:
    alert = take(small, cap(area="<areaDesc>高坪村</areaDesc>"))
    village = signed_in("village")
    assert "橙色预警" not in text(village.get(reverse("alerts")))
    assert village.get(reverse("alert", args=[alert.pk])).status_code == 403
    assert village.get(reverse("alert-message", args=[alert.pk, alert.messages.get().pk])).status_code == 403
    assert village.get(reverse("alert-damage", args=[alert.pk])).status_code == 403
    assert "高坪村" in text(signed_in("county").get(reverse("alert", args=[alert.pk])))


def test_one_alert_tells_its_villages_and_its_life(small, signed_in, orange) -> None:
    Task.objects.filter(household=Household.objects.order_by("pk")[0]).update(state="done")
    take(small, cap("A2", kind="Update", sent=at(9), colour="红色", references=[("A1", at(8))]))
    page = text(signed_in("county").get(reverse("alert", args=[orange.pk])))
    for words in (
        "红色预警",
        "橙色预警",
        "已被更新",
        "东河镇双柳村",
        "新居社区",
        "请远离山洪沟",
        "提前期限",
        "未签名",
        "依据",
    ):
        assert words in page, words
    assert re.search(r"<b>1</b>\s*已走访", page)
    assert re.search(r"<b>2</b>\s*待走访", page)
    own = text(signed_in("village").get(reverse("alert", args=[orange.pk])))
    assert "双柳村" in own
    assert "新居社区" not in own
    department = text(signed_in("department").get(reverse("alert", args=[orange.pk])))
    assert "重点户走访" not in department


def test_the_message_as_received(signed_in, orange) -> None:
    message = orange.messages.get()
    address = reverse("alert-message", args=[orange.pk, message.pk])
    page = text(signed_in("grid").get(address))
    assert "&lt;identifier&gt;A1&lt;/identifier&gt;" in page
    raw = signed_in("grid").get(address + "?raw")
    assert raw.content == cap()
    assert raw["Content-Disposition"].startswith("attachment")


def test_the_county_sends_and_stops(small, signed_in, at_risk) -> None:
    alert = take(small, cap(colour="黄色"))
    client, address = signed_in("county"), reverse("alert", args=[alert.pk])
    assert "黄色预警不自动安排走访" in text(client.get(address))
    assert "已安排 3 户走访" in text(client.post(reverse("alert-send", args=[alert.pk]), follow=True))
    refused = client.post(reverse("alert-stop", args=[alert.pk]), {"reason": "雨"})
    assert "没有写停止的理由" in text(refused)
    done = client.post(reverse("alert-stop", args=[alert.pk]), {"reason": "雨已停，经会商不再走访"}, follow=True)
    assert "3 户不再走访" in text(done)
    assert Task.objects.filter(state="open").count() == 0
    for role in ("town", "village", "inspector", "department"):
        assert signed_in(role).post(reverse("alert-send", args=[alert.pk])).status_code == 403
        assert "安排走访重点户" not in text(signed_in(role).get(address))


def upload(client, data: bytes):
    return client.post(reverse("alert-upload"), {"file": SimpleUploadedFile("a.xml", data)}, follow=True)


def test_a_file_is_taken_or_told_what_is_wrong(signed_in, at_risk) -> None:
    client = signed_in("county")
    page = text(upload(client, cap()))
    assert "预警已接收，已安排 3 户走访" in page
    assert "以前收过，没有变化" in text(upload(client, cap()))
    wrong = upload(client, cap("A7").replace(b"Severe", b"Heavy"))
    assert "alert/info[1]/severity" in text(wrong)
    assert "可填：Extreme" in text(wrong)
    assert "没有选择文件" in text(client.post(reverse("alert-upload")))
    assert signed_in("town").get(reverse("alert-upload")).status_code == 403
    assert signed_in("department").get(reverse("alert-upload")).status_code == 200


def test_the_list_pages_by_key_and_refuses_what_it_does_not_know(small, signed_in, at_risk) -> None:
    for n in range(33):
        take(small, cap(f"L{n}", sent=at(8, n), colour="蓝色"))
    client = signed_in("county")
    first = text(client.get(reverse("alerts")))
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = text(client.get(reverse("alerts") + following[1]))
    assert (first.count("<tr data-href"), second.count("<tr data-href")) == (30, 3)
    assert client.get(reverse("alerts"), {"tab": "x"}).status_code == 400
    assert client.get(reverse("alerts"), {"after": "x"}).status_code == 400


def test_few_queries(small, signed_in, orange, django_assert_max_num_queries) -> None:
    client = signed_in("county")
    client.get(reverse("alerts"))
    for n in range(12):
        take(small, cap(f"L{n}", sent=at(8, n), colour="蓝色"))
    with django_assert_max_num_queries(24):
        client.get(reverse("alerts"), {"tab": "all"})
    with django_assert_max_num_queries(25):
        client.get(reverse("alert", args=[orange.pk]))
    with django_assert_max_num_queries(25):
        client.get(reverse("county-map"))


def boundary(folder: Path, geometry: dict) -> Path:
    path = folder / "boundary.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]}))
    return path


def test_the_map_draws_outline_villages_and_areas(signed_in, at_risk, small, tmp_path) -> None:
    shape = "<polygon>32.4,108.4 32.6,108.4 32.6,108.6 32.4,108.4</polygon>"
    code = f"<geocode><valueName>区划</valueName><value>{VILLAGE_A}</value></geocode>"
    take(small, cap(area=f"<areaDesc>双柳村</areaDesc>{shape}<circle>32.5,108.5 4</circle>{code}"))
    load_outline(boundary(tmp_path, {"type": "Polygon", "coordinates": [SQUARE]}))
    page = text(signed_in("county").get(reverse("county-map")))
    assert len(re.findall(r'class="map-spot[ "]', page)) == 3
    assert '<g class="map-land" aria-hidden="true"><path d="M' in page
    assert re.search(r'map-area-orange"><path d="M[^"]+Z"/><circle cx="[0-9.]+" cy="[0-9.]+" r="[0-9.]+"/>', page)
    assert 'class="map-point layer-villages-on point-orange"' in page
    assert "橙色" in page, "the word stands with the colour"
    assert "村的位置是虚构的" in page
    assert " style=" not in page
    panel = signed_in("county").get(reverse("map-village", args=[VILLAGE_A]), headers={"HX-Request": "true"})
    assert "2 户" in text(panel)
    assert "<html" not in text(panel)
    assert reverse("clues") in text(panel)


def test_the_map_tells_numbers_of_ones_own_places_only(signed_in, orange) -> None:
    other = text(signed_in("village").get(reverse("map-village", args=[VILLAGE_B])))
    assert "不在您的管理范围内" in other
    own = text(signed_in("village").get(reverse("map-village", args=[VILLAGE_A])))
    assert "2 户" in own
    department = text(signed_in("department").get(reverse("map-village", args=[VILLAGE_A])))
    panel, table = department.split('id="map-village"')[1].split("map-table", 1)
    assert "待走访" not in panel
    assert table.count(">不能查看<") == 4, "two villages of the town, two columns: said, not left empty"
    assert signed_in("county").get(reverse("map-village", args=["no_such"])).status_code == 403
    assert signed_in("county").get(reverse("map-village", args=[COUNTY])).status_code == 403


@pytest.mark.parametrize(("role", "linked"), [("county", True), ("village", True), ("grid", False)])
def test_the_map_leads_to_the_households_still_to_be_visited(signed_in, orange, role, linked) -> None:
    client, address = signed_in(role), f"{reverse('patrols-left')}?place={VILLAGE_A}&tasks=1"
    page = text(client.get(reverse("map-village", args=[VILLAGE_A])))
    assert (address.replace("&", "&amp;") in page) is linked
    assert client.get(address).status_code == (200 if linked else 403)


def test_urgent_visits_are_listed_without_a_round_until_they_are_made(signed_in, orange) -> None:
    client, address = signed_in("county"), f"{reverse('patrols-left')}?place={VILLAGE_A}&tasks=1"
    assert text(client.get(address)).count("暴雨橙色预警走访") == 2
    Task.objects.filter(household=Household.objects.order_by("pk")[0]).update(state="done")
    assert text(client.get(address)).count("暴雨橙色预警走访") == 1


def test_a_household_under_two_warnings_counts_once(small, signed_in, orange) -> None:
    take(small, cap("B1", event="大风"))
    assert Task.objects.filter(state="open", household__residence=VILLAGE_A).count() == 4
    assert re.search(r"tasks=1\">2 户<", text(signed_in("county").get(reverse("map-village", args=[VILLAGE_A]))))


def test_without_outline_and_positions_the_table_remains(small, signed_in, at_risk) -> None:
    Residence.objects.update(latitude=None, longitude=None)
    page = text(signed_in("county").get(reverse("county-map")))
    assert "画不出地图" in page
    assert "双柳村" in page


OUTLINES = {
    "a point": {"type": "Point", "coordinates": [108, 32]},
    "metres": {"type": "Polygon", "coordinates": [[[4e6, 3e6], [4e6, 4e6], [5e6, 4e6], [4e6, 3e6]]]},
    "a line": {"type": "Polygon", "coordinates": [[[108, 32], [109, 33]]]},
    "words": {"type": "Polygon", "coordinates": [[["a", "b"]] * 5]},
}


@pytest.mark.parametrize("case", OUTLINES)
def test_what_is_no_outline_is_refused(case, at_risk, tmp_path) -> None:
    with pytest.raises(Refusal, match=r"boundary\.geojson"):
        load_outline(boundary(tmp_path, OUTLINES[case]))
    assert outline() == []


def test_what_is_no_geojson_is_refused(at_risk, tmp_path) -> None:
    (tmp_path / "x.geojson").write_text("<kml/>")
    with pytest.raises(Refusal, match="不是 GeoJSON"):
        load_outline(tmp_path / "x.geojson")


@pytest.mark.parametrize(("risk", "offered"), [("01", False), ("0201", True), ("0205", True)])
def test_the_green_channel_is_in_sight_on_a_disasters_clue(signed_in, clue, risk, offered) -> None:
    Clue.objects.filter(pk=clue.pk).update(risk=risk)
    page = text(signed_in("town").get(reverse("clue", args=[clue.pk])))
    assert ("可以开启绿色通道" in page) is offered
    assert (reverse("clue-green", args=[clue.pk]) in page) is offered
    assert "可以开启绿色通道" not in text(signed_in("village").get(reverse("clue", args=[clue.pk])))


def test_the_command(small, at_risk, tmp_path) -> None:
    good, bad = tmp_path / "a.xml", tmp_path / "b.xml"
    good.write_bytes(cap())
    bad.write_bytes(cap("A5").replace(b"Actual", b"Real"))
    run = CliRunner().invoke(cli, ["alert", "take", str(good), str(bad), str(tmp_path / "none.xml"), "--json"])
    assert run.exit_code == 2
    results = json.loads(run.stdout)
    assert [r["taken"] for r in results] == [True, False, False]
    assert results[0]["sent"] == 3
    assert "alert/status" in results[1]["reason"]
    listed = json.loads(CliRunner().invoke(cli, ["alert", "list", "--json"]).stdout)
    assert [(a["colour"], a["state"], a["tasks"]) for a in listed] == [("orange", "live", {"open": 3})]
    assert "橙色" in CliRunner().invoke(cli, ["alert", "list"]).stdout
