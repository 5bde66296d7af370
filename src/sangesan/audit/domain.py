"""Tags and the chain. A tag is `slice:subject:action`; a seal links an entry to all before it."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TAG = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+")
FIRST = bytes(32)


@dataclass(frozen=True)
class Verdict:
    """What verifying found. broken: first seal that does not fit, and why; tail: entries not sealed yet."""

    sealed: int
    tail: int
    broken: int | None = None
    why: str = ""

    @property
    def sound(self) -> bool:
        return self.broken is None


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The bytes of an entry that a seal covers: JSON with sorted keys, no spaces."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def link(key: bytes, previous: bytes, content: bytes) -> bytes:
    """The seal of `content` after `previous`: HMAC-SHA256 under the sealing key."""
    return hmac.digest(key, previous + hashlib.sha256(content).digest(), hashlib.sha256)


@dataclass(frozen=True)
class Head:
    """The newest seal as kept outside the database: what is cut off there shows here."""

    number: int
    seal: bytes


def verify_chain(
    key: bytes,
    seals: Iterable[tuple[int, int, bytes]],
    contents: Mapping[int, bytes],
    tail: int,
    head: Head | None = None,
) -> Verdict:
    """seals: (number, entry id, seal) in order; contents: entry id -> canonical bytes of the entry as it is now."""
    verdict, newest = _walk(key, seals, contents, tail, head.number if head else 0)
    if verdict.broken is not None or head is None:
        return verdict
    if verdict.sealed < head.number:
        return Verdict(
            verdict.sealed, tail, verdict.sealed + 1, f"应有{head.number}条封条，少了{head.number - verdict.sealed}条"
        )
    if newest != head.seal:
        return Verdict(head.number - 1, tail, head.number, "封条与数据库之外留存的不符，记录被整段换过")
    return verdict


def _walk(
    key: bytes, seals: Iterable[tuple[int, int, bytes]], contents: Mapping[int, bytes], tail: int, kept: int
) -> tuple[Verdict, bytes]:
    """The verdict on the chain itself, and the seal numbered `kept`."""
    previous, count, newest = FIRST, 0, FIRST
    for number, entry_id, seal in seals:
        if number != count + 1:
            return Verdict(count, tail, number, f"第{count + 1}号封条不见了"), newest
        content = contents.get(entry_id)
        if content is None:
            return Verdict(count, tail, number, f"第{entry_id}条记录被删除"), newest
        if not hmac.compare_digest(link(key, previous, content), seal):
            return Verdict(count, tail, number, f"第{entry_id}条记录或其封条被改动"), newest
        previous, count = seal, count + 1
        newest = seal if number == kept else newest
    return Verdict(count, tail), newest
