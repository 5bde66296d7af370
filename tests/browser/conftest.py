"""Debian's Chromium driven by Playwright against a live server; every console error fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

# Playwright's synchronous face runs an event loop in this thread; Django would refuse database calls beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",
]
DESKTOP = {"width": 1366, "height": 850}
PHONE = {"width": 375, "height": 812}
PATIENCE = 20_000  # milliseconds that something expected may take on a busy machine; what is there at once costs nothing


@pytest.fixture(scope="session")
def program() -> str:
    """Where Chromium is; `make test` has seen to it that there is one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("没有 Chromium：请安装（Debian/Ubuntu：sudo apt-get install chromium fonts-noto-cjk）")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once: a thread has room for one."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, program: str) -> Iterator[Browser]:
    """One browser for all tests."""
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()


class Visitor:
    """A browser window of somebody, with what its console complained about."""

    def __init__(self, browser: Browser, base: str, size: dict[str, int]) -> None:
        self.context = browser.new_context(viewport=size, locale="zh-CN", base_url=base)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def log_in(self, username: str, password: str) -> None:
        """By the form, as people do."""
        self.page.goto("/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("口令").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url("**/")

    def fits(self) -> bool:
        """Whether the page is no wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def visitor(chromium: Browser, live_server) -> Iterator:
    """visitor() or visitor(PHONE): a fresh window; the test fails for any error or policy violation in its console."""
    opened: list[Visitor] = []

    def open_window(size: dict[str, int] = DESKTOP) -> Visitor:
        opened.append(Visitor(chromium, live_server.url, size))
        return opened[-1]

    yield open_window
    complaints = [text for window in opened for text in window.complaints]
    for window in opened:
        window.context.close()
    assert not complaints


@pytest.fixture(autouse=True)
def _emptied_audit(transactional_db: None) -> Iterator[None]:
    """Empties audit and steps after a test: their triggers refuse the emptying of tables that Django does on SQLite."""
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for table in ("audit_seal", "audit_entry", "cases_step"):
            cursor.execute(f"DELETE FROM {table}")
        for _name, sql in triggers:
            cursor.execute(sql)
