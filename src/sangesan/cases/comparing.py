"""Data comparison: what departments' newest data say of the members' flats, cars, companies and payroll, to the row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.cases.models import Case, Comparison, ComparisonHit
from sangesan.cases.permissions import case_for
from sangesan.cases.states import State
from sangesan.exchange.about_people import rows_about
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.queries import accepted_deliveries
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.registry.queries import members_of

FILE = Path(__file__).parent / "comparison.yaml"
SHORTEST_EXPLANATION = 4


@dataclass(frozen=True)
class Compared:
    """One feed that is looked at. any: sets of column -> values of which one must hold; latest: key of the newest row."""

    feed: str
    kind: str
    any: tuple[Mapping[str, tuple[str, ...]], ...]
    latest: str
    sentence: str

    def hits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is one that must be explained."""
        return any(all(row.get(c) in values for c, values in way.items()) for way in self.any)


@lru_cache(maxsize=1)
def compared_feeds() -> tuple[Compared, ...]:
    """What is compared; raises Refusal where the file is broken."""
    feeds = mapping(required(mapping(read_yaml(FILE), FILE.name), "feeds", FILE.name), FILE.name)
    made = []
    for feed, entry in feeds.items():
        place = f"{FILE.name} {feed}"
        no_others(mapping(entry, place), {"kind", "any", "latest", "sentence"}, place)
        if feed not in load_contracts().feeds:
            raise Refusal(f"没有名为“{feed}”的数据项", place=place, remedy="请对照 feeds.yaml")
        ways = tuple({c: tuple(v) for c, v in way.items()} for way in required(entry, "any", place))
        made.append(Compared(feed, entry["kind"], ways, entry.get("latest", ""), required(entry, "sentence", place)))
    return tuple(made)


def compare(*, post: Post, case_id: int, today: date, now: datetime) -> Comparison:
    """Compares once for the round; asked again before checking ends it is made anew, explanations of same rows kept."""
    with acting(post, "cases.fill", on=f"case:{case_id}") as act:
        case = case_for(post, case_id, lock=True)
        if case.state != State.CHECKING:
            raise Refusal("信息比对只在“入户核查与信息比对”一步进行", remedy="如需重新比对，请先退回到这一步")
        return _compare(case, post, act.detail, today, now)


def _compare(case: Case, post: Post, detail: dict[str, Any], today: date, now: datetime) -> Comparison:
    former = Comparison.objects.filter(case=case, round=case.round).first()
    kept = {(h.delivery, h.row_no): h for h in former.hits.all()} if former else {}
    if former:
        former.delete()
    made = Comparison.objects.create(
        case=case, round=case.round, as_of=today, returned_at=now, sources=_sources(), post_title=post.title
    )
    hits = [ComparisonHit(comparison=made, **hit) for hit in _hits(members_of(case.household_id))]
    for hit in hits:
        before = kept.get((hit.delivery, hit.row_no))
        if before and before.explanation:
            hit.explanation, hit.explained_by = before.explanation, before.explained_by
            hit.explained_at = before.explained_at
    ComparisonHit.objects.bulk_create(hits)
    detail["hits"] = len(hits)
    return made


def _sources() -> list[dict[str, str]]:
    """For each feed that is looked at: how far its data reach; empty where nothing has been delivered."""
    newest = {d.feed: d for d in accepted_deliveries({c.feed for c in compared_feeds()}, None)}
    contracts = load_contracts()
    return [
        {
            "feed": c.feed,
            "kind": c.kind,
            "title": contracts.feeds[c.feed].title,
            "department": contracts.feeds[c.feed].department,
            "period": newest[c.feed].period.isoformat() if c.feed in newest else "",
        }
        for c in compared_feeds()
    ]


def _hits(people: list[int]) -> Iterator[dict[str, Any]]:
    wanted = {c.feed: c for c in compared_feeds()}
    latest: dict[tuple[str, int, Any], dict[str, Any]] = {}
    for about in rows_about(people=people, feeds=set(wanted)):
        rule = wanted[about.feed.code]
        for row in about.rows.to_pylist():
            key = (rule.feed, row["person_no"], row[rule.latest] if rule.latest else (about.delivery.pk, row["row_no"]))
            latest[key] = {"row": row, "delivery": about.delivery.pk, "department": about.feed.department}
    for (feed, person, _), found in latest.items():
        rule, row = wanted[feed], found["row"]
        if rule.hits(row):
            shown = {c: "" if v is None else v for c, v in row.items()}
            yield {
                "person_id": person,
                "kind": rule.kind,
                "sentence": rule.sentence.format(**shown)[:300],
                "department": found["department"],
                "delivery": found["delivery"],
                "row_no": row["row_no"],
            }


def explain(*, post: Post, hit_id: int, text: str, now: datetime) -> ComparisonHit:
    """Keeps why a hit does not speak against the household (or that it does); raises Refusal for an empty explanation."""
    hit = ComparisonHit.objects.select_related("comparison").filter(pk=hit_id).first()
    with acting(post, "cases.fill", on=f"case:{hit.comparison.case_id if hit else 0}", reason=text.strip()) as act:
        case_for(post, hit.comparison.case_id if hit else 0, lock=True)
        if hit is None:
            raise Refusal("没有这条比对结果", remedy="请刷新页面；重新比对后编号会变")
        if len(text.strip()) < SHORTEST_EXPLANATION:
            raise Refusal(
                "没有写清情况", place=f"{hit.kind}说明", remedy="请写明来源、用途和现状，如“务工用面包车，2016年购买，现值约8000元”"
            )
        hit.explanation, hit.explained_by, hit.explained_at = text.strip(), post.title, now
        hit.save(update_fields=["explanation", "explained_by", "explained_at"])
        act.detail = {"hit": hit.pk, "kind": hit.kind}
    return hit
