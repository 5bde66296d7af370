"""`sangesan serve` and `sangesan work`: the pages, and the work behind them."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import click
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from sangesan.alerts.tasks import ask_to_watch
from sangesan.audit.sealing import seal_committed
from sangesan.dispatch.rhythm_tasks import ask_to_prepare
from sangesan.draws.tasks import ask_to_void
from sangesan.jobs.periodic import ask_for_due
from sangesan.jobs.running import resume_interrupted
from sangesan.messages.tasks import ask_to_deliver
from sangesan.regions.queries import today
from sangesan.reminders.tasks import ask_to_compose

SEAL_EVERY = 1.0
PERIODIC_EVERY = 60.0
STOP_WAIT = 10
RESTART_AFTER = 2.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True, help="同时处理的请求数")
def serve(host: str, port: int, threads: int) -> None:
    """启动网页和后台作业；按 Ctrl+C 停止。"""
    click.echo(f"打开 http://{host}:{port}/ ；按 Ctrl+C 停止")
    run_server(host, port, threads)


def run_server(host: str, port: int, threads: int = 8) -> None:
    """Pages by granian and one worker, as two processes; a worker that breaks off is started again, both end together."""
    pages = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(threads), "--no-ws", "--log-level", "error",
        "config.wsgi:application",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "sangesan.cli.main", "work"]
    children = [subprocess.Popen(pages), subprocess.Popen(worker)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while children[0].poll() is None:
            time.sleep(0.5)
            if children[1].poll() is not None:  # a busy database may end the worker; the pages go on meanwhile
                click.echo("后台作业中断，重新启动", err=True)
                time.sleep(RESTART_AFTER)
                children[1] = subprocess.Popen(worker)
    except KeyboardInterrupt:
        click.echo("正在停止……", err=True)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(STOP_WAIT)
            except subprocess.TimeoutExpired:
                child.kill()


@click.command()
def work() -> None:
    """后台作业：封存审计、到期的周期作业、网页交办的作业。"""
    resume_interrupted()
    for every, step in ((SEAL_EVERY, _seal), (PERIODIC_EVERY, _ask)):
        threading.Thread(target=_repeat, args=(every, step), daemon=True).start()
    call_command("db_worker", queue_name="*", interval=0.5, verbosity=0)


def _seal() -> None:
    seal_committed(timezone.now())


def _ask() -> None:
    ask_for_due(today())
    ask_to_compose(today())
    ask_to_deliver(timezone.now())
    ask_to_watch(timezone.now())
    ask_to_void(timezone.now())
    ask_to_prepare(timezone.now())


def _repeat(every: float, step: Callable[[], None]) -> None:
    """Runs a step for ever; a fault is shown and does not end the rest."""
    while True:
        try:
            step()
        except Exception as error:  # noqa: BLE001  the next round tries again
            click.echo(f"{timezone.now():%H:%M:%S} 后台步骤未成：{error}", err=True)
        close_old_connections()
        time.sleep(every)


COMMANDS = [serve, work]
