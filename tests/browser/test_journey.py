"""From a department's file to a worker's record, as people do it."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from browser.conftest import PHONE
from browser.files import picture, settlements
from sangesan.clues.models import Clue
from sangesan.exchange.models import Delivery
from web.small_county import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def work() -> None:
    """What the worker does beside the pages: everything that waits."""
    call_command("db_worker", batch=True, queue_name="*", interval=0, verbosity=0)


def upload(page, path) -> None:
    page.goto("/deliveries/upload/")
    page.get_by_label("数据项").select_option("medical_settlement")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/*/")
    work()


def screened(visitor, tmp_path) -> None:
    """A department has uploaded a bill and the county has screened."""
    department = visitor()
    department.log_in("test_department", PASSWORD)
    upload(department.page, settlements(tmp_path))
    expect(department.page.locator("h1")).to_contain_text("医保结算明细 2022-08")
    county = visitor()
    county.log_in("test_county", PASSWORD)
    county.page.goto("/runs/")
    county.page.get_by_role("button", name="开始一次筛查").click()
    county.page.wait_for_url("**/jobs/*/")
    work()
    county.page.wait_for_url("**/runs/*/")


def test_a_file_becomes_a_clue_that_a_grid_worker_visits(small_county, visitor, tmp_path):
    screened(visitor, tmp_path)
    assert Delivery.objects.get().attached == 1

    grid = visitor()
    grid.log_in("test_grid", PASSWORD)
    expect(grid.page.get_by_text("待我核查的线索")).to_be_visible()
    grid.page.goto("/clues/")
    expect(grid.page.locator("tbody tr")).to_have_count(1)
    grid.page.get_by_role("link", name="陈大山").click()
    expect(grid.page.locator(".why-sentence")).to_have_text(
        "陈大山：脱贫户成员本年至上月住院自付6,800.00元，达到预警线5,000.00元。"
    )
    expect(grid.page.get_by_role("link", name="R01 脱贫人口住院自付过高")).to_be_visible()

    grid.page.get_by_text("查看来源数据").click()
    source = grid.page.locator("details .dense")
    expect(source).to_contain_text("6,800.00 元")
    expect(source).to_contain_text("2022年8月医保结算明细.xlsx")
    expect(source.locator("tbody td").last).to_have_text("4")

    grid.page.get_by_label("核查人", exact=True).fill("陈网格、周村干")
    grid.page.get_by_label("有风险，需进入程序").check()
    grid.page.get_by_label("理由和看到的情况").fill("住院费用仍在发生，家中只有一个劳力")
    grid.page.get_by_role("button", name="登记").click()
    expect(grid.page.get_by_text("核查结果已登记，已转入程序")).to_be_visible()
    expect(grid.page.locator("h1")).to_contain_text("入户核查与信息比对")
    clue = Clue.objects.get()
    assert clue.state == "taken"
    assert clue.visit is not None
    assert clue.visit.checkers == "陈网格、周村干"

    inspector = visitor()
    inspector.log_in("test_inspector", PASSWORD)
    inspector.page.goto("/audit/")
    expect(inspector.page.locator("tbody")).to_contain_text("登记入户核查结果")
    inspector.page.get_by_role("button", name="核验审计链").click()
    expect(inspector.page.get_by_text("完好")).to_be_visible()


def test_the_same_on_a_phone_without_risk(small_county, visitor, tmp_path):
    screened(visitor, tmp_path)
    grid = visitor(PHONE)
    grid.log_in("test_grid", PASSWORD)
    grid.page.get_by_label("打开菜单").click()
    grid.page.locator("#menu").get_by_role("link", name="线索").click()
    assert grid.fits()
    grid.page.get_by_role("link", name="陈大山").click()
    assert grid.fits()
    grid.page.get_by_label("无风险", exact=False).first.check()
    grid.page.get_by_role("button", name="登记").click()
    expect(grid.page.get_by_text("没有写清为什么无风险")).to_be_visible()
    grid.page.get_by_label("理由和看到的情况").fill("大病保险已报销，自付不足千元")
    grid.page.get_by_role("button", name="登记").click()
    expect(grid.page.locator("h1")).to_contain_text("已核查无风险")
    assert Clue.objects.get().state == "cleared"


def test_a_full_number_is_shown_for_a_reason_and_leaves_a_trace(small_county, visitor):
    grid = visitor()
    grid.log_in("test_grid", PASSWORD)
    grid.page.goto("/households/")
    grid.page.get_by_role("link", name="陈大山").click()
    first = grid.page.locator("td.identity").first
    expect(first).to_contain_text("610998********")
    first.locator("summary").click()
    first.get_by_label("查看理由（记入审计）").fill("入户核对身份")
    first.get_by_role("button", name="查看").click()
    expect(first).to_contain_text("61099819680305101")
    expect(first).to_contain_text("已记入审计")
    county = visitor()
    county.log_in("test_county", PASSWORD)
    county.page.goto("/audit/?subject=registry")
    expect(county.page.locator("tbody")).to_contain_text("入户核对身份")


def test_a_bad_file_says_what_to_do_and_the_same_file_changes_nothing(small_county, visitor, tmp_path):
    department = visitor()
    department.log_in("test_department", PASSWORD)
    upload(department.page, picture(tmp_path))
    expect(department.page.get_by_role("alert")).to_contain_text("结算.xlsx")
    assert not Delivery.objects.exists()

    upload(department.page, settlements(tmp_path, self_paid="六千八"))
    expect(department.page.get_by_text("整份退回，没有改变任何数据。")).to_be_visible()
    row = department.page.locator("tbody tr").first
    expect(row).to_contain_text("个人自付")
    expect(row).to_contain_text("六千八")

    good = settlements(tmp_path)
    upload(department.page, good)
    expect(department.page.locator("h1 .badge")).to_have_text("已接收")
    upload(department.page, good)
    expect(department.page.get_by_text("同一份文件以前已经接收")).to_be_visible()
