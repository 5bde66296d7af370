"""The phone app as it was built: small enough for a bad line, old enough for a worker's phone, closed to the outside."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from sangesan.field import shell

MOST_BYTES = 250 * 1000  # compressed, everything that the first load brings
# What Chromium 90 does not know. randomUUID stands behind a question whether it is there.
TOO_NEW = [
    r"\.at\(-?\d", r"Object\.hasOwn", r"structuredClone\(", r"AbortSignal\.(timeout|any)\(", r"\.findLast(Index)?\(",
    r"\.to(Sorted|Reversed|Spliced)\(", r"Array\.fromAsync", r"\.groupBy\(", r"static\s*\{", r"#\w+ in ",
    r"Intl\.Segmenter", r"CompressionStream", r"SpeechRecognition",
]  # fmt: skip
TOO_NEW_STYLES = [
    r":has\(",
    r"\d(dvh|svh|lvh)\b",
    r"@layer",
    r"@container",
    r"color-mix\(",
    r"oklch\(",
    r"field-sizing",
]


def built(pattern: str) -> list[Path]:
    """Built files; the test fails, and does not pass by, where there are none."""
    found = sorted(shell.BUILT.glob(pattern))
    assert found, f"{shell.BUILT}/{pattern}: run make setup"
    return found


def worker() -> str:
    return built("sw.js")[0].read_text(encoding="utf-8")


def precached() -> list[str]:
    """The addresses that the service worker loads at first, as they stand in it."""
    listed = re.search(r"\[(\{url:[`'\"]/.*?\})\]", worker(), re.DOTALL)
    assert listed, "sw.js lists nothing"
    return re.findall(r"url:[`'\"](/[^`'\"]+)", listed[1])


def source_of(address: str) -> Path:
    """The built file behind an address."""
    if address == "/field/":
        return shell.BUILT / "index.html"
    return shell.BUILT / address.removeprefix("/static/field/").removeprefix("/field/")


def test_the_first_load_fits_a_bad_line() -> None:
    files = [source_of(address) for address in precached()] + [shell.BUILT / "sw.js"]
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in files}
    assert len(files) >= 5
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_everything_that_the_page_names_is_kept_for_the_time_without_signal() -> None:
    page = built("index.html")[0].read_text(encoding="utf-8")
    named = [name for name in re.findall(r'(?:src|href)="([^"]+)"', page) if not name.endswith(".png")]
    assert set(named) <= set(precached())
    assert "/field/" in precached()


def test_the_icons_of_the_manifest_are_there() -> None:
    manifest = json.loads(built("manifest.webmanifest")[0].read_text(encoding="utf-8"))
    assert (manifest["scope"], manifest["start_url"]) == ("/field/", "/field/")
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert source_of(icon["src"]).is_file(), icon["src"]


@pytest.mark.parametrize("pattern", TOO_NEW)
def test_no_script_asks_for_more_than_chromium_90_has(pattern: str) -> None:
    for path in [*built("assets/*.js"), *built("sw.js")]:
        found = re.search(f".{{0,60}}{pattern}.{{0,40}}", path.read_text(encoding="utf-8"))
        assert not found, f"{path.name}: {found[0]}"


@pytest.mark.parametrize("pattern", TOO_NEW_STYLES)
def test_no_style_asks_for_more_than_chromium_90_has(pattern: str) -> None:
    for path in built("assets/*.css"):
        assert not re.search(pattern, path.read_text(encoding="utf-8")), path.name


def test_nothing_is_fetched_from_elsewhere_and_nothing_stands_inline() -> None:
    sources = [
        path for path in (shell.BUILT.parent / "app").rglob("*") if path.suffix in {".ts", ".tsx", ".css", ".html"}
    ]
    assert len(sources) > 30
    for path in [*sources, *built("*.html"), *built("*.webmanifest")]:
        named = re.findall(r"https?://(?!www\.w3\.org/)[^\s\"']+", path.read_text(encoding="utf-8"))
        assert not named, f"{path.name}: {named}"
    for path in built("assets/*.css"):
        assert not re.search(r"url\((?![\"']?(?:/static/field/|data:))|@import", path.read_text(encoding="utf-8"))
    page = built("index.html")[0].read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


@pytest.mark.parametrize(
    ("address", "content_type"),
    [
        ("/field/", "text/html"),
        ("/field/sw.js", "text/javascript"),
        ("/field/manifest.webmanifest", "application/manifest+json"),
    ],
)
@pytest.mark.parametrize("encoding", ["gzip, br", "identity"])
def test_the_shell_is_asked_for_again_each_time_and_sent_once(address: str, content_type: str, encoding: str) -> None:
    client = Client(headers={"Accept-Encoding": encoding})
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(content_type)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    body = gzip.decompress(answer.content) if answer.headers.get("Content-Encoding") == "gzip" else answer.content
    assert body == source_of(address).read_bytes()
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(address).status_code == 405


def test_without_a_build_the_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shell, "BUILT", tmp_path)
    answer = Client().get("/field/")
    assert answer.status_code == 503
    assert "make setup" in answer.content.decode()
