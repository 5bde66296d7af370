"""`sangesan bulletin list|write`: issued documents from the command line."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sangesan.accounts.queries import system_post
from sangesan.bulletins.models import Document
from sangesan.bulletins.queries import documents, files_of, number_of, receipts
from sangesan.bulletins.series import all_series, series_of
from sangesan.cli.printing import print_json
from sangesan.files.attaching import content
from sangesan.kernel.placing import place
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, today

MOST_LISTED = 1000
SERIES = click.Choice(list(all_series()))


@click.group()
def bulletin() -> None:
    """通报公文：列出、写出印发的文件。"""


@bulletin.command("list")
@click.option("--series", type=SERIES, help="只列一种公文")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def list_(series: str | None, as_json: bool) -> None:
    """列出公文，新的在前：编号、标题、状态、签收情况。"""
    county()
    rows = documents(system_post(), on=today(), series=series or "")[:MOST_LISTED]
    if as_json:
        print_json([_shown(row) for row in rows])
        return
    for row in rows:
        shown = _shown(row)
        signed = f"签收 {shown['read']}/{shown['addressees']}" if row.number else ""
        day = row.issued_on.isoformat() if row.issued_on else "未印发"
        kind = f"{shown['series_title']} {shown['number_text']}"
        click.echo(f"{day:<10}  {kind}  {row.title}  {shown['state_title']}  {signed}")


@bulletin.command()
@click.argument("number", type=int)
@click.option("--series", type=SERIES, default="inspection_bulletin", show_default=True, help="哪种公文")
@click.option("--year", type=int, help="哪一年的（默认今年）")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="写到哪个目录")
def write(number: int, series: str, year: int | None, folder: Path) -> None:
    """把一份印发的公文写成文件（.docx 和 PDF，与印发时保存的一字不差）。NUMBER：期号或文号，如 21。"""
    county()
    of_year = year or today().year
    found = Document.objects.filter(series=series, year=of_year, number=number).first()
    if found is None:
        raise Refusal(
            f"{of_year}年没有印发过第{number}号{series_of(series).title}",
            place="公文",
            remedy="请用 sangesan bulletin list 查看",
        )
    files = files_of(found)
    if not files:
        raise Refusal("这份公文没有保存的文件", place="公文", remedy="请从备份恢复 papers 目录")
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        place(folder / file.name, content(file))
        click.echo(str(folder / file.name))


def _shown(row: Document) -> dict[str, Any]:
    signed = receipts(row)
    return {
        "id": row.pk,
        "series": row.series,
        "series_title": series_of(row.series).title,
        "year": row.year,
        "number": row.number,
        "number_text": number_of(row),
        "title": row.title,
        "state": row.state,
        "state_title": Document.State(row.state).label,
        "origin": row.origin,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "read_by_day": row.read_by_day.isoformat() if row.read_by_day else None,
        "addressees": len(signed),
        "read": sum(one.read_at is not None for one in signed),
        "unread": [one.key for one in signed if one.read_at is None] if row.number else [],
        "withdrawn_at": _moment(row.withdrawn_at),
        "files": [file.name for file in files_of(row)],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


COMMANDS = (bulletin,)
