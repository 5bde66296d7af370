"""An inspector says of a flag whether it was true, having looked; from that comes each check's precision."""

from datetime import datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.checks.domain import check_verdict
from sangesan.checks.models import Flag, Judgement
from sangesan.checks.permissions import JUDGE, visible_flags
from sangesan.checks.words import opened, seal
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today


def judge(*, post: Post, flag: Flag | int, verdict: str, words: str, now: datetime) -> Judgement:
    """Confirmed or refuted, with what was seen. The last word counts; the same again by the same post is one row.

    Raises Refusal for a verdict without words, or a flag that has gone unjudged; NotAllowed for who may not.
    """
    require(post, JUDGE)
    check_verdict(verdict, words)
    number = flag if isinstance(flag, int) else flag.pk
    with acting(post, JUDGE, on=f"flag:{number}") as act:
        row = visible_flags(post).select_for_update().filter(pk=number).first()
        if row is None:
            raise NotAllowed("没有这一件，或不在您的管理范围内", remedy="请从“数据核查”进入")
        if row.gone_on is not None:
            raise Refusal(f"这一件 {row.gone_on} 起已不再成立", place="认定", remedy="已经改正或情况变了的不用再认定")
        last = row.judgements.order_by("-number").first()
        if (
            last is not None
            and (last.verdict, last.post) == (verdict, post.pk)
            and opened(last.sealed) == words.strip()
        ):
            act.detail = {"verdict": verdict, "again": True}
            return last
        made = Judgement.objects.create(
            flag=row, number=last.number + 1 if last else 1, verdict=verdict, sealed=seal(words.strip()), on=today(now),
            post=post.pk, post_title=post.title, recorded_at=now,
        )  # fmt: skip
        row.verdict, row.judged_on, row.judged_at, row.judged_title = verdict, made.on, now, post.title
        row.row_version += 1
        row.save(update_fields=["verdict", "judged_on", "judged_at", "judged_title", "row_version"])
        act.detail = {"verdict": verdict, "check": row.check_code, "subject": row.subject}
    return made
