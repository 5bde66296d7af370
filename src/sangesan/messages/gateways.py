"""Handing a text to a gateway through apprise: which gateways there are, where an address may lead, what the answer said."""

import json
import logging
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import apprise
import requests
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.smseagle import NotifySMSEagle
from apprise.plugins.wecombot import NotifyWeComBot
from django.conf import settings

from sangesan.documents.numbers_in_text import numbers_in
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("gateways.yaml")
TO = "{to}"
# apprise's own look-up would load all of its 130 plugins, and take addresses of every one of them
PLUGINS: Mapping[str, Any] = MappingProxyType(
    {
        "wecom": NotifyWeComBot,
        "dingtalk": NotifyDingTalk,
        "feishu": NotifyFeishu,
        "mail": NotifyEmail,
        "json": NotifyJSON,
        "form": NotifyForm,
        "smseagle": NotifySMSEagle,
    }
)
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
LONGEST_ANSWER = 200
KEPT_BYTES = 2000
# options of apprise that would weaken what is checked here
FORBIDDEN = re.compile(r"[?&](?:redirect|verify|smtp_host)=", re.IGNORECASE)
LOCAL = "这个地址在本机或内网"
LOCAL_REMEDY = "短信机、短信网关确在内网的，请管理员在服务器上允许（见运维手册“通知”）"


@dataclass(frozen=True)
class Gateway:
    """A kind of way out. own_host: its address names the server; answer: the field of its JSON that is 0 for taken."""

    code: str
    title: str
    schemes: tuple[str, ...]
    hosts: tuple[str, ...]
    own_host: bool
    answer: str
    example: str

    @property
    def beginnings(self) -> str:
        """How its addresses may begin: jsons://、json://."""
        return "、".join(f"{scheme}://" for scheme in self.schemes)


@dataclass(frozen=True)
class Answer:
    """What became of one try. refused: it was not given to the gateway at all. words: shortened, without secrets."""

    taken: bool
    words: str
    milliseconds: int = 0
    refused: bool = False


@lru_cache(maxsize=1)
def gateways() -> Mapping[str, Gateway]:
    """The gateways by code; raises Refusal where the file is broken."""
    made = {}
    for code, entry in mapping(read_yaml(FILE), FILE.name).items():
        place = f"{FILE.name} {code}"
        no_others(mapping(entry, place), {"title", "schemes", "hosts", "own_host", "answer", "example"}, place)
        made[code] = Gateway(
            code=code,
            title=required(entry, "title", place),
            schemes=tuple(required(entry, "schemes", place)),
            hosts=tuple(entry.get("hosts", ())),
            own_host=bool(entry.get("own_host")),
            answer=entry.get("answer", ""),
            example=required(entry, "example", place),
        )
    return MappingProxyType(made)


def gateway_of(address: str) -> Gateway:
    """The gateway that an address belongs to; raises Refusal for one that is none of ours or cannot be read."""
    if FORBIDDEN.search(address):
        raise Refusal("地址里不能关掉证书检查、打开重定向", place="地址", remedy="请删去 verify=、redirect= 这样的选项")
    found = _by_scheme(address)
    _notifier(with_target(address, "13900000000"))
    return found


def _by_scheme(address: str) -> Gateway:
    scheme = address.strip().partition("://")[0].lower()
    found = next((g for g in gateways().values() if scheme in g.schemes), None)
    if found is None:
        known = "、".join(f"{g.title}（{g.beginnings}）" for g in gateways().values())
        raise Refusal("不认识这种地址", place="地址", remedy=f"可用：{known}")
    return found


def shown(address: str) -> str:
    """The address without anything secret: scheme, and the server where it names one."""
    parts = urlsplit(address.strip())
    if _by_scheme(address).own_host:
        return f"{parts.scheme}://…@{parts.hostname}/…" if parts.username else f"{parts.scheme}://{parts.hostname}/…"
    return f"{parts.scheme}://…{parts.netloc[-3:]}" if len(parts.netloc) > 9 else f"{parts.scheme}://…"


def with_target(address: str, target: str) -> str:
    """The address for one receiver."""
    return address.replace(TO, quote(target, safe="@"))


def check_where_it_leads(address: str) -> None:
    """Raises Refusal where the address names a server on this machine or in a local net, and that is not allowed."""
    host = _host_of(_notifier(with_target(address, "13900000000")))
    if not host or not gateway_of(address).own_host:
        return
    try:
        inside = _leads_inside(host)
    except OSError:
        raise Refusal("找不到这个主机名", place="地址", remedy="请核对地址，或检查服务器的域名解析") from None
    if inside:
        raise Refusal(LOCAL, place="地址", remedy=LOCAL_REMEDY)


def hand_over(address: str, title: str, text: str) -> Answer:
    """Gives one text to a gateway and waits for its answer; never raises for what the gateway or the net does."""
    begun = time.monotonic()
    try:
        gateway = gateway_of(address)
        notifier = _notifier(address)
        # what goes by HTTP is looked at when it is sent, redirects and all; mail has no such place
        inside = gateway.code == "mail" and _leads_inside(_host_of(notifier))
    except OSError:
        return Answer(taken=False, words="找不到这个主机名")
    except Refusal as refusal:
        return Answer(taken=False, words=scrubbed(str(refusal), address), refused=True)
    if inside:
        return Answer(taken=False, words=LOCAL, refused=True)
    with _watched() as seen, apprise.LogCapture(level=logging.DEBUG, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        taken = bool(notifier.notify(body=text, title=title))
        told = log.getvalue()
    spent = int((time.monotonic() - begun) * 1000)
    if seen.refused:
        return Answer(taken=False, words=scrubbed(seen.refused, address), milliseconds=spent, refused=True)
    good = taken and _took_it(gateway, seen.body)
    words = "已接收" if good else _complaint(seen, told)
    return Answer(taken=good, words=scrubbed(words, address), milliseconds=spent)


def scrubbed(words: str, address: str) -> str:
    """An answer as it may be kept: one short line, without numbers that lead to a person and without the address's parts."""
    text = " ".join(words.split())
    for part in sorted(_secrets(address), key=len, reverse=True):
        text = text.replace(part, "…")
    for number in list(numbers_in(text)):
        text = text.replace(number.digits, "…")
    if any(True for _ in numbers_in(text)):  # written with gaps: rather nothing than a number
        text = re.sub(r"[0-9]", "·", text)
    return text[:LONGEST_ANSWER]


def _secrets(address: str) -> set[str]:
    parts = re.split(r"[/:@?&=]+", address.partition("://")[2])
    return {part for part in (*parts, address) if len(part) >= 4 and part != TO}


def _took_it(gateway: Gateway, body: str) -> bool:
    """Status 200 contents apprise; some gateways answer 200 and say in the body that they refuse."""
    if not gateway.answer:
        return True
    try:
        answered = json.loads(body)
    except ValueError:
        return False
    return isinstance(answered, dict) and answered.get(gateway.answer) == 0


def _complaint(seen: "_Seen", told: str) -> str:
    if seen.status:
        return f"网关答复 {seen.status}：{seen.body[:120]}"
    trouble = [line for line in told.splitlines() if "Exception" in line or "rror" in line]
    return _in_words(" ".join(trouble) or "没有答复")


def _in_words(trouble: str) -> str:
    """Why a connection failed, for people who do not read Python."""
    lowered = trouble.lower()
    for sign, words in (
        ("refused", "连接被拒绝"), ("timed out", "超时没有答复"), ("timeout", "超时没有答复"),
        ("resolve", "找不到这个主机名"), ("name or service", "找不到这个主机名"), ("certificate", "对方证书不可信"),
    ):  # fmt: skip
        if sign in lowered:
            return words
    return f"没有送出：{trouble[:80]}"


def _asset() -> apprise.AppriseAsset:
    # nothing kept on disk, no redirects
    return apprise.AppriseAsset(app_id="Sangesan", storage_mode="memory", http_redirects=False)


def _notifier(address: str) -> Any:
    plugin = PLUGINS[_by_scheme(address).code]
    try:
        parsed = plugin.parse_url(address.strip())
        notifier = plugin(**{**parsed, "asset": _asset()})
    except (TypeError, AppriseImproperlyConfigured):
        raise Refusal("地址写得不完整或不对", place="地址", remedy="请对照示例，核对密钥、主机和接收人") from None
    notifier.socket_connect_timeout, notifier.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    notifier.notify_format = apprise.NotifyFormat.TEXT
    return notifier


def _host_of(notifier: Any) -> str:
    return str(getattr(notifier, "smtp_host", "") or getattr(notifier, "host", "") or "").strip("[]")


def _leads_inside(host: str) -> bool:
    """Whether any address of a host is not out in the world, and that is not allowed; raises OSError for no such host."""
    if settings.ALLOW_LOCAL_GATEWAYS:
        return False
    found = {str(row[4][0]).partition("%")[0] for row in socket.getaddrinfo(host, None)}
    return any(not ip_address(number).is_global or ip_address(number).is_multicast for number in found)


@dataclass
class _Seen:
    """What passed while one text was handed over."""

    status: int = 0
    body: str = ""
    refused: str = ""
    hosts: list[str] = field(default_factory=list)


_watching: ContextVar[_Seen | None] = ContextVar("watching", default=None)
_send = requests.adapters.HTTPAdapter.send


def _watched_send(
    adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, *args: Any, **given: Any
) -> requests.Response:
    """The sending of requests itself, with an eye on it while we hand something over.

    apprise tells only yes or no; the answer's body, and where a request really goes, are to be seen here alone.
    """
    seen = _watching.get()
    if seen is None:
        return _send(adapter, request, *args, **given)
    host = urlsplit(request.url or "").hostname or ""
    seen.hosts.append(host)
    try:
        inside = _leads_inside(host)
    except OSError as error:  # tried again later, as any trouble of the net
        raise requests.ConnectionError(f"resolve: {error}") from None
    if inside:
        seen.refused = LOCAL
        raise requests.ConnectionError(LOCAL)
    answer = _send(adapter, request, *args, **given)
    seen.status, seen.body = answer.status_code, answer.content[:KEPT_BYTES].decode("utf-8", "replace")
    return answer


requests.adapters.HTTPAdapter.send = _watched_send  # type: ignore[method-assign, assignment]


@contextmanager
def _watched() -> Iterator[_Seen]:
    seen = _Seen()
    token = _watching.set(seen)
    try:
        yield seen
    finally:
        _watching.reset(token)
