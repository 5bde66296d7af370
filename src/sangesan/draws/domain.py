"""Draws that anyone can check: digests, the seed, the methods, chances as fractions, and repeating a published draw.

Everything here is plain arithmetic over SHA-256, so that a few lines in any language give the same (repeat_draw.py).
A pool's order never matters: what is digested and drawn from is sorted by code, or by a hash with the seed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any

from sangesan.kernel.refusal import Refusal

OFFICES = {"style_office": "县作风办", "execution_office": "县狠抓落实办"}
SEATS = {"style_office": "style_office_head", "execution_office": "execution_office_head"}
METHODS = {
    "equal": "等概率",
    "weighted": "按风险加权",
    "equal_by_town": "按镇分层，镇内等概率",
    "weighted_by_town": "按镇分层，镇内按风险加权",
}
HEX_32_BYTES = re.compile(r"[0-9a-f]{64}")
DOMAIN = "sangesan-draw"


class State(StrEnum):
    """A draw's state. OPEN waits for what the offices owe; DONE has a result; VOID ran past a deadline."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"


class Owed(StrEnum):
    """What an open draw waits for."""

    COMMIT = "commit"
    REVEAL = "reveal"


@dataclass(frozen=True)
class PoolItem:
    """Something that can be drawn. weight: a whole number from 1; stratum: its town, where one draws by town."""

    code: str
    weight: int = 1
    stratum: str = ""


def digest(text: str) -> str:
    """SHA-256 of a text, 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def commitment_of(secret: str) -> str:
    """What an office hands in before it shows its secret: SHA-256 of the 32 bytes. Raises Refusal for another form."""
    return sha256(bytes.fromhex(secret_in_form(secret))).hexdigest()


def secret_in_form(text: str) -> str:
    """The secret as 64 lower-case hexadecimal digits; raises Refusal for anything else."""
    secret = "".join(text.split()).lower()
    if not HEX_32_BYTES.fullmatch(secret):
        raise Refusal(
            "密数应是 64 位十六进制字符", place="密数", remedy="请选择当时下载的密数文件，或整段粘贴其中的密数"
        )
    return secret


def digest_in_form(text: str) -> str:
    """A commitment as 64 lower-case hexadecimal digits; raises Refusal for anything else."""
    given = "".join(text.split()).lower()
    if not HEX_32_BYTES.fullmatch(given):
        raise Refusal("密数指纹应是 64 位十六进制字符", place="密数指纹", remedy="请用本页的“生成密数”得到指纹")
    return given


def pool_digest(pool: Iterable[PoolItem], size: int, method: str, salt: str = "") -> str:
    """The fingerprint published before any secret is shown: method, number to draw, and every item with its weight.

    salt: a random text for draws whose pool stays hidden for a while, so that nobody finds it by trying pools.
    """
    rows = sorted(f"{item.code} {item.weight} {item.stratum}" for item in pool)
    return digest("\n".join([f"{method} {size} {salt}", *rows]))


def seed_of(number: int, purpose: str, period: str, fingerprint: str, secrets: Mapping[str, str]) -> str:
    """The seed of a draw: a hash of both offices' secrets with the draw's number, purpose, period and pool."""
    parts = [DOMAIN, str(number), purpose, period, fingerprint, *(secrets[office] for office in OFFICES)]
    return digest("\n".join(parts))


def check_pool(pool: Sequence[PoolItem], size: int, method: str) -> None:
    """Raises Refusal where nothing fair can be drawn from this."""
    if method not in METHODS:
        raise Refusal(f"没有名为“{method}”的抽签办法", place="办法", remedy=f"可用：{'、'.join(METHODS)}")
    codes = [item.code for item in pool]
    if len(set(codes)) != len(codes):
        raise Refusal("抽签范围里有重复的对象", place="抽签范围", remedy="请每个对象只列一次")
    if not 1 <= size <= len(codes):
        raise Refusal(f"要抽 {size} 个，而范围里有 {len(codes)} 个", place="抽取数量", remedy="请改数量或范围")
    if any(item.weight < 1 for item in pool):
        raise Refusal("权重应是不小于 1 的整数", place="权重", remedy="没有风险的对象写 1，谁都有机会被抽到")
    if any(re.search(r"\s", item.code + item.stratum) or not item.code for item in pool):
        raise Refusal("对象代码不能为空或含空格", place="抽签范围", remedy="请用区划代码或编号")


def result(pool: Sequence[PoolItem], size: int, method: str, seed: str) -> tuple[str, ...]:
    """The codes drawn, in the order of their hash with the seed. Raises Refusal for a pool out of order."""
    check_pool(pool, size, method)
    order = _order(seed)
    drawn: list[str] = []
    for stratum, items, share in _strata(pool, size, method):
        take = _systematic if method.startswith("weighted") else _first
        drawn += take(items, share, seed, stratum)
    return tuple(sorted(drawn, key=order))


def chances(pool: Sequence[PoolItem], size: int, method: str) -> dict[str, Fraction]:
    """Each item's exact chance of being drawn, by code. They add up to size."""
    check_pool(pool, size, method)
    found: dict[str, Fraction] = {}
    for _, items, share in _strata(pool, size, method):
        if method.startswith("weighted"):
            sure, rest, left = certain(items, share)
            total = sum(item.weight for item in rest)
            found |= {item.code: Fraction(1) for item in sure}
            found |= {item.code: Fraction(left * item.weight, total) if left else Fraction(0) for item in rest}
        else:
            found |= {item.code: Fraction(share, len(items)) for item in items}
    return found


def certain(items: Sequence[PoolItem], size: int) -> tuple[list[PoolItem], list[PoolItem], int]:
    """(drawn for certain, the rest, how many are left to draw): weights with size * w / W >= 1, until there is none."""
    sure: list[PoolItem] = []
    rest, left = list(items), size
    while left:
        total = sum(item.weight for item in rest)
        more = [item for item in rest if left * item.weight >= total]
        if not more:
            break
        sure += more
        rest = [item for item in rest if left * item.weight < total]
        left -= len(more)
    return sure, rest, left


def shares(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many to draw of each stratum: in proportion to its items, the largest remainders first, then by name."""
    total = sum(sizes.values())
    share = {name: size * count // total for name, count in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), name))
    for name in by_remainder[: size - sum(share.values())]:
        share[name] += 1
    return share


def _strata(pool: Sequence[PoolItem], size: int, method: str) -> list[tuple[str, list[PoolItem], int]]:
    """(stratum, its items, how many to draw of it); one nameless stratum where one does not draw by town."""
    if not method.endswith("_by_town"):
        return [("", list(pool), size)]
    strata: dict[str, list[PoolItem]] = {}
    for item in pool:
        strata.setdefault(item.stratum, []).append(item)
    share = shares({name: len(items) for name, items in strata.items()}, size)
    return [(name, strata[name], share[name]) for name in sorted(strata)]


def _order(seed: str) -> Callable[[str], str]:
    return lambda code: digest(f"{seed}|{code}")


def _first(items: Sequence[PoolItem], size: int, seed: str, _stratum: str) -> list[str]:
    return sorted((item.code for item in items), key=_order(seed))[:size]


def _systematic(items: Sequence[PoolItem], size: int, seed: str, stratum: str) -> list[str]:
    """Systematic drawing with chances in proportion to weight: one start, then every W-th point of size * w.

    The start is the hash modulo W; that the hash is not a multiple of W shifts a chance by less than 2^-200.
    """
    sure, rest, left = certain(items, size)
    drawn = [item.code for item in sure]
    total, reached = sum(item.weight for item in rest), 0
    point = int(digest(f"{seed}|start|{stratum}"), 16) % total if left else 0
    order = _order(seed)
    for item in sorted(rest, key=lambda item: order(item.code)) if left else ():
        reached += left * item.weight
        if point < reached:
            drawn.append(item.code)
            point += total
    return drawn


def pool_of(published: Mapping[str, Any]) -> list[PoolItem]:
    """The pool of a published record."""
    return [PoolItem(str(code), int(weight), str(stratum)) for code, weight, stratum in published["pool"]]


def verify(published: Mapping[str, Any]) -> list[str]:
    """Where a published draw does not repeat, in Chinese; [] where everything does.

    published: as draws.queries.published gives it. A draw without a result is checked as far as it has come.
    """
    if published.get("pool") is None:
        return ["抽签范围：还没有公布，现在不能核对"]
    pool, size, method = pool_of(published), int(published["size"]), str(published["method"])
    faults = []
    fingerprint = pool_digest(pool, size, method, published["salt"])
    if fingerprint != published["pool_digest"]:
        faults.append(f"抽签范围：指纹应为 {fingerprint}，记录为 {published['pool_digest']}")
    secrets = {office: secret for office, secret in (published.get("secrets") or {}).items() if secret}
    for office, secret in secrets.items():
        handed_in = (published["commitments"].get(office) or {}).get("digest")
        if commitment_of(secret) != handed_in:
            faults.append(f"{OFFICES.get(office, office)}：密数与事先交存的指纹不符")
    if set(secrets) != set(OFFICES):
        return faults if published["state"] != State.DONE else [*faults, "密数：没有公布齐"]
    seed = seed_of(published["number"], published["purpose"], published["period"], published["pool_digest"], secrets)
    if seed != published["seed"]:
        faults.append(f"种子：应为 {seed}，记录为 {published['seed']}")
    return faults + _result_faults(published, result(pool, size, method, seed))


def _result_faults(published: Mapping[str, Any], repeated: Sequence[str]) -> list[str]:
    recorded = list(published.get("result") or [])
    if recorded == list(repeated):
        return []
    for place, (mine, theirs) in enumerate(zip([*repeated, *[""] * len(recorded)], recorded, strict=False), start=1):
        if mine != theirs:
            return [f"结果第 {place} 个：重算得 {mine or '（无）'}，记录为 {theirs}"]
    return [f"结果：重算得 {len(repeated)} 个，记录为 {len(recorded)} 个"]
