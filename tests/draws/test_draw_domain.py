"""The arithmetic of draws: independent of the pool's order, fair as stated, not to be steered by one office."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangesan.draws import repeat_draw_path
from sangesan.draws.domain import (
    METHODS,
    PoolItem,
    certain,
    chances,
    check_pool,
    commitment_of,
    digest,
    pool_digest,
    result,
    seed_of,
    shares,
    verify,
)
from sangesan.kernel.refusal import Refusal

SECRETS = {"style_office": "ab" * 32, "execution_office": "cd" * 32}


@st.composite
def pools(draw):
    """(pool, size, method)."""
    codes = draw(st.lists(st.from_regex(r"\A[0-9]{1,6}\Z"), min_size=1, max_size=25, unique=True))
    towns = st.sampled_from(["T1", "T2", "T3"])
    pool = [PoolItem(code, draw(st.integers(1, 60)), draw(towns)) for code in codes]
    return pool, draw(st.integers(1, len(pool))), draw(st.sampled_from(list(METHODS)))


def record(pool, size, method, *, number=1, secrets=SECRETS, salt=""):
    """A published record as the queries give it."""
    fingerprint = pool_digest(pool, size, method, salt)
    seed = seed_of(number, "weekly_village", "2022-W37", fingerprint, secrets)
    return {
        "number": number, "purpose": "weekly_village", "period": "2022-W37", "state": "done", "method": method,
        "size": size, "salt": salt, "pool": [[i.code, i.weight, i.stratum] for i in pool], "pool_digest": fingerprint,
        "commitments": {office: {"digest": commitment_of(secret)} for office, secret in secrets.items()},
        "secrets": dict(secrets), "seed": seed, "result": list(result(pool, size, method, seed)),
    }  # fmt: skip


@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_the_pool_changes_nothing(made, random):
    pool, size, method = made
    shuffled = list(pool)
    random.shuffle(shuffled)
    assert pool_digest(shuffled, size, method) == pool_digest(pool, size, method)
    assert result(shuffled, size, method, "s") == result(pool, size, method, "s")


@given(pools(), st.integers(0, 10**9))
def test_as_many_as_asked_each_once_and_always_the_certain_ones(made, n):
    pool, size, method = made
    drawn = result(pool, size, method, digest(str(n)))
    assert len(drawn) == len(set(drawn)) == size
    stated = chances(pool, size, method)
    assert set(stated) == {item.code for item in pool}
    assert sum(stated.values()) == size
    assert all(0 <= chance <= 1 for chance in stated.values())
    assert {code for code, chance in stated.items() if chance == 1} <= set(drawn)
    assert not {code for code, chance in stated.items() if chance == 0} & set(drawn)


@settings(max_examples=15, deadline=None)
@given(pools())
def test_over_many_seeds_each_is_drawn_as_often_as_stated(made):
    pool, size, method = made
    rounds = 1500
    seen = Counter(code for n in range(rounds) for code in result(pool, size, method, digest(f"r{n}")))
    for code, chance in chances(pool, size, method).items():
        share = float(chance)
        bound = 5.5 * (share * (1 - share) / rounds) ** 0.5 + 1e-9
        assert abs(seen[code] / rounds - share) <= bound, (code, seen[code] / rounds, chance)


def test_the_systematic_start_gives_each_exactly_its_share():
    pool = [PoolItem("a", 1), PoolItem("b", 2), PoolItem("c", 3), PoolItem("d", 4)]
    assert chances(pool, 2, "weighted") == {
        "a": Fraction(1, 5), "b": Fraction(2, 5), "c": Fraction(3, 5), "d": Fraction(4, 5),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("weights", "size", "sure"),
    [
        ([1, 1, 1, 1], 2, []),
        ([10, 1, 1], 1, []),
        ([10, 1, 1], 2, ["0"]),
        ([100, 10, 1, 1, 1], 3, ["0", "1"]),
        ([5, 5], 2, ["0", "1"]),
        ([1, 1, 2], 2, ["2"]),
    ],
)
def test_what_weighs_too_much_is_certain(weights, size, sure):
    pool = [PoolItem(str(n), weight) for n, weight in enumerate(weights)]
    found, _, left = certain(pool, size)
    assert sorted(item.code for item in found) == sure
    assert left == size - len(sure)


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        ({"a": 10, "b": 10}, 4, {"a": 2, "b": 2}),
        ({"a": 10, "b": 10}, 5, {"a": 3, "b": 2}),
        ({"a": 1, "b": 1, "c": 1}, 1, {"a": 1, "b": 0, "c": 0}),
        ({"a": 12, "b": 5, "c": 3}, 3, {"a": 2, "b": 1, "c": 0}),
    ],
)
def test_towns_share_by_their_villages(sizes, size, expected):
    assert shares(sizes, size) == expected


def test_one_office_alone_cannot_steer():
    """With one secret fixed, the other's changes spread the result evenly over the pool (chi-squared, 19 degrees)."""
    pool = [PoolItem(f"v{n:02d}") for n in range(20)]
    fingerprint = pool_digest(pool, 1, "equal")
    for office in SECRETS:
        seen: Counter[str] = Counter()
        for n in range(4000):
            secrets = SECRETS | {office: f"{n:064x}"}
            seen[result(pool, 1, "equal", seed_of(1, "p", "q", fingerprint, secrets))[0]] += 1
        chi_squared = sum((seen[item.code] - 200) ** 2 / 200 for item in pool)
        assert chi_squared < 55, seen  # beyond this lies one in 40,000


@pytest.mark.parametrize("change", ["number", "purpose", "period", "pool", "secret"])
def test_the_seed_rests_on_all_of_it(change):
    given = {"number": 1, "purpose": "p", "period": "q", "pool": "d", "secret": SECRETS}
    other = {"number": 2, "purpose": "P", "period": "Q", "pool": "D", "secret": SECRETS | {"style_office": "00" * 32}}
    before = seed_of(*given.values())
    assert seed_of(*(given | {change: other[change]}).values()) != before


@pytest.mark.parametrize(
    ("pool", "size", "method", "words"),
    [
        ([PoolItem("a"), PoolItem("a")], 1, "equal", "重复"),
        ([PoolItem("a")], 2, "equal", "要抽 2 个"),
        ([PoolItem("a")], 0, "equal", "要抽 0 个"),
        ([PoolItem("a", 0)], 1, "weighted", "权重"),
        ([PoolItem("a b")], 1, "equal", "空格"),
        ([PoolItem("a")], 1, "by_hand", "没有名为"),
    ],
)
def test_a_pool_out_of_order_is_refused(pool, size, method, words):
    with pytest.raises(Refusal, match=words):
        check_pool(pool, size, method)


@given(pools())
def test_a_published_draw_repeats(made):
    assert verify(record(*made)) == []


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("pool_digest", "0" * 64, "抽签范围"),
        ("seed", "0" * 64, "种子"),
        ("result", ["v3"], "结果第 1 个"),
        ("result", [], "记录为 0 个"),
        ("size", 2, "抽签范围"),
        ("secrets", {"style_office": "ab" * 32}, "没有公布齐"),
        ("secrets", SECRETS | {"style_office": "00" * 32}, "县作风办：密数与事先交存的指纹不符"),
        ("pool", None, "还没有公布"),
    ],
)
def test_what_was_changed_is_named(key, value, words):
    published = record([PoolItem(f"v{n}") for n in range(3)], 1, "equal")
    assert words in "；".join(verify(published | {key: value}))


@settings(max_examples=12, deadline=None)
@given(pools(), st.sampled_from(["", "5a" * 16]))
def test_the_lines_that_are_shown_repeat_it(tmp_path_factory, made, salt):
    """The page shows this very file; it runs by itself and agrees."""
    file = tmp_path_factory.mktemp("draw") / "draw.json"
    published = record(*made, salt=salt)
    file.write_text(json.dumps(published), encoding="utf-8")
    run = [sys.executable, "-I", str(repeat_draw_path()), str(file)]
    ended = subprocess.run(run, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "、".join(published["result"]) in ended.stdout
    file.write_text(json.dumps(published | {"result": [*published["result"][::-1], "x"]}), encoding="utf-8")
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1


def test_the_lines_import_nothing_of_ours():
    assert "sangesan." not in Path(repeat_draw_path()).read_text(encoding="utf-8")
