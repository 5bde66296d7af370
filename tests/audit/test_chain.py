"""The chain: every tampering is found, whichever entry and whichever way."""

import hypothesis.strategies as st
from hypothesis import given

from sangesan.audit.domain import FIRST, canonical, link, verify_chain

KEY = b"s" * 32


def chain(entries: list[dict[str, object]]) -> tuple[list[tuple[int, int, bytes]], dict[int, bytes]]:
    seals, contents, previous = [], {}, FIRST
    for n, entry in enumerate(entries, start=1):
        contents[n * 10] = canonical(entry)
        previous = link(KEY, previous, contents[n * 10])
        seals.append((n, n * 10, previous))
    return seals, contents


entries = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers()), min_size=1, max_size=12)


@given(entries)
def test_an_untouched_chain_is_sound(rows: list[dict[str, object]]) -> None:
    verdict = verify_chain(KEY, *chain(rows), 3)
    assert (verdict.sound, verdict.sealed, verdict.tail) == (True, len(rows), 3)


@given(entries, st.data())
def test_every_tampering_is_found_at_its_place(rows: list[dict[str, object]], data: st.DataObject) -> None:
    seals, contents = chain(rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    way = data.draw(st.sampled_from(["edit", "delete", "seal", "drop", "key"]))
    key = KEY
    if way == "edit":
        contents[(at + 1) * 10] += b" "
    elif way == "delete":
        del contents[(at + 1) * 10]
    elif way == "seal":
        number, entry, seal = seals[at]
        seals[at] = (number, entry, seal[:-1] + bytes([seal[-1] ^ 1]))
    elif way == "drop" and at < len(rows) - 1:
        del seals[at]
    elif way == "drop":
        return  # the last seal cut off is a shorter chain: its entry shows as unsealed tail
    else:
        key, at = b"t" * 32, 0
    verdict = verify_chain(key, seals, contents, 0)
    assert not verdict.sound
    assert verdict.sealed == at
