"""A paper as PDF, for sending, printing and filing: the same on every machine."""

from pathlib import Path
from typing import cast

from sangesan.documents.form import Paper
from sangesan.documents.markup import to_html
from sangesan.kernel.refusal import Refusal

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk"
STYLES, OFFICIAL = Path(__file__).with_name("paper.css"), Path(__file__).with_name("official.css")


def render_pdf(paper: Paper) -> bytes:
    """The paper as PDF; raises Refusal where a photo is none, or where this machine lacks what PDF needs."""
    return write_pdf(to_html(paper), STYLES, *([OFFICIAL] if paper.official else []))


def write_pdf(html: str, *styles: Path) -> bytes:
    """HTML with everything inside it as PDF, by style sheets; raises Refusal where this machine lacks what PDF needs."""
    # imported here: WeasyPrint loads Debian's libpango as it is imported and fails without; all else must work without
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as error:
        raise Refusal(
            "这台机器不能生成PDF：缺少排版所需的系统软件包",
            remedy=f"请安装 {PACKAGES}（Debian/Ubuntu：sudo apt-get install {PACKAGES}），或改用.docx，不需要它们",
        ) from error
    inside_only = URLFetcher(allowed_protocols={"data"})
    page = HTML(string=html, url_fetcher=inside_only)
    sheets = [CSS(string=path.read_text(encoding="utf-8"), url_fetcher=inside_only) for path in styles]
    return cast("bytes", page.write_pdf(stylesheets=sheets))
