"""What may be done with a draw in which state, by whom and until when; nothing is drawn anew in silence."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner

from draws.two_offices import EXECUTION, POOL, SECRET, STYLE, heads, weekly
from racing import together
from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.cli.main import cli
from sangesan.draws import repeat_draw_path
from sangesan.draws.actions import Ahead, commit, commit_ahead, draw_again, fix, release, reveal, void_late
from sangesan.draws.domain import OFFICES, PoolItem, commitment_of
from sangesan.draws.models import Commitment, Draw
from sangesan.draws.queries import draws, found, outcome, owed_by, published, verify
from sangesan.draws.tasks import ask_to_void
from sangesan.jobs.running import execute
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import County
from web.small_county import DAY, NOW, VILLAGE_A

HOUR = timedelta(hours=1)


def hand_in(posts, draw, offices=OFFICES, *, now=NOW):
    for office in offices:
        commit(post=posts[office], draw=draw, office=office, digest=commitment_of(SECRET[office]), now=now)


def show(posts, draw, offices=OFFICES, *, now=NOW):
    for office in offices:
        draw = reveal(post=posts[office], draw=draw, office=office, secret=SECRET[office], now=now)
    return draw


@pytest.fixture
def posts(small_county):
    return heads(small_county)


@pytest.fixture
def clock(small_county):
    """The county's day moves with the time that is given."""
    County.objects.update(today=None)


def test_both_commit_then_both_show_and_the_result_repeats(posts):
    draw = weekly()
    assert outcome(draw) is None
    hand_in(posts, draw)
    ended = show(posts, draw)
    assert ended.state == "done"
    assert len(outcome(ended)) == 1
    assert verify(published(ended)) == []
    assert published(ended)["secrets"] == SECRET
    tags = list(Entry.objects.filter(tag__startswith="draws:").values_list("tag", flat=True))
    assert tags.count("draws:draw:commit") == 4
    assert tags.count("draws:draw:fix") == 1


def test_fixed_once_a_period_and_never_by_another_pool(posts):
    draw = weekly()
    assert weekly(pool=[PoolItem(VILLAGE_A)]).pk == draw.pk
    assert len(Draw.objects.get().pool) == len(POOL)


def test_the_first_secret_is_shown_to_nobody_until_the_second_is_there(posts):
    draw = weekly()
    hand_in(posts, draw)
    show(posts, draw, [STYLE])
    row = Commitment.objects.get(draw=draw, office=STYLE)
    assert row.revealed_at is not None
    assert row.secret == ""
    assert SECRET[STYLE].encode() not in bytes(row.sealed)
    assert SECRET[STYLE] not in json.dumps(published(draw))


# (what was done before, what is tried, the words of the refusal; None: goes through)
TABLE = [
    ("fixed", "reveal", "密数与交存的指纹不符"),
    ("fixed", "commit", None),
    ("one committed", "commit again, same", None),
    ("one committed", "commit again, other", "已经交存过"),
    ("one committed", "reveal", "另一个办公室还没有交存"),
    ("both committed", "reveal wrong", "密数与交存的指纹不符"),
    ("both committed", "reveal", None),
    ("one revealed", "reveal again", None),
    ("one revealed", "commit again, other", "已经交存过"),
    ("done", "reveal again", None),
    ("done", "again", "没有作废"),
    ("both committed", "again", "没有作废"),
    ("void", "reveal", "已经作废"),
    ("void", "commit of the other", "已经作废"),
    ("void", "fix", "已作废"),
    ("void", "again", None),
]


@pytest.mark.parametrize(("before", "tried", "words"), TABLE)
def test_the_table_of_states(posts, clock, before, tried, words):
    draw = weekly()
    if before in {"one committed", "void"}:
        hand_in(posts, draw, [STYLE])
    if before in {"both committed", "one revealed", "done"}:
        hand_in(posts, draw)
    show(posts, draw, {"one revealed": [STYLE], "done": list(OFFICES)}.get(before, []))
    if before == "void":
        Commitment.objects.create(
            draw=draw, purpose="x", period="x", office=EXECUTION, digest="f" * 64, committed_at=NOW, post=1
        )
        Draw.objects.filter(pk=draw.pk).update(state="void", owed="commit", missing=[EXECUTION])
    style = {"post": posts[STYLE], "draw": draw, "office": STYLE, "now": NOW + HOUR}
    acts = {
        "commit": lambda: commit(**style, digest="e" * 64),
        "commit again, same": lambda: commit(**style, digest=commitment_of(SECRET[STYLE])),
        "commit again, other": lambda: commit(**style, digest="e" * 64),
        "commit of the other": lambda: (
            Commitment.objects.filter(office=EXECUTION).delete(),
            commit(**(style | {"post": posts[EXECUTION], "office": EXECUTION}), digest="e" * 64),
        ),
        "reveal": lambda: reveal(**style, secret=SECRET[STYLE]),
        "reveal again": lambda: reveal(**style, secret=SECRET[STYLE]),
        "reveal wrong": lambda: reveal(**style, secret="cc" * 32),
        "again": lambda: draw_again(post=system_post(), draw=draw, now=NOW),
        "fix": weekly,
    }
    if words is None:
        acts[tried]()
        return
    with pytest.raises(Refusal, match=words):
        acts[tried]()


def test_only_the_head_of_an_office_acts_for_it(posts, small_county):
    draw = weekly()
    for who in (small_county.posts["inspector"], posts[EXECUTION]):
        with pytest.raises(NotAllowed, match="不是县作风办的负责人"):
            commit(post=who, draw=draw, office=STYLE, digest="e" * 64, now=NOW)
    with pytest.raises(NotAllowed):
        commit(post=small_county.posts["town"], draw=draw, office=STYLE, digest="e" * 64, now=NOW)


def test_one_person_does_not_hand_in_for_both(posts, small_county):
    from sangesan.leadership.actions import take_seat

    both = Post(role="inspector", title="兼任", valid_from=DAY)
    user = open_account(username="both", name="测试兼任", password="ceshi-koulling-1", posts=[both])
    post = user.posts.get()
    for seat in ("style_office_head", "execution_office_head"):
        take_seat(
            post=small_county.posts["county"],
            seat=seat,
            scope="",
            holder=post,
            from_day=DAY,
            document="县委办〔2022〕9号",
            now=NOW,
        )
    draw = weekly()
    commit(post=post, draw=draw, office=STYLE, digest="e" * 64, now=NOW)
    with pytest.raises(Refusal, match="不能由同一个人"):
        commit(post=post, draw=draw, office=EXECUTION, digest="d" * 64, now=NOW)


def test_a_secret_is_used_once(posts):
    hand_in(posts, weekly())
    with pytest.raises(Refusal, match="已经用过"):
        hand_in(posts, weekly("2022-W38"))


def test_commitments_for_weeks_ahead_wait_for_their_draws(posts):
    rows = [Ahead("weekly_village", f"2022-W{week}", commitment_of(f"{week:064x}")) for week in (38, 39, 40)]
    commit_ahead(post=posts[STYLE], office=STYLE, rows=rows, now=NOW)
    commit_ahead(post=posts[STYLE], office=STYLE, rows=rows, now=NOW)
    assert Commitment.objects.count() == 3
    draw = weekly("2022-W39")
    assert draw.commitments.get().digest == commitment_of(f"{39:064x}")
    assert published(draw)["commitments"][STYLE]["ahead"]
    with pytest.raises(Refusal, match="已经抽签"):
        commit_ahead(post=posts[STYLE], office=STYLE, rows=[Ahead("weekly_village", "2022-W39", "e" * 64)], now=NOW)
    hand_in(posts, draw, [EXECUTION])
    reveal(post=posts[STYLE], draw=draw, office=STYLE, secret=f"{39:064x}", now=NOW)
    assert verify(published(show(posts, draw, [EXECUTION]))) == []


@pytest.mark.parametrize(
    ("done", "hours", "owed", "missing"),
    [
        ([], 47, None, []),
        ([], 49, "commit", [STYLE, EXECUTION]),
        ([STYLE], 49, "commit", [EXECUTION]),
        (["both"], 49, None, []),
        (["both"], 73, "reveal", [STYLE, EXECUTION]),
        (["both", "style shows"], 73, "reveal", [EXECUTION]),
    ],
)
def test_who_is_late_is_on_record_and_the_same_pool_is_drawn_anew(posts, clock, done, hours, owed, missing):
    draw = weekly()
    hand_in(posts, draw, OFFICES if "both" in done else done)
    show(posts, draw, [STYLE] if "style shows" in done else [])
    run = ask_to_void(NOW + hours * HOUR)
    assert (run is not None) == (owed is not None)
    voided = void_late(post=system_post(), now=NOW + hours * HOUR)
    draw.refresh_from_db()
    if owed is None:
        assert (voided, draw.state) == ([], "open")
        return
    assert (draw.state, draw.owed, draw.missing) == ("void", owed, missing)
    new = Draw.objects.get(after=draw)
    assert new.number == draw.number + 1
    assert (new.pool, new.pool_digest, new.period) == (draw.pool, draw.pool_digest, draw.period)
    assert new.commitments.count() == 0
    assert [one["office"] for one in published(draw)["missing"]] == missing
    assert void_late(post=system_post(), now=NOW + hours * HOUR) == []
    assert found("2022-W37") == new


def test_after_three_attempts_a_person_decides(posts, clock):
    now = NOW
    weekly()
    for _ in range(5):
        now += 80 * HOUR
        void_late(post=system_post(), now=now)
    assert Draw.objects.count() == 3
    last = Draw.objects.get(number=3)
    assert last.state == "void"
    assert draw_again(post=posts[STYLE], draw=last, now=now).pk == draw_again(post=posts[STYLE], draw=last, now=now).pk
    assert Draw.objects.count() == 4


def test_late_is_refused_before_the_machine_has_voided(posts, clock):
    draw = weekly()
    with pytest.raises(Refusal, match="交存的期限已过"):
        hand_in(posts, draw, now=NOW + 49 * HOUR)
    hand_in(posts, draw)
    with pytest.raises(Refusal, match="公开的期限已过"):
        show(posts, draw, now=NOW + 73 * HOUR)


def test_the_job_voids(posts, clock):
    weekly(now=NOW - 80 * HOUR)
    run = ask_to_void(NOW)
    assert execute(run.pk).state == "done"
    assert Draw.objects.get(number=1).state == "void"


# --- what stays hidden ---------------------------------------------------------------------------------------------


def test_an_unannounced_draw_shows_only_its_fingerprint_until_it_begins(posts, small_county, clock):
    draw = fix(
        post=posts[STYLE], purpose="inspection", period="2022-W38-1", title="第3轮督查抽村", pool=POOL, size=2,
        method="weighted", secret_until=NOW + 100 * HOUR, now=NOW,
    )  # fmt: skip
    hand_in(posts, draw)
    draw = show(posts, draw)
    for role, whole in {
        "town": False,
        "village": False,
        "county": False,
        "department": False,
        "inspector": True,
    }.items():
        shown = published(draw, post=small_county.posts[role], now=NOW)
        assert (shown["pool"] is not None) == whole, role
        (line,) = draws(small_county.posts[role], now=NOW)
        assert line.whole == whole
        assert ("第3轮" in line.title) == whole
        text = json.dumps(shown)
        assert (VILLAGE_A in text) == whole
        assert (SECRET[STYLE] in text) == whole
        assert any(shown[key] is not None for key in UNTIL_RELEASED) == whole
        assert ("inspection" in text) == whole
        assert len(draws(small_county.posts[role], purpose="inspection", now=NOW)) == int(whole), (
            "no way round the list"
        )
    assert published(draw, now=NOW)["pool_digest"] == draw.pool_digest
    release(post=posts[STYLE], draw=draw, now=NOW)
    draw.refresh_from_db()
    assert verify(published(draw, post=small_county.posts["town"], now=NOW)) == []


UNTIL_RELEASED = ("purpose", "period", "method", "size", "fixed_at", "pool", "salt", "seed", "result", "chances")


def test_a_hidden_draw_opens_by_itself_when_its_time_has_come(posts, clock, small_county):
    draw = weekly(secret_until=NOW + HOUR)
    assert published(draw, now=NOW)["pool"] is None
    assert published(draw, now=NOW + 2 * HOUR)["pool"] is not None


def test_offices_see_what_they_owe(posts, small_county):
    draw = weekly()
    assert [line.draw.pk for line in owed_by(posts[STYLE], NOW)] == [draw.pk]
    assert owed_by(small_county.posts["inspector"], NOW) == []
    hand_in(posts, draw, [STYLE])
    assert owed_by(posts[STYLE], NOW) == []
    assert [line.owed for line in owed_by(posts[EXECUTION], NOW)] == ["commit"]


# --- the command ---------------------------------------------------------------------------------------------------


def run(*given: str, code: int = 0):
    done = CliRunner().invoke(cli, ["draw", *given])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_offices_commit_show_and_anybody_verifies_by_command(posts, tmp_path):
    weekly()
    files = {office: tmp_path / f"{office}.json" for office in OFFICES}
    run("commit", "2022-W37", "2022-W38", "--office", STYLE, "--user", STYLE, "--file", str(files[STYLE]))
    run("commit", "1", "--office", EXECUTION, "--user", EXECUTION, "--file", str(files[EXECUTION]))
    assert files[STYLE].stat().st_mode & 0o777 == 0o600
    run("commit", "1", "--office", STYLE, "--user", STYLE, "--file", str(files[STYLE]), code=2)
    for office in OFFICES:
        run("reveal", "2022-W37", "--office", office, "--user", office, "--file", str(files[office]))
    (shown,) = json.loads(run("list", "--json"))
    assert shown["state"] == "done"
    assert "重算一致" in run("verify", "2022-W37")
    assert json.loads(run("verify", "1", "--json"))["repeats"]
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(shown), encoding="utf-8")
    assert subprocess.run([sys.executable, "-I", str(repeat_draw_path()), str(file)], check=False).returncode == 0
    Draw.objects.update(result=[POOL[1].code if shown["result"] != [POOL[1].code] else POOL[0].code])
    assert "结果第 1 个" in run("verify", "2022-W37", code=1)
    run("verify", "2022-W50", code=2)


# --- at the same moment --------------------------------------------------------------------------------------------


def at_once(*works):
    """Runs the works together; their exceptions."""
    return [one for one in together(*works) if isinstance(one, Exception)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_offices_show_at_the_same_moment(small_county):
    posts = heads(small_county)
    for week in range(20, 30):
        draw = weekly(f"2022-W{week}")
        for office in OFFICES:
            secret = f"{week}{office[0]}".encode().hex().zfill(64)
            commit(post=posts[office], draw=draw, office=office, digest=commitment_of(secret), now=NOW)
        failed = at_once(*[
            lambda office=office, draw=draw, week=week: reveal(
                post=posts[office], draw=draw, office=office,
                secret=f"{week}{office[0]}".encode().hex().zfill(64), now=NOW,
            )
            for office in OFFICES
        ])  # fmt: skip
        assert failed == []
        draw.refresh_from_db()
        assert draw.state == "done"
        assert verify(published(draw)) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_fix_the_week_and_others_at_once(small_county):
    failed = at_once(
        *[lambda period=period: weekly(period) for period in ("2022-W37", "2022-W37", "2022-W38", "2022-W39")]
    )
    assert failed == []
    assert sorted(Draw.objects.values_list("period", flat=True)) == ["2022-W37", "2022-W38", "2022-W39"]
    assert sorted(Draw.objects.values_list("number", flat=True)) == [1, 2, 3]
