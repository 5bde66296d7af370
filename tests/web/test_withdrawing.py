"""Withdrawing a delivery on its page: with a reason, by who may, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.exchange.actions import deliver
from sangesan.exchange.queries import accepted_deliveries
from web.small_county import PEOPLE, SmallCounty, identity

NOW = datetime(2022, 9, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def address(small_county: SmallCounty, tmp_path: Path) -> str:
    file = tmp_path / "医保.csv"
    headings = "姓名,身份证号,结算日期,就医类型,总费用,基金支付,个人自付"
    file.write_text(f"{headings}\n陈大山,{identity(101, PEOPLE[0][3])},2022-08-03,住院,900,600,300\n", encoding="utf-8")
    report = deliver(system_post(), "medical_settlement", file, now=NOW)
    return f"/deliveries/{report.delivery}/"


def as_role(county: SmallCounty, role: str) -> Client:
    client = Client()
    client.force_login(county.users[role], "django.contrib.auth.backends.ModelBackend")
    return client


def test_with_a_reason_once(small_county: SmallCounty, address: str) -> None:
    client = as_role(small_county, "department")
    assert "撤回这份数据" in client.get(address).content.decode()
    assert "没有写撤回理由" in client.post(f"{address}withdraw/", {"reason": " "}).content.decode()
    assert len(accepted_deliveries()) == 1
    done = client.post(f"{address}withdraw/", {"reason": "导出时筛错了月份"}, follow=True).content.decode()
    assert "导出时筛错了月份" in done
    assert "撤回这份数据" not in done
    assert accepted_deliveries() == []
    assert Entry.objects.order_by("-id")[0].reason == "导出时筛错了月份"
    assert "已经撤回" in client.post(f"{address}withdraw/", {"reason": "再来一次"}).content.decode()


@pytest.mark.parametrize("role", ["town", "grid", "inspector"])
def test_not_by_others(small_county: SmallCounty, address: str, role: str) -> None:
    assert as_role(small_county, role).post(f"{address}withdraw/", {"reason": "不该行"}).status_code == 403
    assert len(accepted_deliveries()) == 1
