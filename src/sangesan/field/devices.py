"""Phones: enrolled by a log-in, known by a secret, cut off by a person."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_number
from sangesan.field.areas import area_of, areas_for
from sangesan.field.models import Device
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

SECRET_BYTES = 32
CONTACT_EVERY = timedelta(minutes=1)  # the day of last contact is a fact worth a write, each second of it is not


class LogInAgain(Refusal):
    """The phone's secret is unknown or too old: a new log-in goes on with the same queue."""


class CutOff(Refusal):
    """The phone is cut off, or its post has ended: it must forget what it downloaded."""


@dataclass(frozen=True)
class Enrolled:
    """token: "<id>.<secret>", shown once."""

    device: Device
    token: str


def lock_days(day: date) -> int:
    """Days without contact after which a phone locks (policy data)."""
    return parameter_number("phone_lock_days", day)


def enrol(*, post: Post, grid: str, name: str, known: int | None, now: datetime) -> Enrolled:
    """A new phone, or `known` logging in again with a new secret. Raises Refusal for another's phone or grid."""
    if grid not in {one.code for one in areas_for(require(post, "field.enrol"))}:
        raise NotAllowed("这个网格（督查组）不归您", remedy="请选您自己的；调整岗位请联系镇里，调整督查组请联系组里")
    if not name.strip():
        raise Refusal("没有给手机起名字", place="手机名称", remedy="如“工作手机”，丢失时好认")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with acting(post, "field.enrol", on=f"grid:{grid}") as act:
        device = _known(post, known, grid)
        device.name, device.secret = name.strip()[:60], _digest(secret)
        device.logged_in_at = device.contact_at = now
        if device.pk is None:
            device.enrolled_at = now
        device.save()
        act.on = f"device:{device.pk}"
        act.detail = {"grid": grid, "again": known == device.pk}
    return Enrolled(device, f"{device.pk}.{secret}")


def device_of(token: str, *, now: datetime, today: date) -> Device:
    """The phone that carries the token; raises LogInAgain or CutOff. Notes the contact."""
    number, _, secret = token.partition(".")
    device = None
    if number.isdecimal() and len(number) < 19:
        device = Device.objects.select_related("post__user").filter(pk=number).first()
    if device is None or not secrets.compare_digest(bytes(device.secret), _digest(secret)):
        raise LogInAgain("这部手机需要重新登录", remedy="请输入用户名和口令；没有上报的内容都还在")
    if device.cut_off_at is not None:
        raise CutOff("这部手机已被停用", remedy="没有上报的内容加密留在手机里；请联系镇里，可导出文件交镇里导入")
    if not device.post.held_on(today) or device.post.user is None or not device.post.user.is_active:
        raise CutOff("您的岗位已经结束，这部手机不再接收农户信息", remedy="没有上报的内容可导出文件，交镇里导入")
    if now - device.contact_at > timedelta(days=lock_days(today)):
        raise LogInAgain("太久没有联网，需要重新登录", remedy="请输入用户名和口令；没有上报的内容都还在")
    if device.contact_at == device.logged_in_at or now - device.contact_at > CONTACT_EVERY:
        Device.objects.filter(pk=device.pk).update(contact_at=now)
        device.contact_at = now
    return device


def cut_off(*, post: Post, device_id: int, why: str, now: datetime) -> Device:
    """Stops a phone: at its next contact, not before, it forgets what it downloaded. Raises Refusal without a reason."""
    if not why.strip():
        raise Refusal("没有写停用的原因", place="停用手机", remedy="如“手机丢失”“岗位调整”")
    with acting(post, "field.cut_off", on=f"device:{device_id}", reason=why.strip()[:200]):
        device = visible_devices(post).select_for_update(of=("self",)).filter(pk=device_id).first()
        if device is None:
            raise NotAllowed("没有这部手机，或不在您的管理范围内", remedy="请从手机清单进入")
        if device.cut_off_at is not None:
            raise Refusal("这部手机已经停用", remedy="请刷新页面")
        device.cut_off_at, device.cut_off_by, device.cut_off_why = now, post.title, why.strip()[:200]
        device.save(update_fields=["cut_off_at", "cut_off_by", "cut_off_why"])
    return device


def visible_devices(post: Post) -> QuerySet[Device]:
    """The phones within a post's reach; a grid worker's are those of the own grid."""
    rows = Device.objects.select_related("post__user")
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Post.Role.TOWN:
        return rows.filter(division__in=tree().children.get(post.division, ()))
    if post.role == Post.Role.VILLAGE:
        return rows.filter(division=post.division)
    return rows.filter(grid=post.grid) if post.role == Post.Role.GRID else rows.none()


def _known(post: Post, known: int | None, grid: str) -> Device:
    """The phone that logs in again, when it is the same person's; else a new one."""
    found = Device.objects.select_related("post").filter(pk=known).first() if known else None
    division = area_of(grid).division
    if found is None:
        return Device(post=post, grid=grid, division=division)
    if found.post.user_id != post.user_id:
        raise Refusal(
            "这部手机是别人启用的", place="登录", remedy="请原来的人登录把没有上报的内容报完，再在设置里清空后由您启用"
        )
    if found.cut_off_at is not None:
        raise CutOff("这部手机已被停用", remedy="请联系镇里；没有上报的内容可导出文件，交镇里导入")
    found.post, found.grid, found.division = post, grid, division
    return found


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
