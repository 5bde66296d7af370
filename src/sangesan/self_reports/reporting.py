"""Taking a report down: by the household itself on a phone, by somebody for it, at the window, on the telephone line."""

import secrets
import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.files.attaching import Prepared, attachments_of, place, prepare
from sangesan.files.models import StoredFile
from sangesan.files.pictures import LARGEST
from sangesan.jobs.running import ask
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import Grid
from sangesan.regions.queries import grids_of, tree
from sangesan.self_reports.contents import Content, identity_index, seal_content
from sangesan.self_reports.domain import (
    RECEIPT_DIGITS,
    TAKEN_BY_PERSON,
    Given,
    Sound,
    Way,
    faults,
    is_child,
    receipt_of,
    sound,
)
from sangesan.self_reports.models import Report
from sangesan.self_reports.policy import figure

RECEIVE = "self_reports.receive"
MOST_PHOTOS = 3
TRIES = 5  # of drawing a receipt number that is taken already: one in hundreds of thousands


class NotInOrder(Refusal):
    """Fields of the form that are not in order. faults: by the field's name."""

    def __init__(self, found: dict[str, Refusal]) -> None:
        super().__init__(f"有{len(found)}处需要改一下", remedy="已经填的都还在，改好后再提交")
        self.faults = found


def places_to_choose(village: str = "") -> dict[str, str]:
    """What the field 地区 offers, code to title: a village's groups and the village itself, or every village."""
    places = tree()
    if village:
        name = places.names.get(village, village)
        groups = {grid.code: grid.name for grid in grids_of(village)}
        return {**groups, village: f"{name}，说不清哪一组"}
    return {code: places.full_name(code) for code, level in places.levels.items() if level in {"village", "community"}}


def submit(
    *,
    given: Given,
    way: str,
    form: uuid.UUID,
    places: Collection[str],
    voice: Prepared | None = None,
    post: Post | None = None,
    today: date,
    now: datetime,
) -> Report:
    """Keeps a report and gives its receipt number. post: of the person who takes it down; None on a phone.

    form: the sent form's own number: the same form with the same content again gives the same report. places: what
    could be chosen. Raises NotInOrder with every fault at once. It is attached by `receiving` afterwards, apart from the
    answer, so that neither words nor time tell whether somebody is in the register.
    """
    if found := faults(given, places=places, voice=voice is not None, clerk=way in TAKEN_BY_PERSON):
        raise NotInOrder(found)
    content = sound(given)
    key = uuid.uuid5(form, "\n".join([*map(str, vars(given).values()), voice.sha256 if voice else ""]))
    if (known := Report.objects.filter(key=key).first()) is not None:
        return known
    holder = post or system_post()
    with acting(holder, "self_reports.receive", on="self_report:new") as act:
        try:
            with transaction.atomic():
                report = _keep(content, way, key, post, today=today, now=now)
        except IntegrityError:  # the same form, sent twice at once
            return Report.objects.get(key=key)
        if voice is not None:
            _attach(report, voice, "voice", holder, now)
        act.on = f"self_report:{report.pk}"
        act.detail = {"way": way, "division": report.division, "risk": report.risk, "child": report.child}
        if post is None:
            ask(RECEIVE, str(report.pk))
    return report


def too_large() -> Refusal:
    """Of a photo beyond files.pictures.LARGEST, for villagers: nothing about megabytes or a camera's resolution."""
    return Refusal("照片太大", place="补充照片", remedy="请换一张，或截图后再传")


def add_photos(*, report: Report, photos: Sequence[bytes], now: datetime) -> int:
    """Photos that the reporter adds later, at most three in all; how many there are now. Raises Refusal for what is none."""
    held = len(photos_of(report))
    if not photos:
        raise Refusal("没有选照片", place="补充照片", remedy="请拍一张或从相册选一张")
    if held + len(photos) > MOST_PHOTOS:
        raise Refusal(
            f"最多{MOST_PHOTOS}张，已有{held}张", place="补充照片", remedy="请挑最能说明困难的，如住院单据、受损的房屋"
        )
    if any(len(photo) > LARGEST for photo in photos):
        raise too_large()
    ready = [prepare(photo, StoredFile.Kind.PHOTO) for photo in photos]
    with acting(system_post(), "self_reports.receive", on=f"self_report:{report.pk}") as act:
        for one in ready:
            _attach(report, one, "photo", act.post, now)
        act.detail = {"photos": len(ready)}
    return held + len(ready)


def photos_of(report: Report) -> list[int]:
    """The numbers of a report's photos."""
    return [a.pk for a in attachments_of([subject(report)]).get(subject(report), []) if a.role == "photo"]


def subject(report: Report) -> str:
    """Under which a report's files are attached."""
    return f"self_report:{report.pk}"


def _keep(content: Sound, way: str, key: uuid.UUID, post: Post | None, *, today: date, now: datetime) -> Report:
    village, grid = _place(content.place)
    return Report.objects.create(
        receipt=_new_receipt(),
        key=key,
        way=way,
        risk=content.risk,
        division=village,
        town=tree().town_of(village),
        grid=grid,
        chosen=content.place,
        content_sealed=seal_content(
            Content(
                head_name=content.head_name,
                phone=content.phone,
                identity=content.identity.text if content.identity else "",
                words=content.words,
                proxy_name=content.proxy_name,
                proxy_phone=content.proxy_phone,
                proxy_relation=content.proxy_relation,
            )
        ),
        identity_index=identity_index(content.identity.text) if content.identity else None,
        child=way not in TAKEN_BY_PERSON
        and way != Way.PROXY
        and content.identity is not None
        and is_child(content.identity.birth_date, today, figure("child_age", today)),
        received_at=now,
        received_on=today,
        due_on=today + timedelta(days=figure("accept_days", today)),
        confirmed_on=today if way in TAKEN_BY_PERSON else None,
        post=post.pk if post else None,
        post_title=post.title if post else "",
    )


def _place(chosen: str) -> tuple[str, str]:
    """(village, grid) of a chosen code."""
    grid = Grid.objects.filter(code=chosen, valid_to=None).first()
    return (grid.division, grid.code) if grid else (chosen, "")


def _new_receipt() -> str:
    for _ in range(TRIES):
        receipt = receipt_of(secrets.randbelow(10 ** (RECEIPT_DIGITS - 1)))
        if not Report.objects.filter(receipt=receipt).exists():
            return receipt
    raise Refusal("受理号一时发不出来", place="申报", remedy="填的都还在，请再按一次提交")


def _attach(report: Report, ready: Prepared, role: str, post: Post, now: datetime) -> None:
    name = {"voice": "录音", "photo": "照片.jpg"}[role]
    place(ready, name=name, subject=subject(report), role=role, added_by=post.pk, now=now)
