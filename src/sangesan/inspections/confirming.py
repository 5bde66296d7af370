"""What the checks over the record say of a place, judged on the spot: true and found, or not so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.checks.domain import CONFIRMED, REFUTED
from sangesan.checks.judging import judge
from sangesan.checks.models import Flag
from sangesan.inspections.findings import record_finding
from sangesan.inspections.models import Finding


def confirm_flag(*, post: Post, flag_id: int, words: str, now: datetime, **finding: Any) -> Finding:
    """Judges a flag as true and records the finding bound to it, or neither. finding: as `record_finding` takes it.

    The flag's records go into the finding behind those given. Raises Refusal, NotAllowed as both do.
    """
    flag = Flag.objects.filter(pk=flag_id).first()
    if flag is None:
        raise NotAllowed("没有这一件，或不在您的管理范围内", remedy="请从督查页面进入")
    records: list[Mapping[str, Any]] = [*finding.pop("records", ()), *flag.records]
    with transaction.atomic():
        made = record_finding(post=post, words=words, flag=flag.pk, records=records, now=now, **finding)
        judge(post=post, flag=flag, verdict=CONFIRMED, words=words, now=now)
    return made


def refute_flag(*, post: Post, flag_id: int, words: str, now: datetime) -> None:
    """Judges a flag as not so, with what was seen. Raises Refusal without words, NotAllowed."""
    judge(post=post, flag=flag_id, verdict=REFUTED, words=words, now=now)
