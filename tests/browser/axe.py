"""What axe finds on a page: its serious faults, in one line each. The script is node_modules/axe-core (make setup)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}


def serious_faults(page: Page) -> list[str]:
    """Rule, help and place of each serious or critical fault. Run through the debugger: the page's policy forbids
    scripts that are not its own.
    """
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": SCRIPT.read_text(encoding="utf-8")})
    found = session.send(
        "Runtime.evaluate",
        {"expression": "axe.run(document, {resultTypes: ['violations']})", "awaitPromise": True, "returnByValue": True},
    )["result"]["value"]["violations"]
    session.detach()
    faults = [(v, node) for v in found if v["impact"] in SERIOUS for node in v["nodes"]]
    return [f"{v['id']}: {v['help']} {node['html'][:160]}" for v, node in faults]


def faults_at(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """The serious faults of each page that has any."""
    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.wait_for_load_state("networkidle")
        if faults := serious_faults(page):
            found[address] = faults
    return found
