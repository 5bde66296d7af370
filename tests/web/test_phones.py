"""Pages of phones: the list, cutting off, clashes settled, forms sent back, the rescue file."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from field.phone import Phone, patrol
from sangesan.field.devices import enrol
from sangesan.field.models import Conflict, Device, Submission
from sangesan.registry.changing import sections_of
from sangesan.registry.models import Person
from web.small_county import GRID_A, SmallCounty

pytestmark = pytest.mark.django_db


@pytest.fixture
def clash(small: SmallCounty) -> tuple[Phone, str, int]:
    """A phone number and a place of work that two phones filled differently."""
    one, two = Phone.enrolled(), Phone.enrolled(name="第二部")
    home = one.home("陈大山")
    wife = f"person:{Person.objects.get(name='王秀兰').pk}"
    one.submit(patrol(home, "changed", changes={f"{wife}.phone": "13911112222", f"{wife}.work_place": "西安市"}))
    answer = two.submit(patrol(home, "changed", changes={f"{wife}.phone": "13933334444", f"{wife}.work_place": "安康市"}))
    assert answer.json()["state"] == "conflict"
    assert "13933334444" not in answer.content.decode()
    return two, wife, home["id"]


def test_both_values_are_in_sight_and_a_person_decides(clash: tuple[Phone, str, int], signed_in) -> None:  # type: ignore[no-untyped-def]
    _phone, wife, home = clash
    client: Client = signed_in("village")
    page = client.get("/phones/clashes/").content.decode()
    for words in ("西安市", "安康市", "139****2222", "139****4444", "王秀兰", "务工地点", "联系电话"):
        assert words in page
    assert "13911112222" not in page
    by_field = {c.field.partition(".")[2]: c.pk for c in Conflict.objects.all()}
    stale = client.post(f"/phones/clashes/{by_field['phone']}/", {"choice": "mine", "seen": "139****9999"})
    assert stale.status_code == 400
    assert "又有人改过" in stale.content.decode()
    assert client.post(f"/phones/clashes/{by_field['phone']}/", {"choice": "mine", "seen": "139****2222"}).status_code == 302
    assert client.post(f"/phones/clashes/{by_field['work_place']}/", {"choice": "theirs", "seen": "西安市"}).status_code == 302
    held = sections_of(home)[wife][1]
    assert (held["phone"], held["work_place"]) == ("13933334444", "西安市")
    assert "没有等人来定的冲突" in client.get("/phones/clashes/").content.decode()
    assert Submission.objects.filter(state="conflict").count() == 0


def test_the_list_and_cutting_off(small: SmallCounty, signed_in) -> None:  # type: ignore[no-untyped-def]
    phone = Phone.enrolled()
    client: Client = signed_in("town")
    page = client.get("/phones/").content.decode()
    assert "试验手机" in page
    assert "还没有同步过" not in page
    enrol(post=small.posts["grid"], grid=GRID_A, name="没设好的", known=None, now=timezone.now())
    assert "还没有同步过" in client.get("/phones/").content.decode()
    assert client.post(f"/phones/{phone.device}/cut-off/", {"why": " "}).status_code == 400
    assert client.post(f"/phones/{phone.device}/cut-off/", {"why": "手机丢失"}).status_code == 302
    assert Device.objects.get(pk=phone.device).cut_off_why == "手机丢失"
    assert phone.ask("POST", "bundle", b"{}").status_code == 403
    assert "已停用" in client.get("/phones/").content.decode()


def test_a_form_sent_back_is_shown_with_its_other_bytes(small: SmallCounty, signed_in) -> None:  # type: ignore[no-untyped-def]
    phone, key = Phone.enrolled(), uuid4()
    home = phone.home("陈大山")
    phone.submit(patrol(home, "changed", changes={"living.house_grade": "Z"}), key)
    phone.submit(patrol(home, "changed", words="另一份内容"), key)
    client: Client = signed_in("town")
    page = client.get("/phones/sent-back/").content.decode()
    assert "住房等级" in page
    address = re.search(r"/phones/sent-back/\d+/", page)
    assert address is not None
    whole = client.get(address.group()).content.decode()
    assert "另一份内容" in whole
    assert "同一编号的另一份内容" in whole


def test_a_file_that_is_none_says_so(small: SmallCounty, signed_in) -> None:  # type: ignore[no-untyped-def]
    client: Client = signed_in("town")
    for content in (b"", b"{}", b'{"form":"sangesan-rescue-1"}', b"\xff"):
        answer = client.post("/phones/rescue/", {"file": SimpleUploadedFile("x.json", content)})
        assert answer.status_code == 400
        assert "离线队列文件" in answer.content.decode()
