"""Generates the demonstration county: its register, and what eighteen departments delivered."""

from __future__ import annotations

import multiprocessing
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from sangesan.demo.deliveries import Written, write_delivery
from sangesan.demo.feeds.catalogue import MAKERS
from sangesan.demo.feeds.medical import FEED, settlements
from sangesan.demo.making import make_county
from sangesan.demo.population import County
from sangesan.demo.presentation import Delivery
from sangesan.demo.registry_files import write_registry
from sangesan.demo.samples import write_samples
from sangesan.exchange.contracts import Contracts, load_contracts
from sangesan.kernel.period import Month

SEED = 20220913
ONE_PROCESS_BELOW = 0.15
PROCESSES = 2
Progress = Callable[[str, float], None]
Job = tuple[str, str]


@dataclass(frozen=True)
class CountySummary:
    """What was generated. Totals as (households, people); rows by feed; registry: rows by file."""

    scale: float
    seed: int
    rural: tuple[int, int]
    formerly_poor: tuple[int, int]
    monitored: tuple[int, int]
    eliminated: tuple[int, int]
    open: tuple[int, int]
    registry: dict[str, int]
    rows: dict[str, int]
    files: int
    bytes: int
    samples: list[str] = field(default_factory=list)


@dataclass
class Workshop:
    """What writing a file needs."""

    inbox: Path
    county: County
    delivery: Delivery
    contracts: Contracts

    def run(self, job: Job) -> list[Written]:
        """Makes and writes one feed, or one month of it."""
        feed, month = job
        months = [Month.parse(month)] if month else []
        records = settlements(self.county, months) if feed == FEED else MAKERS[feed](self.county)
        return [write_delivery(self.inbox, self.county, self.delivery, self.contracts, r) for r in records]


def generate_county(
    out: Path, *, scale: float = 1.0, seed: int = SEED, progress: Progress = lambda _what, _share: None
) -> CountySummary:
    """Writes `out`/registry, `out`/inbox and `out`/samples anew; the same scale and seed write the same bytes.

    progress: called with what is being done and the share done, 0 to 1. Above a small scale two processes write.
    """
    progress("生成农户和人口", 0.0)
    county = make_county(scale, seed)
    for name in ("registry", "inbox", "samples"):
        shutil.rmtree(out / name, ignore_errors=True)
    progress("写出部门数据", 0.05)
    jobs = _jobs(county)
    contracts = load_contracts()
    if scale < ONE_PROCESS_BELOW:
        registry = write_registry(county, out / "registry")
        done = _alone(Workshop(out / "inbox", county, Delivery.of(county), contracts), jobs)
        written = _collect(done, len(jobs), progress)
    else:
        with ProcessPoolExecutor(
            PROCESSES, multiprocessing.get_context("spawn"), _open_workshop, (out / "inbox", county)
        ) as pool:
            futures = [pool.submit(_run, job) for job in jobs]
            registry = write_registry(county, out / "registry")
            written = _collect((f.result() for f in as_completed(futures)), len(jobs), progress)
    samples = write_samples(county, out / "samples")
    progress("完成", 1.0)
    return _summary(county, registry, written, samples)


def _jobs(county: County) -> list[Job]:
    """Longest first: the insurance's months and the big feeds, then the small ones."""
    names = list(MAKERS)
    months = [(FEED, str(month)) for month in county.facts.months]
    return [*((name, "") for name in names[:6]), *months, *((name, "") for name in names[6:])]


def _alone(workshop: Workshop, jobs: list[Job]) -> Iterator[list[Written]]:
    for job in jobs:
        yield workshop.run(job)


def _collect(done: Iterator[list[Written]], jobs: int, progress: Progress) -> list[Written]:
    written: list[Written] = []
    for number, files in enumerate(done, start=1):
        written.extend(files)
        progress(f"写出部门数据（{len(written)} 个文件）", 0.05 + 0.93 * number / jobs)
    return written


_workshop: list[Workshop] = []


def _open_workshop(inbox: Path, county: County) -> None:
    """Sets up a writing process."""
    _workshop[:] = [Workshop(inbox, county, Delivery.of(county), load_contracts())]


def _run(job: Job) -> list[Written]:
    return _workshop[0].run(job)


def _summary(
    county: County, registry: dict[str, int], written: list[Written], samples: list[str]
) -> CountySummary:
    h = county.households
    rows: Counter[str] = Counter()
    for file in written:
        rows[file.feed] += file.rows
    return CountySummary(
        scale=county.facts.scale,
        seed=county.seed,
        rural=(int(h.size.size), int(h.size.sum())),
        formerly_poor=(int(h.poor.sum()), int(h.size[h.poor].sum())),
        monitored=(int(h.monitored.sum()), int(h.size[h.monitored].sum())),
        eliminated=(int(h.eliminated.sum()), int(h.size[h.eliminated].sum())),
        open=(int(h.open.sum()), int(h.size[h.open].sum())),
        registry=registry,
        rows=dict(sorted(rows.items())),
        files=len(written),
        bytes=sum(file.bytes for file in written),
        samples=samples,
    )
