"""Running all checks over the county: what is found anew, what is still so, what has gone. Safe to run twice."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter
from typing import Any

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_book
from sangesan.checks.domain import REFUTED, Effect, Known, effect, facts_digest
from sangesan.checks.engine import Hit, by_grain, hold, lacking, sentence
from sangesan.checks.models import Flag, Ran
from sangesan.checks.permissions import RUN
from sangesan.checks.reading import Check, load_checks
from sangesan.checks.sources import SOURCES
from sangesan.checks.subjects import Gathered, Look, Record, Subject
from sangesan.kernel.digest import digest_rows
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today

BATCH = 400
LONGEST = 300
Progress = Callable[[int, int, str], None]
Key = tuple[str, str]


def silent(_done: int, _total: int, _words: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Found:
    """A hit with what it is written down as."""

    hit: Hit
    words: str
    records: list[Record]
    digest: str

    @property
    def key(self) -> Key:
        return self.hit.check.code, self.hit.subject.key


@dataclass
class Changes:
    """What a run changes."""

    new: list[Flag] = field(default_factory=list)
    seen: list[Flag] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    silent: int = 0


def run_checks(*, post: Post, as_of: date, now: datetime, progress: Progress = silent) -> Ran:
    """All checks as of a day; a second run of the same day and record changes nothing and gives the same digest.

    A check that lacks a parameter waits and leaves its flags as they are. Raises Refusal for a day to come or before
    the last run: flags look at the record as it stands now, not as it once stood.
    """
    require(post, RUN)
    _check_day(as_of)
    begun = perf_counter()
    look = Look(as_of, parameter_book(now))
    waiting = {c.code: missing for c in load_checks().values() if (missing := lacking(c, look))}
    checks = [check for check in load_checks().values() if check.code not in waiting]
    found = find(checks, look, progress)
    progress(len(SOURCES), len(SOURCES) + 1, f"命中 {len(found)} 件，写入")
    with acting(post, RUN, on="county:all") as act:
        ran = _one_at_a_time(as_of, post, now)
        changes = _changes(found, [c.code for c in checks], look, now)
        _write(changes, as_of)
        ran.digest, ran.found, ran.new, ran.gone = digest_of(found), len(found), len(changes.new), len(changes.gone)
        ran.waiting, ran.by_check = waiting, dict(Counter(one.hit.check.code for one in found))
        ran.seconds, ran.ran_at, ran.post_title = round(perf_counter() - begun, 3), now, post.title
        ran.save()
        act.detail = {
            "as_of": as_of.isoformat(), "found": ran.found, "new": ran.new, "gone": ran.gone,
            "silent": changes.silent, "digest": ran.digest,
        }  # fmt: skip
    progress(len(SOURCES) + 1, len(SOURCES) + 1, f"命中 {len(found)} 件，新增 {ran.new} 件，消失 {ran.gone} 件")
    return ran


def _one_at_a_time(as_of: date, post: Post, now: datetime) -> Ran:
    """The day's row, locked: of two runs at once the second waits here and then finds the first one's flags."""
    list(Ran.objects.select_for_update().order_by("as_of"))
    blank = {"digest": "", "found": 0, "new": 0, "gone": 0, "seconds": 0.0, "ran_at": now, "post_title": post.title}
    Ran.objects.get_or_create(as_of=as_of, defaults=blank)
    return Ran.objects.select_for_update().get(as_of=as_of)


def find(checks: Sequence[Check], look: Look, progress: Progress = silent) -> list[Found]:
    """What the checks find on a day, with the rows that prove it; nothing is written."""
    found: list[Found] = []
    for done, (grain, own) in enumerate(by_grain(checks).items()):
        progress(done, len(SOURCES) + 1, own[0].grain.title)
        source = SOURCES[grain]
        gathered: Gathered = source.gather(look)
        hits = list(hold(own, gathered, look))
        found += _proved(hits, look)
    return found


def digest_of(found: Iterable[Found]) -> str:
    """Of what was found, whatever the order."""
    return digest_rows(f"{check} {subject} {one.digest}" for one in found for check, subject in [one.key])


def _proved(hits: Sequence[Hit], look: Look) -> list[Found]:
    by_check: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_check[hit.check.code].append(hit)
    found = []
    for own in by_check.values():
        check = own[0].check
        records = _records(check, [hit.subject for hit in own], look)
        for hit in own:
            behind = records.get(hit.subject.key, [])
            digest = facts_digest(hit.values, check.grain.units, behind)
            found.append(Found(hit, sentence(check, hit.values, look)[:LONGEST], behind, digest))
    return found


def _records(check: Check, subjects: Sequence[Subject], look: Look) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for kind in check.records:
        for key, rows in SOURCES[check.grain.code].records[kind](subjects, look).items():
            found[key] += rows
    return found


def _check_day(as_of: date) -> None:
    if as_of > today():
        raise Refusal(f"{as_of} 还没有到", place="核查日期", remedy=f"请填 {today()} 或不填")
    last = Ran.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    if last is not None and as_of < last:
        raise Refusal(
            f"已经按 {last} 核查过，不能再按更早的 {as_of} 核查",
            place="核查日期",
            remedy="核查看的是现在的记录，请按当天核查",
        )


def _changes(found: Sequence[Found], codes: Sequence[str], look: Look, now: datetime) -> Changes:
    """What the run changes of the flags of the checks that ran; the flags are locked until it is written."""
    held = Flag.objects.select_for_update().filter(check_code__in=codes, gone_on=None)
    known = {(flag.check_code, flag.subject): flag for flag in held}
    refuted = _refuted(codes)
    changes = Changes()
    for one in found:
        flag = known.pop(one.key, None)
        held_as = Known(flag.verdict, flag.facts_digest) if flag else None
        what = effect(found=one.digest, known=held_as, refuted_before=refuted.get(one.key, ()))
        if flag is not None and what in {Effect.REPLACE, Effect.GONE}:
            changes.gone.append(flag.pk)
        if flag is not None and what is Effect.KEEP:
            changes.seen.append(_again(flag, one, look))
        if what in {Effect.OPEN, Effect.REPLACE}:
            changes.new.append(_new(one, look, now))
        changes.silent += what is Effect.SILENT
    changes.gone += [flag.pk for flag in known.values()]
    return changes


def _refuted(codes: Sequence[str]) -> Mapping[Key, set[str]]:
    """The facts for which an inspector has said no, of flags that have gone since."""
    found: dict[Key, set[str]] = defaultdict(set)
    rows = Flag.objects.filter(check_code__in=codes, verdict=REFUTED, gone_on__isnull=False)
    for check, subject, digest in rows.values_list("check_code", "subject", "facts_digest"):
        found[check, subject].add(digest)
    return found


def _again(flag: Flag, one: Found, look: Look) -> Flag:
    flag.last_seen, flag.sentence, flag.values = look.as_of, one.words, one.hit.values
    flag.records, flag.facts_digest, flag.version = one.records, one.digest, one.hit.check.version
    return flag


def _new(one: Found, look: Look, now: datetime) -> Flag:
    check, subject = one.hit.check, one.hit.subject
    return Flag(
        check_code=check.code, defect=check.defect.code, subject=subject.key, household_id=subject.household,
        village=subject.village, town=subject.town, unit=subject.unit, sentence=one.words, values=one.hit.values,
        records=one.records, at_first={"sentence": one.words, "values": one.hit.values, "records": one.records},
        facts_digest=one.digest, version=check.version, first_seen=look.as_of, last_seen=look.as_of, recorded_at=now,
    )  # fmt: skip


def _write(changes: Changes, as_of: date) -> None:
    for start in range(0, len(changes.gone), BATCH):
        Flag.objects.filter(pk__in=changes.gone[start : start + BATCH]).update(gone_on=as_of)
    fields: list[Any] = ["last_seen", "sentence", "values", "records", "facts_digest", "version"]
    Flag.objects.bulk_update(changes.seen, fields, batch_size=BATCH)
    Flag.objects.bulk_create(changes.new, batch_size=BATCH)
