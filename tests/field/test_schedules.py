"""Random schedules of two to four phones against a plain model: all converge, nothing is lost, nothing overwritten.

What is random: who changes what and when, in which order submissions arrive, how often the same arrives, which answers
are lost, where uploads are cut, when the server dies in the middle of a submission, which forms are bad, whose bytes are
not what they were, when somebody settles a clash. The model knows nothing of versions: it keeps, for each field, who
changed it when, and what each phone had seen by then.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from field.phone import jpeg, patrol
from sangesan.field import blobs, receiving
from sangesan.field.conflicts import open_conflicts, settle
from sangesan.field.devices import enrol
from sangesan.field.models import Conflict, Device, Submission, Variant
from sangesan.field.receiving import FilesMissing, OtherBytes, receive
from sangesan.field.sealed_fields import open_values
from sangesan.files.models import Attachment
from sangesan.patrols.models import Entry
from sangesan.registry.changing import sections_of
from sangesan.registry.models import Household, Person
from web.small_county import DAY, GRID_A, NOW, SmallCounty

SCHEDULES = int(os.environ.get("SANGESAN_SCHEDULES", "10000"))
PLACES = ["西安市", "安康市", "汉中市", ""]
PHOTO = jpeg()
PHOTO_SHA = hashlib.sha256(PHOTO).hexdigest()


class Dies(BaseException):
    """The server is killed: nothing catches it."""


@dataclass
class Sent:
    """A submission as its phone keeps it. seen: how many changes of the register the phone knew of."""

    key: UUID
    raw: bytes
    changes: dict[str, Any]
    seen: int
    after: list[UUID]
    bad: bool
    photo: bool
    acked: str = ""


@dataclass
class Phone:
    """What one phone knows and has queued."""

    device: Device
    versions: dict[str, int] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    queue: list[Sent] = field(default_factory=list)


@dataclass
class Model:
    """For each field: its value, and who changed it when: (moment, submission that did it or None)."""

    values: dict[str, Any]
    changed: dict[str, list[tuple[int, UUID | None]]] = field(default_factory=dict)
    moment: int = 0
    open: dict[tuple[UUID, str], Any] = field(default_factory=dict)
    arrived: dict[UUID, str] = field(default_factory=dict)

    def arrives(self, sent: Sent) -> None:
        """The server has a submission for the first time."""
        if sent.bad:
            self.arrived[sent.key] = "refused"
            return
        clashes = False
        for code, mine in sent.changes.items():
            others = [by for when, by in self.changed.get(code, []) if when > sent.seen and by not in sent.after]
            if mine == self.values[code]:
                continue
            if others:
                self.open[sent.key, code] = mine
                clashes = True
            else:
                self.change(code, mine, sent.key)
        self.arrived[sent.key] = "conflict" if clashes else "taken"

    def change(self, code: str, value: Any, by: UUID | None) -> None:
        self.moment += 1
        self.values[code] = value
        self.changed.setdefault(code, []).append((self.moment, by))


class World:
    """The real server, the model, and the phones between them."""

    def __init__(self, small: SmallCounty, devices: list[Device], rng: random.Random) -> None:
        self.small, self.rng = small, rng
        self.home = Household.objects.order_by("pk")[0]
        people = dict(Person.objects.values_list("name", "pk"))
        son, wife = people["陈大山"], people["王秀兰"]
        self.fields = ["living.safe_water", "living.toilet", f"person:{wife}.work_place", f"person:{son}.work_place"]
        self.phones = [Phone(device) for device in devices]
        self.foreign: set[str] = set()
        self.model = Model(self.held(sections_of(self.home.pk)))
        for phone in self.phones:
            self.sync_down(phone)

    def held(self, sections: Any) -> dict[str, Any]:
        """The fields as the server holds them, empty as ""."""
        named = (code.partition(".") for code in self.fields)
        return {f"{s}.{n}": _plain(sections[s][1].get(n)) for s, _dot, n in named}

    def sync_down(self, phone: Phone) -> None:
        sections = sections_of(self.home.pk)
        phone.versions = {name: version for name, (version, _values) in sections.items()}
        phone.values, phone.seen = self.held(sections), self.model.moment

    def write(self, phone: Phone) -> None:
        """Somebody fills a form."""
        bad = self.rng.random() < 0.1
        wanted = self.rng.sample(self.fields, self.rng.choice([0, 1, 1, 2]))
        changes = {code: self.value(code) for code in wanted}
        sent_changes = changes | ({"living.house_grade": "Z"} if bad else {})
        photo = self.rng.random() < 0.3
        key = UUID(int=self.rng.getrandbits(128), version=4)
        after = [one.key for one in phone.queue]
        sections = {name: {"version": version} for name, version in phone.versions.items()}
        form = patrol(
            {"id": self.home.pk, "sections": sections}, "changed" if changes or bad else "same", changes=sent_changes,
            words="见到了变化" if changes or bad else "", photos=[{"sha256": PHOTO_SHA}] if photo else [],
            after=[str(one) for one in after], made_at=f"20{self.rng.randrange(10, 40)}-01-01T00:00:00Z",
        )  # fmt: skip
        raw = json.dumps(form, ensure_ascii=False).encode()
        phone.queue.append(Sent(key, raw, changes, phone.seen, after, bad, photo))

    def value(self, code: str) -> Any:
        return self.rng.choice(PLACES) if code.endswith("work_place") else self.rng.choice([True, False])

    def upload(self, phone: Phone) -> None:
        """The photo, in pieces cut anywhere, some of them twice or out of place."""
        have = blobs.progress(phone.device, PHOTO_SHA).have
        for _piece in range(self.rng.randrange(1, 4)):
            start = have if self.rng.random() < 0.8 else self.rng.randrange(len(PHOTO))
            end = self.rng.randrange(start, len(PHOTO) + 1)
            at = blobs.take_piece(
                device=phone.device, sha256=PHOTO_SHA, kind="photo", size=len(PHOTO), offset=start,
                piece=PHOTO[start:end], now=NOW,
            )  # fmt: skip
            assert at.have == (have if not at.expected or (at.complete and have == len(PHOTO)) else end)
            have = at.have

    def send(self, phone: Phone, sent: Sent, *, dies: bool = False, answer_lost: bool = False) -> None:
        """One delivery. It may die in the middle, or its answer may be lost; then the phone knows nothing."""
        try:
            if dies:
                self._die(phone, sent)
                return
            row = receive(device=phone.device, key=sent.key, raw=sent.raw, now=NOW, today=DAY)
        except FilesMissing as missing:
            assert sent.photo
            assert missing.lacking == [PHOTO_SHA]
            return
        if sent.key not in self.model.arrived:
            self.model.arrives(sent)
        if not answer_lost:
            sent.acked = row.state
        self.check_row(sent, row)

    def _die(self, phone: Phone, sent: Sent) -> None:
        """Killed after the form did what it does and before the commit."""
        keep = receiving._keep_conflicts

        def killed(*_: object, **__: object) -> None:
            raise Dies

        receiving._keep_conflicts = killed
        try:
            receive(device=phone.device, key=sent.key, raw=sent.raw, now=NOW, today=DAY)
        except Dies:
            return
        finally:
            receiving._keep_conflicts = keep
        if sent.key not in self.model.arrived:  # a form that is refused does not come so far
            self.model.arrives(sent)

    def alter(self, phone: Phone, sent: Sent) -> None:
        """A phone that is out of its mind sends other bytes under a known id."""
        if sent.key not in self.model.arrived:
            return
        other = sent.raw.replace(b'"app": "1"', b'"app": "2"')
        self.foreign.add(hashlib.sha256(other).hexdigest())
        with pytest.raises(OtherBytes):
            receive(device=phone.device, key=sent.key, raw=other, now=NOW, today=DAY)

    def decide(self) -> None:
        """Somebody settles one of the clashes with both values in sight."""
        found = open_conflicts(self.small.posts["village"])
        if not found:
            return
        shown = self.rng.choice(found)
        if shown.moved:  # brought up to date by being shown; the next look has it
            shown = next(one for one in open_conflicts(self.small.posts["village"]) if one.conflict.pk == shown.conflict.pk)
        row, code = shown.conflict, shown.conflict.field
        assert _plain(shown.theirs.value) == self.model.values[code]
        choice = self.rng.choice(["mine", "theirs"])
        settle(
            post=self.small.posts["village"], conflict_id=row.pk, choice=choice, seen=shown.theirs.value, now=NOW, today=DAY
        )
        mine = self.model.open.pop((row.submission.key, code))
        if choice == "mine" and mine != self.model.values[code]:
            self.model.change(code, mine, None)

    def step(self) -> None:
        """Something happens somewhere."""
        phone = self.rng.choice(self.phones)
        chance = self.rng.random()
        if chance < 0.35 or not phone.queue:
            self.write(phone)
        elif chance < 0.45:
            self.sync_down(phone)
        elif chance < 0.55:
            self.upload(phone)
        elif chance < 0.85:
            lost, dies = self.rng.random() < 0.3, self.rng.random() < 0.15
            self.send(phone, self.rng.choice(phone.queue), answer_lost=lost, dies=dies)
        elif chance < 0.9:
            self.alter(phone, self.rng.choice(phone.queue))
        else:
            self.decide()

    def drain(self) -> None:
        """Signal at last: every phone sends what is not acknowledged, in its own order, until it is."""
        for phone in self.phones:
            for sent in phone.queue:
                while not sent.acked:
                    self.send(phone, sent, answer_lost=self.rng.random() < 0.2)
                    if sent.photo and not sent.acked:
                        while not blobs.progress(phone.device, PHOTO_SHA).complete:
                            self.upload(phone)

    def check_row(self, sent: Sent, row: Submission) -> None:
        """What the server says is what the model says."""
        assert row.digest == hashlib.sha256(sent.raw).hexdigest()
        said = self.model.arrived[sent.key]
        assert (row.state == "refused") == (said == "refused")
        left = {code for key, code in self.model.open if key == sent.key}
        assert (row.state == "conflict") == bool(left)

    def check(self) -> None:
        """Nothing lost, nothing twice, nothing overwritten; all phones see the same."""
        everything = [sent for phone in self.phones for sent in phone.queue]
        rows = {row.key: row for row in Submission.objects.all()}
        assert set(rows) == {sent.key for sent in everything}
        entries = {entry.submission: entry.pk for entry in Entry.objects.all()}
        assert set(entries) == {sent.key for sent in everything if not sent.bad}
        photos = sorted(Attachment.objects.filter(role="photo").values_list("subject", flat=True))
        assert photos == sorted(f"entry:{entries[s.key]}" for s in everything if s.photo and not s.bad)
        for sent in everything:
            self.check_row(sent, rows[sent.key])
        clashes = {(c.submission.key, c.field): open_values(c.values)["mine"] for c in _open_rows()}
        assert {k: _plain(v) for k, v in clashes.items()} == self.model.open
        assert {v.digest for v in Variant.objects.all()} == self.foreign
        for phone in self.phones:
            self.sync_down(phone)
            assert phone.values == self.model.values


def _open_rows() -> list[Conflict]:
    return list(Conflict.objects.filter(settled_at=None).select_related("submission"))


def _plain(value: Any) -> Any:
    return "" if value is None else value


@pytest.mark.slow
@pytest.mark.django_db
def test_schedules_of_phones(small_county: SmallCounty) -> None:
    count = 0
    devices = [
        enrol(post=small_county.posts["grid"], grid=GRID_A, name=f"手机{n}", known=None, now=NOW).device for n in range(4)
    ]

    @settings(
        max_examples=SCHEDULES, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(phones=st.integers(2, 4), steps=st.integers(4, 16), seed=st.integers(0, 2**64))
    def schedule(phones: int, steps: int, seed: int) -> None:
        nonlocal count
        with transaction.atomic():
            world = World(small_county, devices[:phones], random.Random(seed))
            for _step in range(steps):
                world.step()
            world.drain()
            world.check()
            transaction.set_rollback(True)
        count += 1

    schedule()
    assert count >= SCHEDULES
