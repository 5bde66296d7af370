"""The phone's addresses, as a phone uses them."""

import base64
import hashlib
import json
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils import timezone

from field.phone import Phone, drawn, jpeg, patrol
from sangesan.clues.models import Clue, Sighting
from sangesan.clues.raising import raise_clue
from sangesan.field.devices import cut_off
from sangesan.field.models import Blob, Conflict, Device, Submission, Variant
from sangesan.field.receiving import LARGEST_BODY
from sangesan.field.rescue import public_key, take_rescue
from sangesan.files.models import Attachment
from sangesan.jobs.running import ask, execute
from sangesan.patrols.models import Entry
from sangesan.registry.changing import sections_of
from sangesan.registry.models import Household, Person
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW, PASSWORD, SmallCounty

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(small_county: SmallCounty) -> Phone:
    del small_county
    return Phone.enrolled()


def test_only_the_own_grid_goes_down_and_only_once(phone: Phone) -> None:
    assert {home["head"] for home in phone.homes.values()} == {"陈大山", "李长顺"}
    text = json.dumps(phone.homes, ensure_ascii=False)
    assert "610998" not in "".join(m["phone"] for h in phone.homes.values() for m in h["members"])
    assert "13800001234" not in text
    assert "1380000****" in text or "138****1234" in text
    again = phone.fetch()
    assert (again["households"], again["head"], again["gone"]) == ([], None, [])


def test_a_bundle_goes_down_packed(phone: Phone) -> None:
    plain = phone.ask("POST", "bundle", b"{}")
    packed = phone.ask("POST", "bundle", b"{}", HTTP_ACCEPT_ENCODING="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) * 2 < len(plain.content)


def test_nothing_changed_in_two_taps(phone: Phone) -> None:
    home = phone.home("陈大山")
    answer = phone.submit(patrol(home)).json()
    assert (answer["state"], answer["conflicts"]) == ("taken", [])
    entry = Entry.objects.get()
    assert (entry.result, entry.household_id, entry.post_title) == ("same", home["id"], "双柳村第1网格 网格员")
    assert [h["head"] for h in phone.fetch()["households"]] == ["陈大山"]
    assert phone.home("陈大山")["entered_in_round"] == DAY.isoformat()


def test_the_same_again_is_answered_the_same_and_done_once(phone: Phone) -> None:
    form, key = patrol(phone.home("陈大山")), uuid4()
    first, second = phone.submit(form, key), phone.submit(form, key)
    assert first.content == second.content
    assert (Entry.objects.count(), Submission.objects.count()) == (1, 1)


def test_other_bytes_under_the_same_id_are_refused_and_kept(phone: Phone) -> None:
    home, key = phone.home("陈大山"), uuid4()
    phone.submit(patrol(home), key)
    for _time in range(2):
        answer = phone.submit(patrol(home, words="另一份内容"), key)
        assert answer.status_code == 409
        assert "两份都已留存" in answer.json()["error"]["remedy"]
    assert (Variant.objects.count(), Entry.objects.count()) == (1, 1)


def test_two_phones_merge_fields_and_a_clash_waits_for_a_person(phone: Phone) -> None:
    other = Phone.enrolled(name="第二部")
    home = phone.home("陈大山")
    wife = f"person:{Person.objects.get(name='王秀兰').pk}"
    one = patrol(home, "changed", changes={"living.safe_water": False, f"{wife}.work_place": "西安市"})
    two = patrol(home, "changed", changes={"living.toilet": True, f"{wife}.work_place": "安康市", f"{wife}.phone": "13911112222"})
    assert phone.submit(one).json()["state"] == "taken"
    key = uuid4()
    answer = other.submit(two, key).json()
    assert answer["state"] == "conflict"
    clash = answer["conflicts"][0]
    assert (clash["title"], clash["who"], clash["base"]["title"]) == ("务工地点", "王秀兰", "（空）")
    assert (clash["theirs"]["title"], clash["mine"]["title"]) == ("西安市", "安康市")
    held = sections_of(home["id"])
    assert held["living"][1]["safe_water"] is False
    assert held["living"][1]["toilet"] is True
    assert held[wife][1]["work_place"] == "西安市"
    seen = phone.ask("GET", "conflicts").json()["conflicts"]
    assert [c["id"] for c in seen] == [clash["id"]]
    stale = phone.ask("POST", f"conflicts/{clash['id']}", json.dumps({"choice": "mine", "seen": "汉中"}).encode())
    assert stale.status_code == 409
    done = phone.ask("POST", f"conflicts/{clash['id']}", json.dumps({"choice": "mine", "seen": "西安市"}).encode())
    assert done.json()["settled"]["choice"] == "mine"
    assert sections_of(home["id"])[wife][1]["work_place"] == "安康市"
    told = {a["id"]: a for a in other.fetch()["answers"]}
    assert told[str(key)]["state"] == "taken"
    twice = phone.ask("POST", f"conflicts/{clash['id']}", json.dumps({"choice": "theirs", "seen": "安康市"}).encode())
    assert twice.status_code == 409
    assert Conflict.objects.get().choice == "mine"


def test_a_bad_form_is_set_aside_and_the_next_goes_on(phone: Phone) -> None:
    home = phone.home("陈大山")
    bad = patrol(home, "changed", changes={"living.house_grade": "E", "living.safe_water": False})
    key = uuid4()
    answer = phone.submit(bad, key).json()
    assert (answer["state"], answer["place"]) == ("refused", "住房等级")
    assert answer["remedy"]
    assert sections_of(home["id"])["living"][1]["safe_water"] is True
    assert phone.submit(patrol(home)).json()["state"] == "taken"
    mended = patrol(home, "changed", changes={"living.house_grade": "C"}, replaces=str(key))
    assert phone.submit(mended).json()["state"] == "taken"
    assert Submission.objects.get(key=key).mended_by is not None


@pytest.mark.parametrize(
    "raw",
    [b"{", b"[]", b"null", b"\xff\xfe", b'{"kind":"patrol"}', b'{"kind":"visit","household":1,"on":"2022-09-13"}',
     b'{"kind":"patrol","household":true,"on":"2022-09-13","patrol":{}}', b'{"kind":"x"}', b"[" * 100_000,
     b'{"kind":"patrol","household":99999999999999999999999,"on":"2022-09-13","patrol":{"result":"same"}}',
     b'{"kind":"patrol","household":1,"on":"13.9.2022","patrol":{"result":"same"}}',
     b'{"kind":"patrol","household":1,"on":"2022-09-13","patrol":{"result":"same"},"photos":[{"sha256":7}]}',
     b'{"kind":"patrol","household":1,"on":"2022-09-13","patrol":{"result":"same"},"changes":[1]}',
     b'{"kind":"patrol","household":1,"on":"2022-09-13","patrol":{"result":"same"},"based_on":{"living":"1"}}',
     b'{"kind":"patrol","household":1,"on":"2022-09-13","patrol":{"result":"same","words":"a\\u0000b"}}'],
)  # fmt: skip
def test_damaged_forms_are_kept_aside_with_a_reason(phone: Phone, raw: bytes) -> None:
    answer = phone.submit(raw)
    assert answer.status_code == 200
    assert answer.json()["state"] == "refused"
    assert answer.json()["remedy"]
    assert Submission.objects.count() == 1
    assert not Submission.objects.get().broken


def test_a_form_that_the_system_fails_over_does_not_hold_up_others(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise ZeroDivisionError

    home = phone.home("陈大山")
    monkeypatch.setattr("sangesan.field.receiving.take", fails)
    answer = phone.submit(patrol(home)).json()
    assert (answer["state"], Submission.objects.get().broken) == ("refused", True)
    assert "原样留存" in answer["message"]


def test_a_cut_submission_is_none(phone: Phone) -> None:
    raw, key = json.dumps(patrol(phone.home("陈大山"))).encode(), uuid4()
    for cut in range(len(raw)):
        came = {"CONTENT_LENGTH": str(len(raw)), "wsgi.input": BytesIO(raw[:cut])}
        answer = phone.ask("PUT", f"submissions/{key}", **came)
        assert answer.status_code == 400
    assert not Submission.objects.exists()
    assert phone.submit(raw, key).json()["state"] == "taken"
    assert Entry.objects.count() == 1


def test_a_file_cut_at_every_byte_goes_on_from_there(phone: Phone) -> None:
    data = jpeg()
    sha256 = phone.hand_over(data[:1] + data[1:], piece=1)
    assert phone.ask("GET", f"blobs/{sha256}").json() == {"have": len(data), "complete": True}
    other = jpeg((1, 2, 3))
    sha256 = phone.hand_over(other[:0] + other, piece=len(other))
    wrong = phone.ask("PUT", f"blobs/{'0' * 64}?size=5&kind=photo&from=3", b"abc")
    assert (wrong.status_code, wrong.json()["have"]) == (409, 0)
    phone.ask("PUT", f"blobs/{'0' * 64}?size=5&kind=photo&from=0", b"ab")
    gone = phone.ask("PUT", f"blobs/{'0' * 64}?size=5&kind=photo&from=2", b"cde")
    assert (gone.status_code, gone.json()) == (200, {"have": 0, "complete": False})


@pytest.mark.parametrize("query", ["size=0&kind=photo&from=0", "size=99999999&kind=photo&from=0", "size=5&kind=exe&from=0", "kind=photo"])
def test_what_can_be_no_file_is_refused(phone: Phone, query: str) -> None:
    answer = phone.ask("PUT", f"blobs/{'a' * 64}?{query}", b"abc")
    assert answer.status_code == 400
    assert answer.json()["error"]["remedy"]


def test_photos_come_before_their_form_and_keep_time_and_place(phone: Phone) -> None:
    home, data = phone.home("陈大山"), jpeg()
    photo = {"sha256": "", "taken_at": "2022-09-13T09:30:00+08:00", "position": [108.5, 32.5, 12]}
    photo["sha256"] = hashlib.sha256(data).hexdigest()
    form, key = patrol(home, photos=[photo]), uuid4()
    early = phone.submit(form, key)
    assert (early.status_code, early.json()["lacking"]) == (409, [photo["sha256"]])
    assert not Submission.objects.exists()
    phone.hand_over(data)
    assert phone.submit(form, key).json()["state"] == "taken"
    kept = Attachment.objects.get(subject=f"entry:{Entry.objects.get().pk}")
    assert kept.position == [108.5, 32.5]
    assert kept.taken_at is not None
    assert not Blob.objects.exists()


def test_a_script_instead_of_a_picture_is_refused_and_named(phone: Phone) -> None:
    sha256 = phone.hand_over(b"<script>alert(1)</script>" * 40)
    answer = phone.submit(patrol(phone.home("陈大山"), photos=[{"sha256": sha256}])).json()
    assert (answer["state"], answer["place"], answer["message"]) == ("refused", "第1张照片", "这不是照片")


def _visit(home: dict, clue: dict, sha256: str, conclusion: str = "needs_procedure") -> dict:  # type: ignore[type-arg]
    form = patrol(home)
    del form["patrol"]
    person = home["members"][0]["id"]
    return form | {
        "kind": "visit",
        "visit": {
            "clue": clue["id"], "clue_version": clue["version"], "purposes": ["clue"], "checkers": ["赵一", "钱二"],
            "members_seen": [person], "members_away": [], "tests": {"housing": True, "water": False},
            "income": [{"item": "wage_work", "fen": 1_200_000, "counted": True, "note": ""}], "people": 3, "labour": 1,
            "risks": ["01"] if conclusion == "needs_procedure" else [], "conclusion": conclusion,
            "reason": "住院自付较多，家中只有一人务工", "signed_how": "finger", "signed_by": person, "signature": sha256,
        },
    }  # fmt: skip


def _clue(small: SmallCounty, home: int) -> Clue:
    return raise_clue(
        post=small.posts["grid"], household_id=home, risk="01", channel="GRID", words="父亲住院", source="test:1",
        seen_on=DAY, now=NOW, today=DAY,
    ).clue  # fmt: skip


def test_a_whole_check_concludes_the_clue(phone: Phone, small_county: SmallCounty) -> None:
    _clue(small_county, phone.home("陈大山")["id"])
    phone.fetch()
    home = phone.home("陈大山")
    clue = home["clues"][0]
    assert clue["evidence"] == ["双柳村第1网格 网格员：父亲住院"]
    answer = phone.submit(_visit(home, clue, phone.hand_over(drawn(), "signature"))).json()
    assert answer["state"] == "taken", answer
    assert Clue.objects.get().state == "confirmed"
    visit = Visit.objects.get()
    assert (visit.signed_how, visit.checkers, visit.tests["water"]) == ("finger", "赵一、钱二", False)
    assert Entry.objects.get().visit == visit.pk
    assert Attachment.objects.filter(subject=f"visit:{visit.pk}", role="signature").exists()


def test_a_clue_that_moved_on_keeps_both_conclusions(phone: Phone, small_county: SmallCounty) -> None:
    clue = _clue(small_county, phone.home("陈大山")["id"])
    phone.fetch()
    home = phone.home("陈大山")
    other = Phone.enrolled(name="第二部")
    first = other.submit(_visit(home, home["clues"][0], other.hand_over(drawn(), "signature"), "no_risk")).json()
    assert first["state"] == "taken", first
    again = _visit(home, home["clues"][0], phone.hand_over(drawn(), "signature"))
    again["visit"]["checkers"] = ["孙三", "李四"]
    answer = phone.submit(again).json()
    assert answer["state"] == "conflict", answer
    clash = answer["conflicts"][0]
    assert (clash["field"], clash["theirs"]["title"], clash["mine"]["title"]) == (f"clue:{clue.pk}", "无风险", "有风险，需进入程序")
    assert Visit.objects.count() == 2
    done = phone.ask("POST", f"conflicts/{clash['id']}", json.dumps({"choice": "mine", "seen": "无风险"}).encode())
    assert done.status_code == 200, done.content.decode()
    assert sorted(Clue.objects.values_list("state", flat=True)) == ["cleared", "open"]
    assert Sighting.objects.filter(source=f"visit:{Visit.objects.order_by('-pk')[0].pk}").exists()


def test_a_phone_that_is_cut_off_or_silent_too_long(phone: Phone, small_county: SmallCounty) -> None:
    device = Device.objects.get()
    Device.objects.update(contact_at=timezone.now() - timedelta(days=9))
    assert phone.ask("POST", "bundle", b"{}").status_code == 401
    again = Phone.enrolled(device=device.pk)
    assert again.device == device.pk
    assert phone.ask("POST", "bundle", b"{}").status_code == 401  # the old secret is gone
    cut_off(post=small_county.posts["town"], device_id=device.pk, why="手机丢失", now=NOW)
    answer = again.ask("POST", "bundle", b"{}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, "这部手机已被停用")


def test_a_household_that_moved_away_is_gone_from_the_phone(phone: Phone) -> None:
    home = phone.home("李长顺")
    Household.objects.filter(pk=home["id"]).update(grid="610998101201-01")
    assert phone.fetch()["gone"] == [home["id"]]
    answer = phone.submit(patrol(home)).json()
    assert (answer["state"], answer["message"]) == ("refused", "没有这一户，或不在您的管理范围内")


@pytest.mark.parametrize("role", ["county", "town", "department", "inspector"])
def test_who_has_no_grid_cannot_enrol(small_county: SmallCounty, role: str) -> None:
    given = {"username": f"test_{role}", "password": PASSWORD, "name": "x"}
    answer = Phone().client.post("/field/api/enrol", json.dumps(given), content_type="application/json")
    assert (answer.status_code, "error" in answer.json()) == (403, True)


def test_a_wrong_password_says_the_same_for_everybody(small_county: SmallCounty) -> None:
    said = {
        Phone().client.post(
            "/field/api/enrol", json.dumps({"username": name, "password": "x", "name": "x"}), content_type="application/json"
        ).content
        for name in ("test_grid", "nobody_at_all")
    }  # fmt: skip
    assert len(said) == 1


def test_too_large_a_form_is_no_form(phone: Phone) -> None:
    answer = phone.submit(b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 400
    assert not Submission.objects.exists()


def test_bodies_are_sealed(phone: Phone) -> None:
    phone.submit(patrol(phone.home("陈大山"), "changed", words="儿子外出务工去了"))
    body = bytes(Submission.objects.get().body)
    assert "儿子外出".encode() not in body


def _rescue(phone: Phone, key: dict[str, str], content: dict) -> bytes:  # type: ignore[type-arg]
    """What the app writes, made independently."""

    def number(text: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=="))

    county = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1()).public_key()
    own = ec.generate_private_key(ec.SECP256R1())
    secret = HKDF(hashes.SHA256(), 32, None, b"sangesan:rescue").derive(own.exchange(ec.ECDH(), county))
    mine = own.public_key().public_numbers()
    parts = {n: base64.urlsafe_b64encode(getattr(mine, n).to_bytes(32)).rstrip(b"=").decode() for n in "xy"}
    sealed = AESGCM(secret).encrypt(b"0" * 12, json.dumps(content).encode(), None)
    return json.dumps(
        {"form": "sangesan-rescue-1", "ephemeral": {"kty": "EC", "crv": "P-256"} | parts,
         "iv": base64.b64encode(b"0" * 12).decode(), "sealed": base64.b64encode(sealed).decode()}
    ).encode()  # fmt: skip


def test_a_rescue_file_is_taken_once(phone: Phone, small_county: SmallCounty) -> None:
    home, data, key = phone.home("陈大山"), jpeg(), uuid4()
    sha256 = hashlib.sha256(data).hexdigest()
    form = json.dumps(patrol(home, photos=[{"sha256": sha256}])).encode()
    file = _rescue(phone, public_key(), {
        "device": phone.device, "blobs": [{"sha256": sha256, "kind": "photo", "base64": base64.b64encode(data).decode()}],
        "submissions": [{"id": str(key), "body": base64.b64encode(form).decode()}, {"id": "x", "body": ""}],
    })  # fmt: skip
    first = take_rescue(post=small_county.posts["town"], file=file, now=NOW)
    assert (first.taken, first.refused, first.known, first.failed) == (1, 0, 0, 1)
    second = take_rescue(post=small_county.posts["town"], file=file, now=NOW)
    assert (second.taken, second.known) == (0, 1)
    assert phone.submit(form, key).json()["state"] == "taken"
    assert Entry.objects.count() == 1


def test_files_that_no_form_named_are_swept_by_the_day(phone: Phone) -> None:
    phone.hand_over(jpeg())
    Blob.objects.update(begun_at=timezone.now() - timedelta(days=29))
    assert execute(ask("field.sweep", "2022-09-13").pk).result == {"files": 0}
    Blob.objects.update(begun_at=timezone.now() - timedelta(days=31))
    assert execute(ask("field.sweep", "2022-09-14").pk).result == {"files": 1}
    assert not Blob.objects.exists()
