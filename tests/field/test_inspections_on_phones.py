"""An inspector's phone: the own team's places alone, sealed ones too; forms with photos, taken once and by the same acts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from field.phone import Phone, jpeg, patrol
from inspections.inspection_builders import Inspectors, finish, inspectors, plan_of, target_of
from sangesan.field.models import Device, Submission
from sangesan.field.queries import sent_back
from sangesan.files.attaching import attachments_of
from sangesan.inspections.conducting import content_of
from sangesan.inspections.models import Finding, Reply, Target
from sangesan.inspections.queries import words_of
from sangesan.inspections.sampling import draw_sample, take_sample
from sangesan.inspections.teams import place_in_team
from web.small_county import DAY, NOW, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(small_county: SmallCounty) -> Inspectors:
    return inspectors(small_county)


def places(phone: Phone) -> dict[int, dict[str, Any]]:
    part = phone.fetch()["inspection"]
    return {one["id"]: one for one in part["targets"]} if part else {}


def checklist(target: int, **part: Any) -> dict[str, Any]:
    inner = {"answers": {}, "words": {}, "said": {}, "ended": False, "summary": ""}
    return {
        "kind": "inspection", "app": "1", "made_at": "2022-09-13T02:00:00Z", "household": None, "target": target,
        "on": DAY.isoformat(), "photos": part.pop("photos", []), "voice": [], "changes": {}, "based_on": {},
        "inspection": inner | part,
    }  # fmt: skip


def finding(target: int, **part: Any) -> dict[str, Any]:
    inner = {
        "question": "", "defect": "missing_patrols", "unit": "", "words": "无安全饮水巡查记录", "requirement": "",
        "conduct": [], "conduct_words": "", "fabricated": False, "harm": False,
    }  # fmt: skip
    return checklist(target, photos=part.pop("photos", [])) | {"kind": "finding", "finding": inner | part}


def test_a_phone_carries_its_own_teams_places_and_no_households(who: Inspectors) -> None:
    plan = plan_of(who)
    mine, theirs = target_of(who, plan), target_of(who, plan, f"village:{VILLAGE_B}", team=2)
    phone = Phone.enrolled("test_inspector")
    assert set(places(phone)) == {mine.pk}
    assert set(places(Phone.enrolled("test_inspector_2"))) == {theirs.pk}
    assert phone.homes == {}
    assert phone.head["purposes"] == {"inspection": "督查走访"}
    assert Device.objects.get(pk=phone.device).grid == "team:1"


@pytest.mark.parametrize("role", ["village", "grid"])
def test_nobody_elses_phone_hears_of_inspections(who: Inspectors, role: str) -> None:
    target_of(who, plan_of(who))
    phone = Phone.enrolled(f"test_{role}")
    given = Phone(phone.token).fetch()
    assert given["inspection"] is None
    assert "inspection" not in phone.head["purposes"]


def test_an_inspector_without_a_team_is_told_what_to_do(small_county: SmallCounty) -> None:
    with pytest.raises(AssertionError, match="u7763"):  # 督, as JSON writes it
        Phone.enrolled("test_inspector")


def test_what_the_phone_has_is_not_sent_again(who: Inspectors) -> None:
    target_of(who, plan_of(who))
    phone = Phone.enrolled("test_inspector")
    digest = phone.fetch()["inspection"]["digest"]
    again = phone.ask("POST", "bundle", f'{{"known": {{}}, "head": "", "inspection": "{digest}"}}'.encode())
    assert again.json()["inspection"] is None


def test_a_drawn_household_comes_with_its_record_and_is_compared(who: Inspectors) -> None:
    village = target_of(who, plan_of(who))
    phone = Phone.enrolled("test_inspector")
    assert places(phone)[village.pk]["sampling"] == ""
    draw = draw_sample(post=who.one, target_id=village.pk, size=1, now=NOW, today=DAY)  # before it begins
    assert places(phone)[village.pk]["sampling"] == "waits"
    finish(draw, who)
    assert places(phone)[village.pk]["sampling"] == "drawn"
    home = take_sample(post=who.one, target_id=village.pk, now=NOW)[0]
    shown = places(phone)[home.pk]
    assert shown["parent"] == village.pk
    assert shown["probability"] == pytest.approx(home.probability, abs=1e-6)
    assert {"income", "water", "measures", "helper", "last_visit"} <= set(shown["record"])
    photo = phone.hand_over(jpeg())
    form = checklist(
        home.pk, answers={"water": "different", "helper": "true"}, said={"water": "夏天常断水"},
        photos=[{"sha256": photo, "taken_at": "2022-09-13T01:30:00Z", "position": [108.5, 32.5, 8]}],
    )  # fmt: skip
    key = uuid4()
    first, second = phone.submit(form, key), phone.submit(form, key)
    assert (first.json()["state"], first.json()) == ("taken", second.json())
    reply = Reply.objects.get()
    assert content_of(reply)["said"] == {"water": "夏天常断水"}
    assert content_of(reply)["record"]["water"] == shown["record"]["water"]
    home.refresh_from_db()
    assert home.state == Target.State.BEGUN
    files = attachments_of([f"inspection:{home.pk}"])[f"inspection:{home.pk}"]
    assert (len(files), files[0].position) == (1, [108.5, 32.5])


def test_a_finding_on_the_spot_begins_the_place_and_keeps_its_evidence(who: Inspectors) -> None:
    target = target_of(who, plan_of(who))
    phone = Phone.enrolled("test_inspector")
    photo = phone.hand_over(jpeg())
    phone.submit(checklist(target.pk, answers={"duties": "missing"}, words={"duties": "台账空白"}))
    form = finding(
        target.pk, question="duties", conduct=["superficial"], conduct_words="台账为当天补写",
        photos=[{"sha256": photo, "taken_at": None, "position": None}],
    )  # fmt: skip
    assert phone.submit(form).json()["state"] == "taken"
    made = Finding.objects.get()
    assert (made.unit, made.target_id, made.conduct) == (f"village:{VILLAGE_A}", target.pk, ["superficial"])
    assert words_of(made)["conduct"] == "台账为当天补写"
    assert made.records[0]["kind"] == "reply"
    assert len(attachments_of([f"finding:{made.pk}"])[f"finding:{made.pk}"]) == 1
    assert places(phone)[target.pk]["recorded"] == [made.records[0]["words"]]
    assert places(phone)[target.pk]["found"] == [{"defect": "missing_patrols", "words": "无安全饮水巡查记录"}]


@pytest.mark.parametrize(
    "form",
    [
        finding(0, defect="none_such"),
        finding(0, words="无"),
        finding(0, conduct=["timid"]),
        checklist(0, answers={"duties": "missing"}),
        checklist(0, answers={"none_such": "true"}),
        checklist(0, ended=True),
    ],
)
def test_a_form_out_of_order_is_set_aside_and_begins_nothing(who: Inspectors, form: dict[str, Any]) -> None:
    target = target_of(who, plan_of(who))
    phone = Phone.enrolled("test_inspector")
    answer = phone.submit(form | {"target": target.pk}).json()
    assert answer["state"] == "refused"
    assert answer["message"]
    target.refresh_from_db()
    assert target.begun_at is None
    assert len(sent_back(who.one)) == 1
    county = who.county.posts["county"]
    assert sent_back(county) == []  # what households say is for inspectors only


def test_another_teams_place_and_households_forms_are_refused(who: Inspectors) -> None:
    target = target_of(who, plan_of(who), team=2)
    phone = Phone.enrolled("test_inspector")
    assert phone.submit(checklist(target.pk)).json()["state"] == "refused"
    worker = Phone.enrolled("test_grid")
    assert worker.submit(checklist(target.pk)).json()["state"] == "refused"
    assert phone.submit(patrol(worker.home("陈大山"))).json()["state"] == "refused"
    target.refresh_from_db()
    assert target.begun_at is None


def test_a_place_ends_from_the_phone_and_leaves_it(who: Inspectors) -> None:
    target = target_of(who, plan_of(who))
    phone = Phone.enrolled("test_inspector")
    form = checklist(target.pk, answers={"people": "true"}, ended=True, summary="看了台账，问了三户")
    assert phone.submit(form).json()["state"] == "taken"
    target.refresh_from_db()
    assert target.state == Target.State.ENDED
    assert places(phone) == {}
    late = phone.submit(checklist(target.pk, answers={"people": "true"}))
    assert late.json()["state"] == "refused"
    assert phone.submit(finding(target.pk)).json()["state"] == "taken"


def test_a_post_that_left_its_team_gets_no_places(who: Inspectors) -> None:
    target_of(who, plan_of(who))
    phone = Phone.enrolled("test_inspector")
    place_in_team(post=who.two, team=2, member=who.one, office="style_office", from_day=DAY, now=NOW)
    assert places(phone) == {}
    assert Submission.objects.count() == 0
