"""The demonstration's courtyard meetings, what came to light at them, and the leaflets that were handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.clues.raising import raise_clue
from sangesan.demo.histories.pictures import SAYS, keep_pictures
from sangesan.demo.histories.words import Dice
from sangesan.demo.village_work import Progress, moment, settings_of, uuid_of
from sangesan.files.attaching import JPEG
from sangesan.files.models import Attachment
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.village_work.courtyards import CHANNEL, subject_of
from sangesan.village_work.leaflet_facts import LEAFLETS, facts_of
from sangesan.village_work.leaflets import edition_of, round_on
from sangesan.village_work.models import Courtyard, Handout, OfficePhone
from sangesan.village_work.permissions import villages_in
from sangesan.village_work.words import COURTYARD, seal

BATCH = 1000
ROUNDS = 3  # the running one and two before it


def write_gatherings(*, today: date, now: datetime, progress: Progress) -> None:
    """Courtyard meetings of a year with a few clues, leaflets of three rounds; nothing where it has been done before."""
    if Courtyard.objects.exists():
        progress(1, 1, "已有")
        return
    pictures = keep_pictures(now)
    with transaction.atomic(), acting(system_post(), "village_work.assign", on="list:gatherings", reason="演示县的院落会议和明白纸") as act:
        posts = {post.division: post for post in holding(today).filter(role=Post.Role.VILLAGE).order_by("pk")}
        meetings = _meetings(posts, today)
        Courtyard.objects.bulk_create(meetings, batch_size=BATCH)
        Attachment.objects.bulk_create(
            [
                Attachment(
                    subject=subject_of(m.pk), role="photo", file_id=pictures.indoors, name="会议照片1.jpg",
                    content_type=JPEG, taken_at=m.recorded_at, note=SAYS, added_at=m.recorded_at, added_by=m.post,
                )
                for m in meetings
            ],
            batch_size=BATCH,
        )  # fmt: skip
        clues = _clues([m for m in meetings if (today - m.held_on).days <= settings_of()["clues_from_days"]], now)
        handouts = _handouts(posts, today, now)
        _phones(now)
        act.detail = {"meetings": len(meetings), "clues": clues, "handouts": handouts}
    progress(1, 1, f"{len(meetings)} 次院落会议，{clues} 条线索，{handouts:,} 次发放")


def _meetings(posts: dict[str, Post], today: date) -> list[Courtyard]:
    """Spread over villages and days by chance: in a quarter some villages have two, others none."""
    words, villages = settings_of(), [v for v in villages_in("") if v in posts]
    dice, found = Dice("courtyards"), []
    for number in range(words["courtyards"] if villages else 0):
        village = dice.of(villages)
        day = today - timedelta(days=dice.between(0, 364))
        community = tree().levels.get(village) == "community"
        topics: list[str] = []
        for _ in range(dice.between(2, 5)):
            topic = dice.weighted(words["topics"])
            topics += [topic] if topic not in topics else []
        talk = {dice.between(0, len(words["talk"]) - 1) for _ in range(dice.between(0, 3))}
        questions = [{"asked": words["talk"][n][0], "answered": words["talk"][n][1]} for n in sorted(talk)]
        content = {"names": "", "households": [], "questions": questions, "words": ""}
        found.append(
            Courtyard(
                village=village, held_on=day, entered_on=day, place=dice.of(words["places"]),
                host=dice.of(words["community_hosts" if community else "hosts"]),
                people=dice.between(9, 64), topics=topics, questions=len(questions), sealed=seal(COURTYARD, content),
                submission=uuid_of("courtyard", str(number)), post=posts[village].pk, post_title=posts[village].title,
                recorded_at=moment(day, dice),
            )
        )  # fmt: skip
    return sorted(found, key=lambda m: m.held_on)


def _clues(meetings: Sequence[Courtyard], now: datetime) -> int:
    """What came to light at the last meetings: households never monitored, without anything open."""
    raised, post, findings = 0, system_post(), list(settings_of()["findings"].items())
    for meeting in meetings:
        dice = Dice("courtyard clue", str(meeting.submission))
        homes = Household.objects.filter(residence=meeting.village, stage="").exclude(
            clues__state__in=["open", "confirmed", "taken"]
        )
        numbers = list(homes.order_by("id").values_list("id", flat=True)[:40])
        if raised >= settings_of()["most_clues"] or not numbers:
            continue
        risk, words = dice.of(findings)
        raise_clue(
            post=post,
            household_id=dice.of(numbers),
            risk=str(risk),
            channel=CHANNEL,
            words=words,
            source=subject_of(meeting.pk),
            seen_on=meeting.held_on,
            now=now,
            today=meeting.held_on,
        )
        Courtyard.objects.filter(pk=meeting.pk).update(clues=1)
        raised += 1
    return raised


def _handouts(posts: dict[str, Post], today: date, now: datetime) -> int:
    """Two leaflets a round in every village; in some the running round has not reached everybody yet."""
    words = settings_of()["leaflets"]
    homes = dict(Household.objects.values_list("residence").annotate(n=Count("pk")).order_by())
    rows, day = [], today
    for back in range(ROUNDS):
        period = round_on(day)
        last = min(period.end, today)
        editions = {code: edition_of(facts_of(code, last), now) for code in LEAFLETS}
        for village in villages_in(""):
            dice = Dice("leaflets", village, str(period.start))
            least, most = words["partly"] if dice.chance(words["partly_share"]) else (1.0, words["reached"][1])
            share = least + (most - least) * dice.share()
            on = period.start + timedelta(days=dice.between(10, max(10, (last - period.start).days)))
            for code, edition in editions.items():
                copies = round(homes.get(village, 0) * share)
                if village not in posts or copies < 1:
                    continue
                post = posts[village]
                rows.append(
                    Handout(
                        village=village, edition=edition, handed_on=min(on, last), copies=copies, how=dice.weighted(words["how"]),
                        submission=uuid_of("handout", village, code, str(back)), post=post.pk, post_title=post.title,
                        recorded_at=moment(min(on, last), dice),
                    )
                )  # fmt: skip
        day = period.start - timedelta(days=1)
    Handout.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _phones(now: datetime) -> None:
    """A number that is nobody's for each town's office."""
    form, post = settings_of()["town_phone"], system_post()
    OfficePhone.objects.bulk_create(
        OfficePhone(division=town, number=form.format(n=1_000_000 + n), post=post.pk, recorded_at=now)
        for n, town in enumerate(tree().towns(), start=1)
    )
