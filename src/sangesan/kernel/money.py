"""Money: integer fen inside, yuan (or 万元) as people write it outside. Never a float."""

import re
import unicodedata
from decimal import Decimal

from sangesan.kernel.refusal import Refusal

FEN_PER_YUAN = 100
YUAN_PER_WAN = 10_000

_FORM = re.compile(r"(?P<sign>-?)(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?P<unit>万元|万|元|圆)?(?:整)?")


def parse_fen(text: str) -> int:
    """Fen from an amount in yuan: "1,234.56", "￥12", "3 000元", "1.2万元". Raises Refusal.

    A fraction of a fen is refused, not rounded: it is a sign of a wrong unit.
    """
    plain = re.sub(r"[\s,']|^[￥¥]", "", unicodedata.normalize("NFKC", text).strip())
    plain = plain.lstrip("¥￥")
    form = _FORM.fullmatch(plain)
    if not form:
        raise Refusal(f"金额“{text}”认不出", remedy="请写成数字（单位元），如 1234.56，或带单位 1.2万元")
    yuan = Decimal(form["number"]) * (YUAN_PER_WAN if (form["unit"] or "").startswith("万") else 1)
    fen = yuan * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise Refusal(f"金额“{text}”不足一分", remedy="请写到分为止（小数点后两位）")
    return -int(fen) if form["sign"] else int(fen)


def format_yuan(fen: int) -> str:
    """Yuan with thousands separators and two decimals: 123456 -> "1,234.56"."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02d}"
