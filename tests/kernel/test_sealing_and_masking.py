"""Sealing opens what it sealed and nothing else; masks show no more than they say."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.digest import digest_rows
from sangesan.kernel.masking import mask_identity, mask_name, mask_phone
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring, read_or_make_key

keys = Keyring(b"k" * 32)


@given(st.binary(max_size=500), st.text(max_size=20))
def test_opens_what_it_sealed(data: bytes, purpose: str) -> None:
    sealed = keys.seal(purpose, data)
    assert keys.open(purpose, sealed) == data
    assert len(data) < 4 or data not in sealed


@pytest.mark.parametrize("change", ["purpose", "key", "bit", "short"])
def test_refuses_what_does_not_fit(change: str) -> None:
    sealed = keys.seal("a", b"secret")
    ring, purpose = (Keyring(b"x" * 32) if change == "key" else keys), ("b" if change == "purpose" else "a")
    data = {"bit": sealed[:-1] + bytes([sealed[-1] ^ 1]), "short": sealed[:5]}.get(change, sealed)
    with pytest.raises(Refusal, match="打不开"):
        ring.open(purpose, data)


@given(st.text(), st.text())
def test_index_is_equal_for_equal_texts_only(a: str, b: str) -> None:
    assert (keys.index("p", a) == keys.index("p", b)) == (a == b)
    assert keys.index("p", a) != keys.index("q", a)


def test_a_key_file_is_private_kept_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "master.key"
    key = read_or_make_key(file)
    assert read_or_make_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"short")
    with pytest.raises(Refusal, match="损坏"):
        read_or_make_key(file)


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (mask_identity("610998199001011234"), "610998********1234"), (mask_identity("610998900101123"), "610998*****1123"),
        (mask_identity("12"), "1*"), (mask_identity(""), ""), (mask_name("刘昌"), "刘*"), (mask_name("刘昌军"), "刘*军"),
        (mask_name("欧阳小军"), "欧**军"), (mask_name("刘"), "*"), (mask_phone("13800005678"), "138****5678"), (mask_phone("123"), "***"),
    ],
)  # fmt: skip
def test_masks(masked: str, shown: str) -> None:
    assert masked == shown


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"))))
def test_a_digest_does_not_depend_on_order(rows: list[str]) -> None:
    assert digest_rows(rows) == digest_rows(reversed(rows))


def test_a_lost_key_is_not_silently_replaced(tmp_path: Path) -> None:
    (tmp_path / "parquet").mkdir()
    with pytest.raises(Refusal, match="主密钥不见了"):
        Keyring.load(tmp_path)
    assert not (tmp_path / "keys").exists()
