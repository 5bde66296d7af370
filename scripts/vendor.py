"""Copies the pages' third-party files from node_modules to src/sangesan/web/vendor/, with the icons as one sprite.

Run by `make setup`. Nothing of it is kept in the tree: package-lock.json names versions and hashes.
"""

import gzip
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules"
TARGET = ROOT / "src" / "sangesan" / "web" / "vendor"

FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
ICON_FOLDER = "@tabler/icons/icons/outline"


def icon_names() -> list[str]:
    """The icons that templates, the menu and the template tags name."""
    web = ROOT / "src" / "sangesan" / "web"
    named: set[str] = set()
    for path in sorted(web.rglob("*.html")):
        named.update(re.findall(r"""{% icon ["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8")))
    for path in sorted(web.rglob("*.py")):
        named.update(re.findall(r"""icon=["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8")))
    return sorted(named)


def sprite(names: list[str]) -> str:
    """One SVG file with a symbol for each icon; raises SystemExit naming an icon that does not exist."""
    symbols = []
    for name in names:
        path = SOURCE / ICON_FOLDER / f"{name}.svg"
        if not path.is_file():
            sys.exit(f"没有名为 {name} 的图标：见 node_modules/{ICON_FOLDER}")
        inner = re.sub(r"^<svg.*?>|</svg>\s*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        inner = " ".join(inner.split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def main() -> None:
    """Writes the folder anew; each file also gzipped, for the server to send as it is."""
    if not SOURCE.is_dir():
        sys.exit("没有 node_modules：请先运行 make setup")
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        text = (SOURCE / source).read_text(encoding="utf-8")
        text = re.sub(r"\n?/[/*]# sourceMappingURL=.*$", "\n", text)
        (TARGET / name).write_text(text, encoding="utf-8")
    (TARGET / "icons.svg").write_text(sprite(icon_names()), encoding="utf-8")
    for path in [TARGET / name for name in (*FILES, "icons.svg")]:
        with path.open("rb") as plain, gzip.GzipFile(f"{path}.gz", "wb", 9, mtime=0) as packed:
            shutil.copyfileobj(plain, packed)


if __name__ == "__main__":
    main()
