"""Amending a parameter on its page: with a source, from a day, by the county only; and at the command line."""

from datetime import date

import pytest
from click.testing import CliRunner
from django.test import Client

from sangesan.amendments.queries import amendments_of, parameter_book
from sangesan.audit.queries import entries
from sangesan.cli.main import cli
from web.small_county import SmallCounty

GIVEN = {"value": "7200", "valid_from": "2022-01-01", "source": "陕农组发〔2022〕1号", "document": "关于监测范围的通知"}
ADDRESS = "/parameters/monitoring_line/"


def as_role(county: SmallCounty, role: str) -> Client:
    client = Client()
    client.force_login(county.users[role], "django.contrib.auth.backends.ModelBackend")
    return client


def test_asked_for_then_amended(small_county: SmallCounty) -> None:
    client = as_role(small_county, "county")
    assert "这一天没有取值" in client.get(ADDRESS).content.decode()
    page = client.post(f"{ADDRESS}amend/", GIVEN, follow=True).content.decode()
    assert "7,200.00 元" in page
    assert "陕农组发〔2022〕1号" in page
    value = parameter_book().value("monitoring_line", date(2022, 9, 13))
    assert value is not None
    assert (value.value, value.source) == (720000, "陕农组发〔2022〕1号")
    assert entries(tag="amendments:")[0].object == "parameter:monitoring_line"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"value": "很多"}, "认不出"), ({"value": ""}, "没有填值"), ({"valid_from": "去年"}, "认不出"), ({"source": " "}, "没有写出处"),
        ({"valid_to": "2021-01-01"}, "止日早于起日"),
    ],
)  # fmt: skip
def test_a_refusal_keeps_what_was_written(small_county: SmallCounty, changed: dict[str, str], why: str) -> None:
    page = as_role(small_county, "county").post(f"{ADDRESS}amend/", GIVEN | changed).content.decode()
    assert why in page
    assert 'value="关于监测范围的通知"' in page
    assert amendments_of("monitoring_line") == []


@pytest.mark.parametrize("role", ["town", "grid", "department", "inspector"])
def test_others_see_and_may_not(small_county: SmallCounty, role: str) -> None:
    client = as_role(small_county, role)
    assert client.get(ADDRESS).status_code == 200
    assert "amend/" not in client.get(ADDRESS).content.decode()
    assert client.post(f"{ADDRESS}amend/", GIVEN).status_code == 403
    assert amendments_of("monitoring_line") == []


def test_at_the_command_line(small_county: SmallCounty) -> None:
    arguments = ["amend", "monitoring_line", "0.72万元", "--from", "2022-01-01", "--source", "陕农组发〔2022〕1号"]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    value = parameter_book().value("monitoring_line", date(2022, 1, 1))
    assert value is not None
    assert value.value == 720000
    wrong = CliRunner().invoke(cli, ["amend", "no_such", "1", "--from", "2022-01-01", "--source", "x"])
    assert (wrong.exit_code, "没有名为“no_such”的参数" in wrong.output) == (2, True)
