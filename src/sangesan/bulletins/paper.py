"""A document as the paper that is printed: head, addressees, body, seals, annexes, imprint, as GB/T 9704-2012 has it."""

from collections.abc import Iterator
from datetime import date

from sangesan.bulletins.body import Body, body_from, opened
from sangesan.bulletins.models import Document
from sangesan.bulletins.series import Series, in_county, series_of
from sangesan.documents.form import (
    Addressees,
    Annexes,
    Closing,
    Imprint,
    NewAnnex,
    Paper,
    Paragraphs,
    Part,
    RedHead,
    Seals,
)
from sangesan.kernel.dates import day_in_full
from sangesan.regions.queries import county

NOT_NUMBERED, NO_DAY = "（编号待定）", "　　年　月　日"


def day_words(day: date | None) -> str:
    """2022年9月13日; blanks for a day that is not known yet."""
    return day_in_full(day) if day else NO_DAY


def number_of(document: Document, series: Series | None = None) -> str:
    """第21期, 农领字〔2022〕3号, or that there is none yet."""
    if document.number is None or document.year is None:
        return NOT_NUMBERED
    return (series or series_of(document.series)).numbered(document.year, document.number)


def cited(document: Document) -> str:
    """How another document names this one; raises ValueError for one without a number."""
    if document.number is None or document.year is None:
        raise ValueError(document.pk)
    return series_of(document.series).cited(document.year, document.number)


def body_of(document: Document) -> Body:
    """What it says now."""
    return body_from(opened(document.sealed))


def paper_of(
    document: Document, *, year: int | None = None, number: int | None = None, day: date | None = None, signer: str = ""
) -> Paper:
    """The whole paper. year, number, day: as it will be issued, where it has none yet; signer: for papers upwards."""
    series, body, name = series_of(document.series), body_of(document), county().name
    shown_day = day_words(document.issued_on or day)
    number_ = document.number or number
    year_ = document.year or year
    label = series.numbered(year_, number_) if number_ and year_ else NOT_NUMBERED
    offices = [in_county(one, name) for one in series.offices]
    head = RedHead(
        organs=offices,
        name=series.red if series.bulletin else "",
        suffix="" if series.bulletin else series.red,
        issue=label if series.bulletin else "",
        day=shown_day if series.bulletin else "",
        secret=document.secret,
        urgent=document.urgent,
        signer=signer if series.upward else "",
    )
    printed_by = in_county(series.printed_by, name)
    return Paper(
        title=document.title,
        number="" if series.bulletin else label,
        organ="、".join(offices),
        parts=list(_parts(document, body, offices, shown_day, Imprint(body.copies, printed_by, shown_day))),
        official=True,
        head=head,
    )


def _parts(document: Document, body: Body, offices: list[str], day: str, imprint: Imprint) -> Iterator[Part]:
    if body.main_words:
        yield Addressees(body.main_words)
    if document.corrects is not None:
        yield Paragraphs([f"现对{cited(document.corrects)}更正如下："])
    yield from body.parts
    if body.annexes:
        yield Annexes([annex.title for annex in body.annexes])
    yield Closing(offices[0], day) if len(offices) == 1 else Seals(offices, day)
    for serial, annex in enumerate(body.annexes, start=1):
        yield NewAnnex("附件" if len(body.annexes) == 1 else f"附件{serial}", annex.title)
        yield from annex.parts
    yield imprint
