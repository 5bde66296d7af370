"""When each thing was first seen and when it happened: what the figures of the lines of defence count."""

from django.db import migrations, models
from django.db.models import F, Min, OuterRef, Q, Subquery


def carry_over(apps, schema_editor):
    """What is known already: a hit's day stands for the day it was first seen, a sighting's event for its clue's."""
    apps.get_model("clues", "Evidence").objects.update(first_seen_on=F("seen_on"))
    sightings = apps.get_model("clues", "Sighting").objects.filter(clue=OuterRef("pk"))
    sightings = sightings.filter(event_on__lte=OuterRef("opened_on")).values("clue")
    earliest = Subquery(sightings.annotate(day=Min("event_on")).values("day"))
    clues = apps.get_model("clues", "Clue").objects
    clues.filter(sightings__event_on__isnull=False).update(event_on=earliest)


class Migration(migrations.Migration):
    dependencies = [("clues", "0003_sighting")]

    operations = [
        migrations.AddField("clue", "event_on", models.DateField(null=True)),
        migrations.AddField("evidence", "event_on", models.DateField(null=True)),
        migrations.AddField("evidence", "first_seen_on", models.DateField(null=True)),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AlterField("evidence", "first_seen_on", models.DateField()),
        migrations.AddIndex(
            "clue",
            models.Index(
                fields=[
                    "opened_on", "channel", "town", "division", "state", "due_on", "visited_on", "case", "event_on",
                ],
                name="clue_counted_by_line",
            ),
        ),
        migrations.AddIndex(
            "clue",
            models.Index(
                fields=["household", "channel", "opened_on", "visited_on", "case", "state"],
                condition=Q(state__in=["confirmed", "taken", "settled"]),
                name="clue_confirmed_of_household",
            ),
        ),
        migrations.AddIndex("evidence", models.Index(fields=["clue", "first_seen_on"], name="evidence_first_seen")),
        migrations.AddIndex(
            "sighting", models.Index(fields=["clue", "channel", "seen_on"], name="sighting_by_channel")
        ),
    ]  # fmt: skip
