"""Adopting an amendment."""

from datetime import datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.amendments.models import Amendment
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue, load_parameters
from sangesan.regions.queries import county


def amend(*, post: Post, value: ParameterValue, now: datetime) -> Amendment:
    """Lays a value over the shipped ones; needs a source. Raises Refusal (unknown parameter, other unit, no source)."""
    place = f"参数 {value.code}"
    if not value.source.strip():
        raise Refusal("没有写出处", place=place, remedy="请写明依据的文件和文号；没有的写 default")
    if value.valid_to is not None and value.valid_to < value.valid_from:
        raise Refusal("止日早于起日", place=place, remedy="请改正日期")
    if value.demonstration_only and not county().is_demonstration:
        raise Refusal("“仅供演示”的数值不能用于真实的县", place=place, remedy="请填写有出处的数值")
    load_parameters().with_values([value])
    with acting(post, "amendments.amend", on=f"parameter:{value.code}", reason=value.source) as act:
        act.detail = {"value": value.value, "from": value.valid_from.isoformat(), "document": value.document}
        return Amendment.objects.create(
            parameter=value.code,
            value=value.value,
            unit=value.unit,
            valid_from=value.valid_from,
            valid_to=value.valid_to,
            source=value.source,
            document=value.document,
            demonstration_only=value.demonstration_only,
            post=post.pk,
            recorded_at=now,
        )
