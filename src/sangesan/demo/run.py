"""The demonstration from nothing to a county at work. Every step is done once; after an interruption it goes on."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.amendments.models import Amendment
from sangesan.audit.sealing import seal_committed
from sangesan.cases.tasks import MEASURES, NIGHTLY
from sangesan.demo.alerts import write_alerts
from sangesan.demo.answering import name_those_who_answer, seated
from sangesan.demo.assessment import write_assessment
from sangesan.demo.assignments import write_assignments
from sangesan.demo.bulletins import write_bulletins
from sangesan.demo.checks import write_checks
from sangesan.demo.dispatch import write_dispatch
from sangesan.demo.draws import write_draws
from sangesan.demo.facts_of_county import load_facts
from sangesan.demo.generate import generate_county
from sangesan.demo.histories.choosing import busiest_grid
from sangesan.demo.histories.writing import write_histories
from sangesan.demo.inspections import write_inspections
from sangesan.demo.later_sights import write_later_sights
from sangesan.demo.leadership import write_seats
from sangesan.demo.messages import write_messages
from sangesan.demo.patrols import walk_the_county
from sangesan.demo.projects import write_projects
from sangesan.demo.self_reports import write_self_reports
from sangesan.demo.supervision import write_supervision
from sangesan.demo.village_gatherings import write_gatherings
from sangesan.demo.village_work import write_duties
from sangesan.demo.weeks import close_demonstration_weeks
from sangesan.exchange.actions import deliver
from sangesan.exchange.door import Door
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import JOBS, ask, execute, resume_interrupted
from sangesan.kernel.money import FEN_PER_YUAN
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holder
from sangesan.leadership.seats import held_title
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.models import Grid
from sangesan.regions.queries import CHINA, county, today, tree
from sangesan.registry.county_folder import load_places, load_register
from sangesan.registry.models import Household

REGISTER_FROM = date(2021, 1, 1)
LINE_SOURCE = "default"
LINE_DOCUMENT = "仅供演示：未找到陕西省2022年监测范围的文件"
STAMP = "generated.json"
TEAM_HEAD_TITLE = "县督查一组组长"
HANDED_IN_AT = time(10, 30)

Step = Callable[[str], Callable[[int, int, str], None]]


@dataclass(frozen=True)
class Account:
    """An account of the demonstration with its password in the clear (kept in HOME/demo/accounts.json, mode 0600)."""

    username: str
    password: str
    title: str


def build(*, scale: float, step: Step) -> list[Account]:
    """Everything up to the accounts; `step` makes a progress reporter from a title."""
    if not 0.01 <= scale <= 1:
        raise Refusal("规模应在 0.01 与 1 之间", place="--scale", remedy="如 make demo SCALE=0.05")
    call_command("migrate", verbosity=0, interactive=False)
    folder = Path(settings.HOME) / "demo"
    _generate(folder, scale, step("1/5 生成演示县"))
    load_places(folder / "registry", REGISTER_FROM)
    if not county().is_demonstration:
        raise Refusal("这里装的是真实的县", place=str(settings.HOME), remedy="演示请换一个 SANGESAN_HOME")
    if not Household.objects.exists():
        load_register(folder / "registry", REGISTER_FROM, post=system_post(), progress=step("2/5 装入农户底册"))
    name_those_who_answer(REGISTER_FROM, now=timezone.now(), progress=step("明确责任人"))
    _amend_line()
    _take_in(folder / "inbox", step("3/5 收入部门文件"))
    _screen(step("4/5 全县筛查"))
    write_histories(today=today(), now=timezone.now(), progress=step("办理经过"))
    _run_today(MEASURES, step("登记部门已落实的帮扶"))
    walk_the_county(today=today(), now=timezone.now(), progress=step("网格排查"))
    write_self_reports(today=today(), progress=step("自主申报和监督渠道"))
    write_later_sights(today=today())
    write_duties(today=today(), now=timezone.now(), progress=step("村级日常职责"))
    write_gatherings(today=today(), now=timezone.now(), progress=step("院落会议和明白纸"))
    write_seats(today=today(), now=timezone.now(), progress=step("职务和任期"))
    accounts = _accounts(folder)
    write_projects(today=today(), now=timezone.now(), progress=step("重点工作"))
    write_assignments(today=today(), progress=step("交办任务"))
    write_alerts(today=today(), now=timezone.now(), progress=step("预警和走访"))
    write_checks(today=today(), now=timezone.now(), progress=step("数据核查"))
    write_inspections(today=today(), progress=step("督查"))
    close_demonstration_weeks(today=today(), progress=step("周统计关账"))
    write_supervision(today=today(), progress=step("督办单"))
    write_bulletins(today=today(), progress=step("通报公文"))
    write_draws(today=today(), progress=step("抽签"))
    # after sheets and bulletins: they flow into the running quarter
    write_assessment(today=today(), now=timezone.now(), progress=step("驻村考勤、考核、表扬和问责"))
    write_dispatch(today=today(), progress=step("点对点调度、月通报、季调度"))
    write_messages(today=today(), progress=step("通知"))
    seal_committed(timezone.now())
    step("5/5 完成")(1, 1, "")
    return accounts


def _generate(folder: Path, scale: float, progress: Callable[[int, int, str], None]) -> None:
    stamp = folder / STAMP
    if stamp.exists():
        before = json.loads(stamp.read_text())["scale"]
        if before != scale:
            raise Refusal(
                f"这里已有规模为 {before} 的演示县",
                place=str(folder),
                remedy="要换规模，请先删去它所在的 SANGESAN_HOME",
            )
        return
    summary = generate_county(folder, scale=scale, progress=lambda what, share: progress(int(share * 99), 100, what))
    stamp.write_text(json.dumps({"scale": scale, "rows": sum(summary.rows.values()), "files": summary.files}))
    progress(100, 100, f"{sum(summary.rows.values()):,} 行，{summary.files} 个文件")


def _amend_line() -> None:
    """2022's monitoring line: no source gives one, so the demonstration sets its own and says so."""
    if Amendment.objects.filter(parameter="monitoring_line", demonstration_only=True).exists():
        return
    value = ParameterValue(
        code="monitoring_line",
        value=load_facts().raw["monitoring_line_yuan"][2022] * FEN_PER_YUAN,
        unit="fen",
        valid_from=date(2022, 1, 1),
        valid_to=date(2022, 12, 31),
        source=LINE_SOURCE,
        document=LINE_DOCUMENT,
        demonstration_only=True,
    )
    amend(post=system_post(), value=value, now=timezone.now())


def _take_in(inbox: Path, progress: Callable[[int, int, str], None]) -> None:
    """All files, month by month, as they would have come; a file taken before changes nothing."""
    files = list(_files(inbox))
    door, post, rows, sent_back = Door.open(), system_post(), 0, 0
    for n, (month, feed, file) in enumerate(files):
        progress(n, len(files), f"{month} {feed}（已收 {rows:,} 行）")
        report = deliver(
            post,
            feed,
            file,
            now=_handed_in(Month.parse(month), n),
            period=Month.parse(month),
            take_good_rows=True,
            door=door,
        )
        rows += report.accepted
        sent_back += report.refused
    progress(len(files), len(files), f"{len(files)} 个文件，{rows:,} 行，退回 {sent_back:,} 行")


def _handed_in(month: Month, n: int) -> datetime:
    """When a month's file came in: some day of the next month, never after the demonstration's day."""
    day = month.plus(1).first_day() + timedelta(days=4 + n % 20)
    return datetime.combine(min(day, today() - timedelta(days=1)), HANDED_IN_AT, CHINA)


def _files(inbox: Path) -> Iterator[tuple[str, str, Path]]:
    """(month, feed, file), oldest month first; inbox/<department>/<month>/<feed>.<ending>."""
    for file in sorted(inbox.glob("*/*/*"), key=lambda f: (f.parent.name, f.parent.parent.name, f.name)):
        yield file.parent.name, file.name.split(".")[0], file


def _screen(progress: Callable[[int, int, str], None]) -> None:
    resume_interrupted()
    result = _run_today(NIGHTLY, progress)
    progress(1, 1, f"命中 {result['hits']:,} 条，新线索 {result['new_clues']:,} 条")


def _run_today(job: str, progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """What a nightly job would do tonight, now: the first night after start changes no number that was looked at."""
    progress(0, 1, "")
    run = ask(job, today().isoformat(), arguments={"today": today().isoformat()})
    if run.state == JobRun.State.WAITING:
        run = execute(run.pk)
    if run.state != JobRun.State.DONE:
        raise Refusal(run.message, place=JOBS[job].title, remedy="请再次运行 make demo")
    progress(1, 1, "")
    result: dict[str, Any] = run.result
    return result


def _accounts(folder: Path) -> list[Account]:
    """One account per kind of post, and those whose seats sign and draw; the grid is the one with most to visit."""
    kept = folder / "accounts.json"
    if kept.exists():
        return [Account(**entry) for entry in json.loads(kept.read_text())]
    grid = _busiest_grid()
    places = tree()
    town = places.town_of(grid.division)
    posts = {
        "xian": Post(role="county", title=f"{county().name}防返贫监测专班"),
        "zhen": Post(role="town", title=f"{places.names[town]}防返贫专干", division=town),
        "wangge": Post(role="grid", title=f"{grid.name}网格员", division=grid.division, grid=grid.code),
        "yibao": Post(role="department", title="医疗保障局联络员", department="medical_security"),
        "ducha": Post(role="inspector", title="县督查组"),
        "zuzhang": Post(role="inspector", title=TEAM_HEAD_TITLE),
        "lingdao": Post(role="county", title=held_title("leading_group_head", "")),
        "zuofengban": Post(role="inspector", title=held_title("style_office_head", "")),
        "luoshiban": Post(role="inspector", title=held_title("execution_office_head", "")),
        "kaoheban": Post(role="county", title=held_title("assessment_office_head", "")),
        "cun": Post(role="village", title=_own_title(grid.division), division=grid.division),
    }
    accounts = []
    for username, post in posts.items():
        post.valid_from = REGISTER_FROM
        account = Account(username, f"{username}-{secrets.token_hex(4)}", post.title)
        open_account(username=username, name=f"演示·{post.title}", password=account.password, posts=[seated(post)])
        accounts.append(account)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps([asdict(a) for a in accounts], ensure_ascii=False, indent=1))
    return accounts


def _own_title(village: str) -> str:
    """The title of the village's own post, that of its secretary."""
    secretary = holder("village_secretary", village, on=today())
    return secretary.title if secretary else f"{tree().names[village]}村干部"


def _busiest_grid() -> Grid:
    code = busiest_grid()
    return Grid.objects.get(code=code) if code else Grid.objects.order_by("code")[0]
