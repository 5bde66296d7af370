"""`sangesan messages`: what is due goes out, the log as text and as JSON."""

import json
from datetime import timedelta

from click.testing import CliRunner
from django.utils import timezone

from messages.receiving import http_gateway
from sangesan.cli.messages import messages
from sangesan.messages.actions import add_channel, subscribe
from sangesan.messages.models import Delivery
from sangesan.messages.sending import tell
from web.small_county import VILLAGE_A, SmallCounty


def run(*words: str) -> str:
    done = CliRunner().invoke(messages, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_due_goes_out_and_stands_in_the_log(small_county: SmallCounty, settings) -> None:
    settings.ALLOW_LOCAL_GATEWAYS = True
    assert "没有记录" in run("log")
    with http_gateway() as gateway:
        county = small_county.posts["county"]
        address = f"json://fpcuser:geheim99@127.0.0.1:{gateway.port}/"
        channel = add_channel(post=county, title="工作群", address=address, now=timezone.now())
        subscribe(post=county, channel_id=channel.pk, role="grid", now=timezone.now())
        fields = {"place": VILLAGE_A, "colour": "red", "count": 4, "hours": 2}
        tell([small_county.posts["grid"]], "alert_tasks_at_once", fields, now=timezone.now() - timedelta(minutes=1))
        assert "送达网关 1 条" in run("send-due")  # whatever the hour: it may pass
        assert "收集 0 条" in run("send-due")
    assert "4 户要立即走访" in gateway.texts()[0]
    assert "工作群→群" in run("log")
    (row,) = json.loads(run("log", "--json"))
    assert (row["state"], row["attempts"][0]["result"]) == ("sent", "sent")
    assert "geheim99" not in json.dumps(row)
    assert json.loads(run("log", "--json", "--state", "given_up")) == []
    assert Delivery.objects.count() == 1
