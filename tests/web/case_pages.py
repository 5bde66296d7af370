"""What tests of the procedure's pages stand on."""

from __future__ import annotations

import re
from io import BytesIO

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image, ImageDraw

from sangesan.cases.models import (
    Meeting,
)
from sangesan.regions.models import County
from sangesan.registry.models import Household
from web.small_county import DAY, VILLAGE_A


def today_is(day) -> None:
    County.objects.update(today=day)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def picture(words: str = "x") -> BytesIO:
    image = Image.new("RGB", (400, 300), (200, 210, 220))
    ImageDraw.Draw(image).text((20, 20), words, fill=(0, 0, 0))
    out = BytesIO()
    image.save(out, "JPEG")
    out.seek(0)
    out.name = "photo.jpg"
    return out


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def many_households(number: int) -> list[Household]:
    first = Household.objects.get(code=f"{VILLAGE_A}00001")
    fields = {f.name: getattr(first, f.name) for f in Household._meta.concrete_fields if f.name not in {"id", "code", "head_name"}}
    return [Household.objects.create(code=f"{VILLAGE_A}9{n:04d}", head_name=f"赵{n}", **fields) for n in range(number)]


def convened(client: Client, kind: str, **more) -> Meeting:
    page = text_of(client, f"{reverse('meeting-new')}?kind={kind}&village={more.get('village', '')}")
    ticked = re.findall(r'name="case" value="(\d+)"[^>]* checked', page)
    given = {"kind": kind, "held_on": DAY.isoformat(), "place": "会议室", "host": "主持人", "case": ticked} | more
    answer = client.post(reverse("meeting-new"), given)
    assert answer.status_code == 302, answer.content.decode()
    return Meeting.objects.order_by("-pk")[0]


def outcomes(meeting: Meeting, **more) -> dict[str, str]:
    given = {"version": str(meeting.row_version)}
    for item in meeting.items.select_related("case"):
        given |= {f"outcome-{item.pk}": "pass", f"case-{item.case_id}": str(item.case.row_version)}
        if meeting.kind == Meeting.Kind.APPRAISAL:
            given |= {f"votes_for-{item.pk}": "33", f"votes_against-{item.pk}": "1", f"abstained-{item.pk}": "1"}
    return given | more
