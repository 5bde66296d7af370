"""院落会议记录 as a paper: when, where, who, what was explained, asked and answered, what came to light."""

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.documents.form import Fields, Heading, Paper, Paragraphs, Part, Photos, Signatures, Table
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.files.attaching import JPEG, content
from sangesan.kernel.dates import day_in_full
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import county, tree
from sangesan.village_work.courtyard_page import CourtyardPage, courtyard_page
from sangesan.village_work.courtyards import subject_of

MOST_PHOTOS = 4
EMPTY_ROWS = 3  # to fill in by hand where nothing was written down
DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人。"


def print_courtyard(*, post: Post, meeting_id: int, kind: str) -> tuple[bytes, str, str]:
    """The record as docx or pdf: (content, file name, content type). Audited, for it names people.

    Raises NotAllowed outside the post's reach, Refusal for a format there is not.
    """
    with acting(post, "village_work.see", on=subject_of(meeting_id)) as act:
        page = courtyard_page(post, meeting_id)
        act.detail = {"kind": kind}
    paper = build(page, DEMONSTRATION if county().is_demonstration else "")
    return produce(paper, kind), file_name(paper, kind), CONTENT_TYPES.get(kind, "")


def build(page: CourtyardPage, note: str) -> Paper:
    """The paper of one record."""
    meeting, places = page.meeting, tree()
    questions = [(q["asked"], q["answered"]) for q in page.content.get("questions", [])]
    rows = [(str(n), *pair) for n, pair in enumerate(questions or [("", "")] * EMPTY_ROWS, start=1)]
    parts: list[Part] = [
        Heading("一、会议情况"),
        Fields(
            [
                ("村（社区）", places.full_name(meeting.village)),
                ("日期", day_in_full(meeting.held_on)),
                ("地点", meeting.place),
                ("主持人", meeting.host),
                ("到场人数", f"{meeting.people}人"),
                ("登记岗位", meeting.post_title),
            ]
        ),
        Heading("二、讲解的政策"),
        Paragraphs(["；".join(page.topics) + "。"]),
        Heading("三、群众提问和答复"),
        Table(("序号", "提问", "答复"), rows, [7, 38, 55]),
        Heading("四、当场发现的线索"),
        *_clues(page),
    ]
    if page.content.get("names"):
        parts += [Heading("五、到场人员"), Paragraphs([page.content["names"]])]
    if page.content.get("words"):
        parts += [Paragraphs([f"备注：{page.content['words']}"])]
    parts.append(Signatures(["主持人签字：", "记录人签字：", "群众代表签字："], 22))
    shown = [one for one in page.photos if one.content_type == JPEG][:MOST_PHOTOS]
    if shown:
        parts += [Heading("会议照片"), Photos([(f"照片{n}", content(one)) for n, one in enumerate(shown, start=1)])]
    said = f"记录编号 {meeting.pk}，{day_in_full(meeting.entered_on)}登记；签到表另附。"
    return Paper(title="院落会议记录", number=str(meeting.pk), parts=parts, note=f"{said}\n{note}".strip())


def _clues(page: CourtyardPage) -> list[Part]:
    if not page.clues:
        return [Paragraphs(["没有发现新的线索。" if not page.meeting.clues else "线索不在本岗位的管理范围内，未列出。"])]
    rows = [
        (str(n), c.household.head_name if c.household else "", RISK_TYPES.get(c.risk, c.risk), c.headline)
        for n, c in enumerate(page.clues, start=1)
    ]
    return [Table(("序号", "户主", "风险类型", "情况"), rows, [7, 15, 20, 58])]
