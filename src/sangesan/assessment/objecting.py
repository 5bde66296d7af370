"""Objections to an announced score, and their review by somebody else: the only way in which it changes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.submissions import own_only
from sangesan.assessment.domain import FIGURE, Accepted, Line, Part, from_json
from sangesan.assessment.models import Assessment, Objection, Review, Score
from sangesan.assessment.subjects import speaks_for
from sangesan.assessment.words import OBJECTION, REVIEW, seal
from sangesan.files.attaching import place_all, prepare_all
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import require_seat
from sangesan.messages.sending import tell

REVIEWERS = ("assessment_office_head", "leading_group_head", "leading_group_deputy")
SHORTEST_WORDS, LONGEST_WORDS = 6, 2000
MOST_FILES = 9
REVIEWED = "assessment_reviewed"


def subject_of(objection_id: int) -> str:
    """The subject of an objection's attachments."""
    return f"objection:{objection_id}"


def object_to(
    *,
    post: Post,
    score_id: int,
    indicator: str,
    record: str = "",
    words: str,
    files: Sequence[bytes] = (),
    submission: UUID,
    today: date,
    now: datetime,
) -> Objection:
    """An objection of a subject to a line of its score, or to one record in it. The same submission gives the same.

    Raises Refusal: not announced, its days over, no such line or record, no words, objected to before; NotAllowed.
    """
    require(post, "assessment.object")
    if (there := own_only(Objection.objects.filter(submission=submission).first(), post)) is not None:
        return there
    prepared = prepare_all(files, called="佐证", most=MOST_FILES)
    with acting(post, "assessment.object", on=f"score:{score_id}") as act:
        score = Score.objects.select_related("assessment").filter(pk=score_id).first()
        if score is None or not speaks_for(post, score.subject):
            raise NotAllowed("没有这份考核，或不由您的岗位提异议", remedy="请由被考核的单位或本人提出")
        # the lock keeps a freeze from passing between the look at the state and the new row
        assessment = Assessment.objects.select_for_update().get(pk=score.assessment_id)
        _open_to_objections(assessment, today)
        _disputable(score, indicator, record)
        if len(words.strip()) < SHORTEST_WORDS:
            raise Refusal("没有写清理由", place="理由", remedy="请写明哪里不对、应当是怎样，并附上材料")
        if Objection.objects.filter(score=score, indicator=indicator, record=record).exists():
            raise Refusal("这一项已经提过异议", remedy="请在原来的异议里看复核结果")
        row = Objection.objects.create(
            score=score, indicator=indicator, record=record, sealed=seal(OBJECTION, words.strip()[:LONGEST_WORDS]),
            raised_on=today, submission=submission, post=post.pk, post_title=post.title, recorded_at=now,
        )  # fmt: skip
        subject = subject_of(row.pk)
        place_all(prepared, called="佐证", subject=subject, role="evidence", added_by=post.pk, now=now)
        act.on = subject_of(row.pk)
        act.detail = {"score": score.pk, "indicator": indicator, "record": record, "files": len(prepared)}
    return row


def review(
    *,
    post: Post,
    objection_id: int,
    accepted: bool,
    words: str,
    restored: int | None = None,
    today: date,
    now: datetime,
) -> Review:
    """Decides an objection, by somebody else than who raised it, with a reason. Decided twice it is one.

    restored: hundredths of a point given back, where the line was objected to; a record objected to is left out.
    Raises Refusal, NotAllowed (no seat; one's own objection).
    """
    held = require_seat(post, REVIEWERS, on=today)
    with acting(post, "assessment.review", on=subject_of(objection_id), reason="") as act:
        row = Objection.objects.select_for_update(of=("self",)).filter(pk=objection_id).first()
        if row is None:
            raise NotAllowed("没有这件异议", remedy="请从“考核”进入")
        assessment = Assessment.objects.select_for_update().get(scores=row.score_id)
        there = Review.objects.filter(objection=row).first()
        if there is not None:
            if there.accepted != accepted:
                raise Refusal("这件异议已经复核过", remedy="请刷新页面查看结果")
            return there
        if assessment.frozen_on is not None:
            raise Refusal("结果已经确定，不能再改", remedy="请记入下一个季度")
        _another(post, row)
        if len(words.strip()) < SHORTEST_WORDS:
            raise Refusal("没有写复核理由", place="理由", remedy="请写明查了什么、为什么采纳或不采纳")
        points = _points(row, restored) if accepted else None
        made = Review.objects.create(
            objection=row, accepted=accepted, restored=points, sealed=seal(REVIEW, words.strip()[:LONGEST_WORDS]),
            reviewed_on=today, post=post.pk, post_title=held.title, recorded_at=now,
        )  # fmt: skip
        act.detail = {"accepted": accepted, "restored": points, "seat": held.seat}
        raiser = Post.objects.filter(pk=row.post)
        link = f"/assessment/scores/{row.score_id}/"
        tell(raiser, REVIEWED, {"count": 1}, link, source=f"objection:{row.pk}", now=now)
    return made


def accepted_of(assessment: Assessment) -> dict[int, list[Accepted]]:
    """The accepted objections of an assessment, by score."""
    found: dict[int, list[Accepted]] = defaultdict(list)
    rows = Objection.objects.filter(score__assessment=assessment, review__accepted=True).order_by("pk")
    for score, indicator, record, restored in rows.values_list("score", "indicator", "record", "review__restored"):
        found[score].append(Accepted(indicator, record, restored or 0))
    return found


def accepted_of_score(score: Score) -> list[Accepted]:
    """The accepted objections of one score."""
    rows = score.objections.filter(review__accepted=True).order_by("pk")
    return [
        Accepted(indicator, record, restored or 0)
        for indicator, record, restored in rows.values_list("indicator", "record", "review__restored")
    ]


def _open_to_objections(assessment: Assessment, today: date) -> None:
    if assessment.announced_on is None or assessment.objections_until is None:
        raise Refusal("结果还没有公布", remedy="公布之后才能提异议；现在的得分每晚重算")
    if assessment.frozen_on is not None or today > assessment.objections_until:
        raise Refusal(f"异议期到 {assessment.objections_until} 为止，已过", remedy="请向县考核办说明，记入下一个季度")


def _disputable(score: Score, indicator: str, record: str) -> Line:
    line = next((one for one in map(from_json, score.lines) if one.code == indicator), None)
    if line is None or line.part == Part.BONUS:
        raise Refusal("考核表里没有这一项，或这一项不能提异议", place="指标", remedy="请从列出的指标里选")
    listed = [one.key for one in line.records if one.kind != FIGURE]
    if record and record not in listed:
        raise Refusal("这一项的扣分里没有这条记录", place="记录", remedy="请从这一项列出的记录里选")
    return line


def _points(row: Objection, restored: int | None) -> int | None:
    line = _disputable(row.score, row.indicator, row.record)
    if row.record:
        return None
    most = line.got if line.part == Part.PENALTY else line.points - line.got
    if restored is None or not 0 < restored <= most:
        raise Refusal("没有写退还几分，或超过了这一项所扣的分", place="退还分值", remedy=f"请填 0.01 至 {most / 100:g}")
    return restored


def _another(post: Post, row: Objection) -> None:
    """Whoever raised it does not decide it, under whatever post."""
    raiser = Post.objects.filter(pk=row.post).values_list("user", flat=True).first()
    if row.post == post.pk or (raiser is not None and raiser == post.user_id):
        raise NotAllowed("不能复核自己提出的异议", remedy="请由考核办的其他人复核")
