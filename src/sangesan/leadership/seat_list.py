"""Who holds which seat, from a spreadsheet: every row checked first, then taken whole or not at all."""

from collections.abc import Mapping
from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.accounts.queries import holding
from sangesan.exchange.reading.listed import listed_rows
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.actions import Taking, take_seats
from sangesan.leadership.seats import Scope, SeatKind, fits, seat_kinds
from sangesan.leadership.units import departments
from sangesan.regions.queries import tree

# heading -> other words under which it is met
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "职务": ("任职职务",),
    "范围": ("单位", "镇村部门", "所在地"),
    "用户名": ("账号", "登录名"),
    "任职日期": ("任职时间", "到任日期"),
    "依据": ("依据文件", "文号"),
}
NEEDED = ("职务", "用户名", "任职日期", "依据")
EXAMPLES = [
    ["党委书记", "高桥镇", "gaoqiao01", "2022-01-10", "县委〔2022〕1号"],
    ["党支部书记", "高桥镇双龙村", "shuanglong01", "2022-01-10", "高桥镇党委〔2022〕3号"],
    ["联络员", "医疗保障局", "yibao01", "2022-01-10", "专班〔2022〕1号"],
]
MOST_NAMED, MOST_ROWS = 5, 3000


def take_seat_list(*, post: Post, data: bytes, filename: str, on: date, now: datetime) -> int:
    """Takes a list in, whole or not at all; how many seats were taken. A row that stands already changes nothing.

    A holder is named by the account; of its posts the one that fits the seat counts. on: the day on which the posts are
    held. Raises Refusal naming sheet and row of the first mistakes and how many there are.
    """
    require(post, "leadership.seat")
    accounts = _accounts(on)
    takings, wrong = [], []
    for where, cells in listed_rows(data, filename, COLUMNS, NEEDED, most=MOST_ROWS):
        try:
            takings.append(_taking(cells, accounts))
        except Refusal as refusal:
            wrong.append(f"{where} {refusal}")
    if wrong:
        more = f"；共{len(wrong)}处" if len(wrong) > MOST_NAMED else ""
        raise Refusal("；".join(wrong[:MOST_NAMED]) + more, place=filename, remedy="整张表没有收。请在原表改好后再传")
    if not takings:
        raise Refusal("只有表头，没有数据行", place=filename, remedy="请按样表填写后再传")
    return len(take_seats(post=post, takings=takings, now=now))


def _accounts(on: date) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in holding(on).order_by("pk"):
        if post.user is not None:
            found.setdefault(post.user.username, []).append(post)
    return found


def _taking(cells: Mapping[str, str], accounts: Mapping[str, list[Post]]) -> Taking:
    kind, scope = _seat(cells.get("职务", ""), cells.get("范围", ""))
    username = cells.get("用户名", "")
    if username not in accounts:
        raise Refusal(f"没有在岗的用户“{username}”", place="用户名", remedy="请先开户并明确岗位")
    holder = next((post for post in accounts[username] if fits(kind, scope, post)), None)
    if holder is None:
        raise Refusal(
            f"用户“{username}”没有能担任{kind.title}的岗位", place="用户名", remedy="请核对岗位的级别和所在地"
        )
    try:
        day = parse_date(cells.get("任职日期", ""))
    except Refusal as refusal:
        raise refusal.at("任职日期") from None
    return Taking(kind.code, scope, holder, day, cells.get("依据", ""))


def _seat(title: str, where: str) -> tuple[SeatKind, str]:
    """The seat of a title, and the code of its scope by the name people write."""
    kind = next((one for one in seat_kinds().values() if one.title == title), None)
    if kind is None:
        known = "、".join(one.title for one in seat_kinds().values())
        raise Refusal(f"没有“{title}”这个职务", place="职务", remedy=f"可写：{known}")
    if kind.scope in {Scope.NONE, Scope.TEAM}:
        return kind, where
    places = tree()
    if kind.scope == Scope.DEPARTMENT:
        names = {one.title: one.code for one in departments()}
    else:
        levels = {"town"} if kind.scope == Scope.TOWN else {"village", "community"}
        names = {places.full_name(code): code for code, level in places.levels.items() if level in levels}
    if where not in names:
        raise Refusal(f"没有“{where}”", place="范围", remedy="请写镇名、镇名加村名或部门全称")
    return kind, names[where]
