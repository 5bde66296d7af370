"""A score as a paper to sign and file, and the list of a period as a workbook."""

from collections.abc import Iterator
from datetime import date

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.assessment.domain import FIGURE, Line, Part, Standing
from sangesan.assessment.explaining import line_words, points_words, record_words, standing_words
from sangesan.assessment.models import Assessment
from sangesan.assessment.scoring import Page, score_page, scores
from sangesan.assessment.sheets import MISSING_TITLES
from sangesan.assessment.words import OBJECTION, REVIEW, opened
from sangesan.documents.form import Fields, Heading, Paper, Paragraphs, Signatures, Table
from sangesan.documents.form import Part as PaperPart
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.regions.queries import county

STATE_WORDS = {"computed": "计算中，未公布", "announced": "已公布，异议期", "frozen": "已确定"}
DEMONSTRATION = "演示系统：人员和数据均为程序生成。"
HEADINGS = ("代码", "单位", "状态", "得分", "名次", "异议（件）", "待复核（件）")
WIDTHS = (28, 34, 16, 10, 8, 10, 12)


def print_score(*, post: Post, score_id: int, kind: str) -> tuple[bytes, str, str]:
    """One subject's score as docx or pdf: (content, file name, content type). Audited. Raises NotAllowed, Refusal."""
    with acting(post, "assessment.see", on=f"score:{score_id}") as act:
        page = score_page(post, score_id)
        act.detail = {"kind": kind}
    paper = build(page, DEMONSTRATION if county().is_demonstration else "")
    return produce(paper, kind), file_name(paper, kind), CONTENT_TYPES.get(kind, "")


def build(page: Page, note: str) -> Paper:
    """The paper of one score."""
    row = page.assessment
    parts: list[PaperPart] = [
        Fields(
            [
                ("被考核单位", page.score.title),
                ("考核期", row.period),
                ("得分", points_words(page.result.total)),
                ("状态", STATE_WORDS[row.state]),
                ("数据截至", row.as_of.isoformat()),
                ("考核表出处", page.sheet.source),
            ]
        ),
        Heading("一、逐项得分"),
        Table(("指标", "分值", "得分", "依据"), [_row(one) for one in page.result.lines], [30, 9, 9, 52]),
        Paragraphs([f"{MISSING_TITLES[page.sheet.missing]}。"]),
        Heading("二、扣分和加分的记录"),
        *_records(page),
    ]
    if page.objections:
        parts += [Heading("三、异议和复核"), Paragraphs(list(_objections(page)))]
    parts.append(Signatures(["考核办（盖章）：", "被考核单位（盖章）："], 26))
    return Paper(title=page.sheet.title, number=f"{page.score.title} {row.period}", parts=tuple(parts), note=note)


def list_rows(post: Post, row: Assessment, on: date) -> Iterator[tuple[str, str, str, str, str, int, int]]:
    """The list of a period for a workbook: what the post sees."""
    for one in scores(post, row, on=on):
        rank = str(one.rank) if one.rank else ""
        yield (
            one.score.subject, one.score.title, STATE_WORDS[row.state], points_words(one.total), rank, one.objections, one.waiting,
        )  # fmt: skip


def _row(line: Line) -> tuple[str, str, str, str]:
    got = "不评" if line.standing != Standing.SCORED else points_words(line.got)
    sign = {Part.BASE: "", Part.BONUS: "加", Part.PENALTY: "减"}[line.part]
    full = f"{'至多' if line.part != Part.BASE else ''}{points_words(line.points)}"
    words = line_words(line) if line.standing == Standing.SCORED else standing_words(line)
    return line.title, full, f"{sign}{got}", words


def _records(page: Page) -> list[PaperPart]:
    rows = [
        (line.title, record_words(one), one.on, points_words(one.minus))
        for line in page.result.lines
        for one in line.records
        if one.kind != FIGURE or one.minus
    ]
    if not rows:
        return [Paragraphs(["没有扣分、加分的记录。"])]
    return [Table(("指标", "记录", "日期", "分"), rows, [26, 52, 12, 10])]


def _objections(page: Page) -> Iterator[str]:
    titles = {line.code: line.title for line in page.result.lines}
    for number, one in enumerate(page.objections, start=1):
        yield f"{number}．{titles.get(one.indicator, one.indicator)}：{opened(OBJECTION, one.sealed)}（{one.post_title}，{one.raised_on}）"
        review = getattr(one, "review", None)
        if review is None:
            yield "待复核。"
            continue
        word = "采纳" if review.accepted else "不采纳"
        yield f"{word}：{opened(REVIEW, review.sealed)}（{review.post_title}，{review.reviewed_on}）"
