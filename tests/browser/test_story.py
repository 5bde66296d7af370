"""The article's own story as people live it: rain, a clue, the green channel, a new home, two lines, a shop, risk gone."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from browser.story import HEAD, Actor, damage, move_time, photo, tell, work
from browser.test_visit import sign
from sangesan.assistance.models import Measure
from sangesan.cases.models import Case, Meeting, Notice, Step
from sangesan.cases.states import State
from sangesan.clues.models import Clue
from sangesan.registry.models import Household
from sangesan.responsibility.models import Duty, Told
from web.small_county import COMMUNITY, GRID_C, PASSWORD, VILLAGE_A

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Story:
    """Everybody's windows, and what they do there again and again."""

    def __init__(self, visitor, folder) -> None:
        self.visitor, self.folder = visitor, folder
        self.actors: dict[str, Actor] = {}

    def of(self, username: str) -> Actor:
        if username not in self.actors:
            window = self.visitor()
            window.log_in(username, PASSWORD)
            self.actors[username] = Actor(window)
        return self.actors[username]

    @property
    def case(self) -> Case:
        return Case.objects.get()

    def at_case(self, username: str) -> Actor:
        actor = self.of(username)
        actor.go(f"/cases/{self.case.pk}/")
        return actor

    def visit(self, username: str, purpose: str, conclusion: str, wage: str, risks: tuple[str, ...] = (), *, housing: str) -> None:
        """The in-home check as it is filled in at the door."""
        page = self.of(username).go(f"/households/{self.case.household_id}/visit/?case={self.case.pk}&purpose={purpose}")
        page.get_by_label("核查人 2").fill("李芳")
        for name in (HEAD, "王秀兰"):
            page.get_by_role("group", name=name).get_by_label("见到").check(force=True)
        for title, answer in (("住房", housing), ("义务教育", "是"), ("医疗保险", "是"), ("饮水", "是")):
            page.locator(".visit-test").filter(has_text=title).get_by_label(answer, exact=True).check(force=True)
        if not page.get_by_label("务工", exact=True).is_visible():  # a group with amounts from before stands open
            page.get_by_text("工资性收入").click()
        page.get_by_label("务工", exact=True).fill(wage)
        if page.get_by_label("劳动力人数").count():
            page.get_by_label("劳动力人数").fill("2")
        for n in range(5, len(risks), -1):  # those from before that are gone, the last first
            if page.get_by_label(f"第 {n} 风险").is_visible():
                page.get_by_label(f"第 {n} 风险").select_option("")
        for n, risk in enumerate(risks, start=1):
            page.get_by_label(f"第 {n} 风险").select_option(risk)
        page.locator("label").filter(has_text=conclusion).locator("visible=true").click()
        page.get_by_label("理由和看到的情况").fill("当面看过，情况属实")
        page.get_by_label("手机上签名").check(force=True)
        page.get_by_label("谁签的").select_option(label=HEAD)
        sign(page)
        page.get_by_label("入户照片").set_input_files(photo(self.folder))
        page.get_by_role("button", name="登记入户").click()
        page.wait_for_url("**/cases/*/")

    def answer_warnings(self, username: str) -> None:
        """Reasons for what reality did not give."""
        actor = self.at_case(username)
        while actor.page.locator("#warnings").get_by_role("button", name="登记理由").count():
            actor.page.locator("#warnings input[name=reason]").first.fill("已核实，情况属实")
            actor.page.locator("#warnings").get_by_role("button", name="登记理由").first.click()
            actor.page.wait_for_load_state("networkidle")

    def forward(self, username: str, state: State) -> None:
        """The button that carries the case on."""
        self.answer_warnings(username)
        actor = self.at_case(username)
        actor.page.locator("#forward form.act-form button[type=submit]").first.click()
        actor.page.wait_for_load_state("networkidle")
        assert self.case.state == state, actor.page.locator("main").inner_text()

    def meet(self, username: str, kind: str, state: State, number: str = "") -> None:
        """Agenda, minutes, votes, outcome for all."""
        appraisal = kind == Meeting.Kind.APPRAISAL
        page = self.of(username).go(f"/meetings/new/?kind={kind}")
        page.get_by_label("地点").fill("会议室")
        page.get_by_label("主持人").fill("主持人")
        if appraisal:
            page.get_by_label("应到人数").fill("40")
            page.get_by_label("实到人数").fill("36")
        page.get_by_role("button", name="列出议程").click()
        page.wait_for_url("**/meetings/*/")
        meeting = Meeting.objects.latest("pk")
        if appraisal:
            page.locator("#minutes").fill(f"听取入户核查和信息比对情况，逐户评议{'消除' if 'exit' in state else '纳入'}，同意。")
            page.get_by_label("会议照片").set_input_files(photo(self.folder))
            page.get_by_role("button", name="先保存记录和照片").click()
            expect(page.locator("#minutes-kept")).not_to_be_empty()
            self.answer_warnings(username)
            page = self.of(username).go(f"/meetings/{meeting.pk}/")
            for field, votes in (("votes_for", "34"), ("votes_against", "1"), ("abstained", "1")):
                page.locator(f"[data-fill={field}]").fill(votes)
            page.get_by_role("button", name="填到空着的户").click()
        if number:
            page.get_by_label("审定文号").fill(number)
        page.get_by_role("button", name="全部通过").click()
        page.get_by_role("button", name="登记结果，全部办理").click()
        expect(page.locator("h1")).to_contain_text("已登记结果")
        assert self.case.state == state

    def notice(self, username: str, state: State) -> None:
        """On the wall for five days, a photo at both ends."""
        page = self.of(username).go("/notices/new/")
        page.get_by_label("张贴地点").fill("村委会公示栏")
        page.get_by_label("监督电话").fill("0915-0000000")
        page.get_by_label("张贴照片").set_input_files(photo(self.folder))
        page.get_by_role("button", name="登记张榜").click()
        page.wait_for_url("**/notices/*/")
        notice = Notice.objects.latest("pk")
        assert page.get_by_role("button", name="撤榜，各户公示期满").is_disabled()
        move_time(5)
        self.answer_warnings(username)
        page = self.of(username).go(f"/notices/{notice.pk}/")
        page.get_by_label("撤榜照片").set_input_files(photo(self.folder))
        page.get_by_role("button", name="撤榜，各户公示期满").click()
        page.wait_for_load_state("networkidle")
        assert self.case.state == state, page.locator("main").inner_text()

    def measure(self, against: str, what: str, title: str, evidence: str) -> None:
        """What is missing is supplied: planned by the village, landed with evidence."""
        page = self.of("shuanglong").go(f"/households/{self.case.household_id}/assistance/?new=1#plan")
        page.get_by_label("针对").select_option(label=against)
        page.get_by_label("措施和子项").select_option(label=what)
        page.get_by_label("具体措施").fill(title)
        page.get_by_label("责任单位").fill("高桥镇人民政府")
        page.get_by_label("责任人", exact=True).fill("演示包联干部")
        page.locator("#plan").get_by_role("button").last.click()
        page.wait_for_load_state("networkidle")
        measure = Measure.objects.filter(title=title).first()
        assert measure is not None, page.locator("main").inner_text()
        row = page.locator("#measures tbody tr").filter(has_text="登记落实").filter(
            has=page.locator(f"form[action*='/{measure.pk}/']")
        )
        row.get_by_text("登记落实").first.click()
        page.locator(f"#evidence-{measure.pk}").fill(evidence)
        row.get_by_role("button", name="登记", exact=True).first.click()
        page.wait_for_load_state("networkidle")
        measure.refresh_from_db()
        assert measure.state == "landed", page.locator("main").inner_text()


def test_from_the_rain_to_risk_gone(db, visitor, tmp_path, settings) -> None:
    settings.HOME = tmp_path
    tell(tmp_path)
    story = Story(visitor, tmp_path)

    # the emergency department's record raises a clue
    page = story.of("yingji").go("/deliveries/upload/")
    page.get_by_label("数据项").select_option("disaster_damage")
    page.locator("input[type=file]").set_input_files(damage(tmp_path))
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/*/")
    work()
    expect(page.locator("h1")).to_contain_text("因灾受损")
    county = story.of("test_county")
    county.go("/runs/").get_by_role("button", name="开始一次筛查").click()
    county.page.wait_for_url("**/jobs/*/")
    work()
    county.page.wait_for_url("**/runs/*/")
    clue = Clue.objects.get(rule="R21")

    # the green channel gives shelter
    town = story.of("gaoqiao")
    page = town.go(f"/clues/{clue.pk}/")
    expect(page.locator(".why-sentence").first).to_contain_text("因灾受损")
    page.get_by_text("开启绿色通道").first.click()
    if page.locator("input[name=reason], textarea[name=reason]").locator("visible=true").count():
        page.locator("form[action*=green] [name=reason]").fill("强降雨引发滑坡，房屋严重损坏")
        page.locator("form[action*=green] button[type=submit]").click()
    page.wait_for_url("**/cases/*/")
    expect(page.locator("h1")).to_contain_text("绿色通道")
    assert story.case.papers_due is not None
    assert Clue.objects.get(pk=clue.pk).state == "taken"

    # checked at the door by two, every adult authorises, departments' data compared
    story.visit("test_grid", "identification", "有风险，需进入程序", "9000", ("0202", "H1"), housing="否")
    page = story.at_case("shuanglong").page
    for box in page.locator("#authorisations input[name=person]").all():
        box.check()
    page.locator("#authorisations").get_by_role("radio", name="按手印").check(force=True)
    page.locator("#authorisations").get_by_label("签字页照片或扫描件").set_input_files(photo(tmp_path, "签字页.jpg"))
    page.get_by_role("button", name="登记勾选成员的授权").click()
    page.wait_for_load_state("networkidle")
    page.locator("#comparison").get_by_role("button", name="比对").click()
    page.wait_for_load_state("networkidle")
    story.measure("风险：因安全住房", "临时安置", "临时安置到镇敬老院", "入住登记单")
    story.forward("shuanglong", State.STUDY)

    # the village's study, the appraisal, the notice, town and county
    page = story.at_case("shuanglong").page
    expect(page.locator(".proposal")).to_contain_text("脱贫不稳定户")
    page.get_by_label("帮扶责任人").select_option(label="演示包联干部 · 双龙村包联干部")
    page.get_by_role("button", name="登记研判").click()
    page.wait_for_load_state("networkidle")
    story.forward("shuanglong", State.APPRAISAL)
    story.meet("shuanglong", "appraisal", State.NOTICE)
    story.notice("shuanglong", State.TOWN_REVIEW)
    story.meet("gaoqiao", "town_review", State.COUNTY_DECISION)
    story.meet("test_county", "joint_meeting", State.ANNOUNCEMENT, "防返贫办〔2022〕9号")
    assert Household.objects.get(pk=story.case.household_id).stage == "monitoring"
    story.forward("gaoqiao", State.ENTRY)
    page = story.at_case("gaoqiao").page
    page.locator("form[action*=number] input[name=number]").fill("61099800000001")
    page.locator("form[action*=number] button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    story.forward("gaoqiao", State.ASSISTED)

    # a new home in another town: two lines answer for the household
    move_time(30)
    page = town.go(f"/households/{story.case.household_id}/move/")
    page.get_by_label("镇", exact=True).select_option(label="城关镇")
    page.wait_for_load_state("networkidle")
    page.get_by_label("社区（村）").select_option(label="仁和社区")
    page.wait_for_load_state("networkidle")
    page.get_by_label("网格").select_option(GRID_C)
    page.get_by_label("搬迁原因").select_option("因灾搬迁")
    page.get_by_role("button", name="登记搬迁").click()
    page.wait_for_url("**/households/*/")
    home = Household.objects.get(pk=story.case.household_id)
    assert (home.village, home.residence) == (VILLAGE_A, COMMUNITY)
    held = {(d.line, d.duty, d.role): d.post.title for d in Duty.objects.filter(household=home, valid_to=None).select_related("post")}
    assert held["residence", "find", "lead"] == "仁和社区包联干部"
    assert held["origin", "assist", "lead"] == "双龙村包联干部"
    page = story.of("renhe").go("/responsibility/")
    told = Told.objects.filter(household=home, division=COMMUNITY, acknowledged_at=None)
    assert told.exists()
    while told.exists():
        page.get_by_role("button", name="签收").first.click()
        page.wait_for_load_state("networkidle")

    # a flat and a shop follow
    story.measure("风险：因安全住房", "避险搬迁", "分配安置房一套", "入住协议")
    story.measure("风险：因自然灾害（地质灾害）", "其他产业帮扶", "协调开办便民超市", "营业执照")

    # income recovers; the chain again, and risk is gone
    move_time(200)
    story.forward("shuanglong", State.EXIT_CHECKING)
    story.visit("renhe", "elimination", "原有风险已消除", "48000", housing="是")
    story.forward("shuanglong", State.EXIT_APPRAISAL)
    story.meet("shuanglong", "appraisal", State.EXIT_NOTICE)
    story.notice("shuanglong", State.EXIT_TOWN_REVIEW)
    story.meet("gaoqiao", "town_review", State.EXIT_COUNTY_DECISION)
    story.meet("test_county", "joint_meeting", State.EXIT_ANNOUNCEMENT, "防返贫办〔2023〕3号")
    story.forward("gaoqiao", State.TRACKED)
    assert Household.objects.get(pk=home.pk).stage == "eliminated"
    assert Step.objects.filter(case=story.case).count() == 16

    # all papers print, from the case, its meetings and notices, and the place
    pages = [("gaoqiao", f"/cases/{story.case.pk}/")]
    whose = {"appraisal": "shuanglong", "town_review": "gaoqiao", "joint_meeting": "test_county"}
    pages += [(whose[m.kind], f"/meetings/{m.pk}/") for m in Meeting.objects.all()]
    pages += [("gaoqiao", f"/notices/{n.pk}/") for n in Notice.objects.all()]
    printed = {kind for username, address in pages for kind in prints(story.of(username), address)}
    for kind in ("pdf", "docx", "xlsx"):
        answer = story.of("gaoqiao").page.request.get(f"/papers/?form=ledger&place={VILLAGE_A}&kind={kind}")
        assert answer.ok
        assert len(answer.body()) > 1000
    assert printed >= FROM_THE_RECORD, FROM_THE_RECORD - printed


FROM_THE_RECORD = {
    "application", "check", "collection", "comparison", "minutes", "notice", "town_review", "county_decision", "announcement",
    "plan", "elimination",
}  # fmt: skip


def prints(actor: Actor, address: str) -> set[str]:
    """Every paper that a page offers, fetched: each comes, and a PDF holds text. Returns the forms."""
    page = actor.go(address)
    links = page.locator("a[download][href^='/papers/']").evaluate_all("nodes => nodes.map(n => n.getAttribute('href'))")
    for link in links:
        answer = page.request.get(link)
        assert answer.ok, f"{link}: {answer.status}"
        if link.rstrip("/").endswith("pdf"):
            assert "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.body())).pages).strip(), link
    return {link.split("/")[2] for link in links}
