"""The reminder of places to inspect: to the team's members alone, never outside, in no count that others see."""

from datetime import timedelta

from inspections.inspection_builders import inspectors, plan_of, target_of
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.inspections.conducting import begin
from sangesan.messages.models import Message, Waiting
from sangesan.messages.templates import templates
from sangesan.reminders.composing import compose
from sangesan.reminders.sealed import TEMPLATE, inspection_notes
from web.small_county import DAY, NOW, SmallCounty


def test_the_members_of_a_team_are_told_of_their_places(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who))
    assert [note.post for note in inspection_notes(DAY)] == [who.one]
    assert list(inspection_notes(DAY - timedelta(days=1))) == []
    begin(post=who.one, target_id=target.pk, now=NOW)
    assert list(inspection_notes(DAY)) == []


def test_nobody_else_can_tell_from_what_was_composed(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    before = compose(post=system_post(), day=DAY - timedelta(days=1), after_clue=None, now=NOW).told
    target_of(who, plan_of(who))
    assert compose(post=system_post(), day=DAY, after_clue=None, now=NOW).told == before
    assert [one.post for one in Message.objects.filter(template=TEMPLATE)] == [who.one]
    assert templates()[TEMPLATE].inside_only
    assert not Waiting.objects.filter(message__template=TEMPLATE).exists()
    entry = Entry.objects.filter(tag="messages:day:send").latest("pk")
    assert entry.detail["told"] == before
