"""The phone app as a hand uses it, in a phone's browser."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page

from web.small_county import PASSWORD

PIN = "831947"
SIZE = {"width": 375, "height": 740}


class Phone:
    """A phone with the app on it, and what its console complained about."""

    def __init__(self, browser: Browser, base: str, username: str = "test_grid") -> None:
        self.username = username
        self.context: BrowserContext = browser.new_context(
            viewport=SIZE,  # type: ignore[arg-type]
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=base,
        )
        self.complaints: list[str] = []
        self.page: Page = self.open()

    def open(self) -> Page:
        """The app in a new window, as after a tap on its icon."""
        self.page = self.context.new_page()
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto("/field/")
        return self.page

    def close_app(self) -> Page:
        """Closes the app and opens it again: what was only in memory is gone."""
        self.page.close()
        return self.open()

    def type_pin(self, pin: str = PIN) -> None:
        """On the keypad, as a thumb does."""
        for digit in pin:
            self.page.get_by_role("button", name=digit, exact=True).click()
        self.page.locator(".keypad .button-main").click()

    def log_in(self, pin: str = "") -> None:
        """The log-in form; with a PIN where the lock asks for one."""
        self.page.get_by_label("用户名").fill(self.username)
        self.page.get_by_label("口令").fill(PASSWORD)
        if pin:
            self.page.get_by_label("PIN").fill(pin)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def enrol(self, first: str = "陈大山") -> None:
        """From the first page to the first households (or what stands there instead); from then on it opens without signal."""
        self.log_in()
        self.page.get_by_role("heading", name="请设置 PIN").wait_for()
        self.type_pin()
        self.page.get_by_role("heading", name="请再输一次").wait_for()
        self.type_pin()
        self.page.get_by_text(first).first.wait_for()
        self.page.get_by_text("全部已上报").wait_for()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def unlock(self, pin: str = PIN) -> None:
        """The PIN, and the first screen behind it."""
        self.page.get_by_role("heading", name="输入 PIN").wait_for()
        self.type_pin(pin)

    def visit(self, name: str) -> None:
        """Opens a household from the first screen."""
        self.page.goto("/field/#/")
        self.page.get_by_role("link", name=name).first.click()
        self.page.get_by_role("heading", name=f"{name}户").wait_for()

    def same(self, name: str) -> None:
        """Nothing changed, in two taps."""
        self.visit(name)
        self.page.get_by_role("button", name="没有变化", exact=True).click()
        self.page.get_by_role("button", name="确认：没有变化").click()
        self.page.get_by_role("heading", name="今日").wait_for()

    def fits(self) -> bool:
        """Whether the page is no wider than the phone."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
