"""The print links of a record, for any page that shows one: {% paper_offers "case" case.pk %}."""

from typing import Any

from django import template

from sangesan.accounts.permissions import may
from sangesan.cases.papers.context import About
from sangesan.cases.papers.offering import printed
from sangesan.web.paper_offers import offers

register = template.Library()


@register.inclusion_tag("web/papers/offers.html", takes_context=True)
def paper_offers(context: dict[str, Any], about: About, subject: int) -> dict[str, Any]:
    """Nothing for a post that may not print. The page has checked that the record is in the post's reach."""
    post = context["request"].post
    if not may(post, "cases.print"):
        return {"offers": []}
    return {"offers": offers(about, subject), "printed": printed(about, subject), "may_return": may(post, "cases.fill")}
