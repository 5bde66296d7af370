"""A delivery from file to view: accepted whole or not at all, once, encrypted, audited."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from exchange.builders import HEADINGS, xlsx
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.exchange import actions, queries
from sangesan.exchange.actions import deliver, withdraw
from sangesan.exchange.door import Door
from sangesan.exchange.models import Delivery, RefusedEntry, SealedRows
from sangesan.exchange.sweeping import sweep_orphans
from sangesan.files import storage
from sangesan.files.models import StoredFile
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from web.small_county import PEOPLE, SmallCounty, identity

NOW = datetime(2022, 9, 13, 2, 0, tzinfo=UTC)
FEED = "medical_settlement"


@pytest.fixture
def home(small_county: SmallCounty) -> Path:
    """The home of the running tests; its keys sealed the register, so only feeds' folders are looked at."""
    return Path(settings.HOME)


@pytest.fixture
def post(small_county: SmallCounty) -> Post:
    return small_county.posts["department"]


def row(index: int, **changes: object) -> list[object]:
    _, name, _, birth, *_ = PEOPLE[index]
    values: dict[str, object] = dict(
        zip(HEADINGS, [name, identity(101 + index, birth), "2022-08-03", "住院", "1.5", "1", "0.5"], strict=True)
    )
    return list((values | changes).values())


def book(*rows: list[object], month: str = "2022年8月") -> bytes:
    return xlsx([[f"{month} 医保结算明细"], HEADINGS, *rows])


GOOD = book(row(0), row(1), row(2))
MIXED = book(row(0), row(1, 结算日期="1899-01-01"), row(2, 身份证号="000"))


def files_below(home: Path) -> set[str]:
    return {p.relative_to(home).as_posix() for f in ("parquet", "originals") for p in home.glob(f"{f}/*/*")}


def test_an_accepted_delivery(post: Post, home: Path) -> None:
    report = deliver(post, FEED, GOOD, filename="医保.xlsx", now=NOW)
    assert (report.state, report.period, report.rows_read, report.accepted) == ("accepted", "2022-08", 3, 3)
    assert (report.refused, report.attached, report.not_attached) == (0, 3, 0)
    row_ = Delivery.objects.get(pk=report.delivery)
    data = (home / row_.path).read_bytes()
    assert data.startswith(b"PARE")
    assert storage.read(row_.original) == GOOD if row_.original else False
    entry = Entry.objects.get(tag="exchange:feed:deliver")
    assert (entry.post, entry.object, entry.detail["rows"]) == (post.pk, f"feed:{FEED}", 3)
    assert report.to_dict()["refusals"] == []


def test_nothing_that_identifies_lies_open(post: Post, home: Path) -> None:
    report = deliver(post, FEED, MIXED, filename="医保.xlsx", now=NOW, take_good_rows=True)
    row_ = Delivery.objects.get(pk=report.delivery)
    needles = [name for _, name, *_ in PEOPLE[:3]] + [identity(101 + i, PEOPLE[i][3]) for i in range(3)]
    original = home / row_.original.path if row_.original else None
    assert original is not None
    blobs = [original.read_bytes(), (home / row_.path).read_bytes()]
    blobs += [bytes(s.sealed) for s in SealedRows.objects.all()]
    for needle in needles:
        assert not any(needle.encode() in blob for blob in blobs)
        assert needle not in str(list(RefusedEntry.objects.values()))
    waiting = queries.unattached_rows(row_.pk)
    assert waiting is not None
    assert waiting["raw_id_number"].to_pylist() == ["000"]
    assert queries.not_attached_counts() == {FEED: 1}


def test_a_refused_file_leaves_a_report_and_nothing_else(post: Post, home: Path) -> None:
    before = files_below(home)
    report = deliver(post, FEED, MIXED, filename="医保.xlsx", now=NOW)
    assert (report.state, report.accepted, report.refused, report.attached) == ("refused", 0, 1, 0)
    assert files_below(home) == before
    assert queries.accepted_deliveries() == []
    kept = queries.delivery_report(post, report.delivery or 0)
    assert [c.to_dict() for c in kept.refusals] == report.to_dict()["refusals"]
    assert deliver(post, FEED, MIXED, filename="医保.xlsx", now=NOW).state == "refused"
    assert Delivery.objects.count() == 1


def test_good_rows_are_taken_when_asked_for(post: Post, home: Path) -> None:
    report = deliver(post, FEED, MIXED, filename="医保.xlsx", now=NOW, take_good_rows=True)
    assert (report.state, report.rows_read, report.accepted, report.refused) == ("accepted_partly", 3, 2, 1)
    assert (report.attached, report.not_attached) == (1, 1)


def test_the_same_file_twice_changes_nothing_and_says_so(post: Post, home: Path) -> None:
    first = deliver(post, FEED, GOOD, filename="医保.xlsx", now=NOW)
    before = files_below(home), Entry.objects.count(), Delivery.objects.count()
    second = deliver(post, FEED, GOOD, filename="另一个名字.xlsx", now=NOW)
    assert (second.state, second.same_as, second.accepted) == ("same", first.delivery, 3)
    assert "没有改变任何数据" in second.message
    assert (files_below(home), Entry.objects.count(), Delivery.objects.count()) == before


def test_two_at_the_same_moment_count_once(post: Post, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    looks = iter([None])
    real = actions.same_content
    monkeypatch.setattr(actions, "same_content", lambda *a: next(looks, real(*a)))
    second = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    assert (second.state, second.same_as) == ("same", first.delivery)
    assert Delivery.objects.count() == 1


def test_a_failure_while_publishing_leaves_nothing(post: Post, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(actions, "publish_parquet", broken)
    before = {f for f in files_below(home) if f.startswith("parquet")}
    with pytest.raises(OSError, match="disk full"):
        deliver(post, FEED, book(row(0)), filename="a.xlsx", now=NOW)
    assert {f for f in files_below(home) if f.startswith("parquet")} == before
    assert (Delivery.objects.count(), SealedRows.objects.count(), StoredFile.objects.count()) == (0, 0, 0)
    assert Entry.objects.filter(tag="exchange:feed:deliver").count() == 0
    left = sweep_orphans(older_than=datetime.now(UTC).timestamp() + 60)
    assert any(path.startswith("originals/") for path in left)
    assert not any(path.startswith("originals/") for path in files_below(home))


def test_sweeping_spares_what_is_young_or_named(post: Post, home: Path) -> None:
    report = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    row_ = Delivery.objects.get(pk=report.delivery)
    stray = home / "parquet" / FEED / "1-abc.part"
    stray.write_bytes(b"x")
    assert "parquet/medical_settlement/1-abc.part" not in sweep_orphans(older_than=0)
    assert "parquet/medical_settlement/1-abc.part" in sweep_orphans(datetime.now(UTC).timestamp() + 60)
    assert (home / row_.path).exists()


def test_a_department_delivers_its_own_feeds_only(small_county: SmallCounty, home: Path) -> None:
    with pytest.raises(NotAllowed, match="不能处理“残疾人证”"):
        deliver(small_county.posts["department"], "disability_certificate", GOOD, filename="a.xlsx", now=NOW)
    for role in ("town", "village", "grid", "inspector"):
        with pytest.raises(NotAllowed):
            deliver(small_county.posts[role], FEED, GOOD, filename="a.xlsx", now=NOW)
    assert deliver(small_county.posts["county"], FEED, GOOD, filename="a.xlsx", now=NOW).taken
    assert Delivery.objects.count() == 1


def test_an_unknown_feed_and_a_missing_file(post: Post, home: Path) -> None:
    with pytest.raises(Refusal, match="没有名为“medical”的数据项"):
        deliver(post, "medical", GOOD, filename="a.xlsx", now=NOW)
    with pytest.raises(Refusal, match="文件不存在"):
        deliver(post, FEED, home / "none.xlsx", now=NOW)


PERIODS = [
    (book(row(0)), "x.xlsx", None, "2022-08"),
    (xlsx([HEADINGS, row(0)]), "2022-07/x.xlsx", None, "2022-07"),
    (xlsx([HEADINGS, row(1)]), "x.xlsx", Month(2022, 6), "2022-06"),
    (xlsx([HEADINGS, row(2)]), "x.xlsx", None, "2022-08"),  # neither file nor caller tells: the rows do
]


def test_the_period_of_a_delivery(post: Post, home: Path) -> None:
    for data, name, period, expected in PERIODS:
        assert deliver(post, FEED, data, filename=name, period=period, now=NOW).period == expected
    with pytest.raises(Refusal, match="写的是 2022-08，而指定的期别是 2022-07"):
        deliver(post, FEED, GOOD, filename="x.xlsx", period=Month(2022, 7), now=NOW)


def rows_of(known_at: datetime | None = None, columns: list[str] | None = None) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        queries.open_feeds(con, feeds=[FEED], known_at=known_at, columns={FEED: columns} if columns else None)
        return con.execute(f"SELECT * FROM feed_{FEED} ORDER BY delivery, person_no").fetchall()


def test_views_in_duckdb(post: Post, home: Path) -> None:
    report = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    rows = rows_of()
    assert len(rows) == 3
    assert rows[0][1:] == (report.delivery, 3, date(2022, 8, 1), date(2022, 8, 3), "住院", 150, 100, 50)
    assert rows_of(columns=["person_no", "total", "delivery"])[0][1:] == (report.delivery, 150)
    with duckdb.connect() as con:
        refs = queries.open_feeds(con)
        assert [(r.feed, r.rows) for r in refs] == [(FEED, 3)]
        names = {
            n for (n,) in con.execute("SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'feed_%'").fetchall()
        }
        assert len(names) == 31
        types = dict(con.execute("SELECT column_name, column_type FROM (DESCRIBE feed_real_estate)").fetchall())
        assert types["area_m2"] == "DECIMAL(14,2)"
        assert types["use"] == "VARCHAR"


def test_correcting_and_withdrawing_end_a_delivery_but_not_its_past(post: Post, home: Path) -> None:
    first = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    later, latest = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    second = deliver(post, FEED, book(row(0)), filename="b.xlsx", now=later, supersedes=first.delivery)
    assert [r[1] for r in rows_of()] == [second.delivery]
    assert len(rows_of(known_at=NOW)) == 3
    with pytest.raises(Refusal, match="没有编号为"):
        deliver(post, FEED, book(row(1)), filename="c.xlsx", now=later, supersedes=first.delivery)
    with pytest.raises(Refusal, match="没有写撤回理由"):
        withdraw(post, second.delivery or 0, reason=" ", now=latest)
    withdraw(post, second.delivery or 0, reason="导错月份", now=latest)
    assert rows_of() == []
    assert len(rows_of(known_at=later)) == 1
    with pytest.raises(Refusal, match="已经撤回"):
        withdraw(post, second.delivery or 0, reason="再撤", now=latest)
    assert deliver(post, FEED, GOOD, filename="a.xlsx", now=latest).state == "accepted"


def test_one_key_opens_one_delivery(post: Post, home: Path) -> None:
    one = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    two = deliver(post, FEED, book(row(0)), filename="b.xlsx", now=NOW)
    first, second = (Delivery.objects.get(pk=r.delivery) for r in (one, two))
    second.wrapped_key = first.wrapped_key
    second.save()
    with pytest.raises(Refusal, match="打不开"):
        rows_of()


def test_plain_parquet_as_a_setting(post: Post, home: Path, settings: Settings) -> None:
    settings.PLAIN_PARQUET = True
    report = deliver(post, FEED, GOOD, filename="a.xlsx", now=NOW)
    path = home / Delivery.objects.get(pk=report.delivery).path
    assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(3,)]
    settings.PLAIN_PARQUET = False
    deliver(post, FEED, book(row(0)), filename="b.xlsx", now=NOW)
    assert len(rows_of()) == 4


def test_statuses_of_the_feeds_a_post_may_see(small_county: SmallCounty, home: Path) -> None:
    deliver(small_county.posts["department"], FEED, MIXED, filename="a.xlsx", now=NOW, take_good_rows=True)
    own = {s.feed.code: s for s in queries.feed_statuses(small_county.posts["department"], date(2022, 9, 13))}
    assert set(own) == {FEED, "insurance_enrolment"}
    assert (own[FEED].last_period, own[FEED].due.status, own[FEED].rows) == (Month(2022, 8), "on_time", 2)
    assert (own[FEED].not_attached, own["insurance_enrolment"].due.status) == (1, "never")
    assert len(queries.feed_statuses(small_county.posts["county"], date(2022, 9, 13))) == 31
    assert queries.feed_statuses(small_county.posts["grid"], date(2022, 9, 13)) == []
    with pytest.raises(NotAllowed):
        queries.delivery_report(small_county.posts["grid"], 1)


@pytest.mark.django_db
def test_no_door_before_a_county_is_loaded() -> None:
    with pytest.raises(Refusal, match="还没有装入区划和农户底册"):
        Door.open()


def test_a_month_sent_twice_is_told(post: Post, home: Path) -> None:
    first = deliver(post, FEED, book(row(0)), filename="a.xlsx", now=NOW)
    assert first.warning == ""
    second = deliver(post, FEED, book(row(0), row(1)), filename="b.xlsx", now=NOW)
    assert f"已收过报送 {first.delivery}" in second.warning
    withdraw(post, first.delivery or 0, reason="更正", now=NOW)
    assert queries.delivery_report(post, second.delivery or 0).warning == ""
