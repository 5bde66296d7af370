"""Word to the village and the town that households have reported: how many, never who."""

from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.messages.sending import tell
from sangesan.regions.queries import CHINA
from sangesan.self_reports.models import Report

Role = Post.Role


def tell_received(report: Report, *, today: date, now: datetime) -> int:
    """Tells the place's posts how many came in today; once an hour at the most, so that a flood is not forty messages."""
    hour = f"{now.astimezone(CHINA):%Y-%m-%dT%H}"
    told = 0
    for role, column, code in ((Role.VILLAGE, "division", report.division), (Role.TOWN, "town", report.town)):
        posts = holding(today).filter(role=role, division=code)
        count = Report.objects.filter(received_on=today, **{column: code}).count()
        if count:
            source = f"self_reports:{code}:{hour}"
            told += tell(posts, "self_reports_new", {"count": count}, "/self-reports/", source=source, now=now)
    return told
