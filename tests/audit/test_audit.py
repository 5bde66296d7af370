"""Entries commit with their act, cannot be changed, and are sealed in order."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry, Seal
from sangesan.audit.queries import entries
from sangesan.audit.recording import record
from sangesan.audit.sealing import seal_committed, verify
from sangesan.kernel.refusal import Refusal
from web.small_county import SmallCounty

NOW = datetime(2022, 9, 13, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_head(tmp_path: Path, settings: Any) -> None:
    """Each test seals from the beginning."""
    settings.SEAL_KEY_FILE = str(tmp_path / "seal.key")


def entry(n: int) -> Entry:
    return record(at=NOW, user=1, post=2, post_title="县专班", tag="clues:clue:visit", on=f"clue:{n}", detail={"n": n})


def test_sealed_once_in_order_and_verified() -> None:
    made = [entry(n) for n in range(5)]
    assert seal_committed(NOW) == 5
    assert seal_committed(NOW) == 0
    assert list(Seal.objects.order_by("number").values_list("number", "entry_id")) == [
        (n, e.pk) for n, e in enumerate(made, start=1)
    ]
    entry(9)
    verdict = verify()
    assert (verdict.sound, verdict.sealed, verdict.tail) == (True, 5, 1)


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET reason='x'", "DELETE FROM audit_entry", "DELETE FROM audit_seal"])
def test_the_database_refuses_to_change_history(sql: str) -> None:
    entry(1)
    seal_committed(NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_models_refuse_too() -> None:
    made = entry(1)
    for act in (made.save, made.delete, lambda: Entry.objects.update(reason="x"), Entry.objects.all().delete):
        with pytest.raises(PermissionError, match="只能追加"):
            act()


def test_tampering_behind_the_triggers_is_named() -> None:
    made = [entry(n) for n in range(3)]
    seal_committed(NOW)
    on = " ON audit_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_entry_no_update{on}")
        cursor.execute("UPDATE audit_entry SET post_title='别人' WHERE id=%s", [made[1].pk])
    verdict = verify()
    assert (verdict.broken, verdict.sealed) == (2, 1)
    assert str(made[1].pk) in verdict.why


def _unguarded(sql: str) -> None:
    """What somebody with the file in hand could do."""
    with connection.cursor() as cursor:
        for table in ("audit_entry", "audit_seal"):
            for act in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_no_{act}{on}")
        for statement in sql.split(";"):
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DELETE FROM audit_seal", "少了6条"),
        ("DELETE FROM audit_seal WHERE number > 4", "少了2条"),
        ("DELETE FROM audit_seal; UPDATE audit_entry SET reason='x'", "少了6条"),
    ],
)
def test_what_is_cut_off_shows_against_the_head_kept_outside_and_is_not_sealed_over(sql: str, why: str) -> None:
    for n in range(6):
        entry(n)
    seal_committed(NOW)
    _unguarded(sql)
    assert why in verify().why
    with pytest.raises(Refusal, match="停止封存"):
        seal_committed(NOW)
    assert not verify().sound


def test_a_tag_without_grammar_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="slice:subject:action"):
        record(at=NOW, user=None, post=None, post_title="", tag="visit", on="x:1")


def test_act_and_entry_commit_together_or_not_at_all(small_county: SmallCounty) -> None:
    before = Entry.objects.count()
    post = small_county.posts["grid"]
    with pytest.raises(RuntimeError), acting(post, "clues.record_visit", on="clue:1"):
        raise RuntimeError
    with pytest.raises(NotAllowed, match="不能上传部门数据"), acting(post, "exchange.deliver", on="feed:x"):
        pytest.fail("the body must not run")
    assert Entry.objects.count() == before
    with acting(post, "clues.record_visit", on="clue:1", reason="看过") as act:
        act.detail = {"result": "no_risk"}
    found = entries(tag="clues:")[0]
    assert (found.tag, found.object, found.reason, found.post_title, found.detail) == (
        "clues:clue:record_visit", "clue:1", "看过", post.title, {"result": "no_risk"},
    )  # fmt: skip
