"""Who answers for households, what a line was told, and what both lines agreed. Rows end; they are never edited away."""

from django.db import models
from django.db.models import F, Q

from sangesan.responsibility import domain

LINE_CODES = [str(line) for line in domain.Line]
DUTY_CODES = [str(duty) for duty in domain.Duty]
ROLE_CODES = [str(role) for role in domain.Role]


class Duty(models.Model):
    """A post answers for a household from valid_from until valid_to (that day no longer; None: still)."""

    personal_data = "哪个岗位从何时起对哪一户负什么责任"

    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="duties")
    line = models.CharField(max_length=10)
    duty = models.CharField(max_length=8)
    role = models.CharField(max_length=8)
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="duties")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "line", "duty", "role"], condition=Q(valid_to=None), name="duty_one_open"
            ),
            models.CheckConstraint(
                condition=Q(line__in=LINE_CODES, duty__in=DUTY_CODES, role__in=ROLE_CODES),
                name="duty_known",
            ),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="duty_in_order"),
        ]
        indexes = [models.Index(fields=["post", "valid_to", "household"])]


class Told(models.Model):
    """One line of a relocated household was told of something ("clue:12", "case:3", "visit:9") and must acknowledge it.

    division: the village or community of the line. acknowledged_by: id of a post.
    """

    personal_data = "告知了哪一方哪一户的什么事（一句话，可含成员姓名），由谁何时签收"

    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="told")
    line = models.CharField(max_length=10)
    division = models.CharField(max_length=12)
    about = models.CharField(max_length=40)
    sentence = models.CharField(max_length=300)
    told_at = models.DateTimeField()
    due_on = models.DateField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.BigIntegerField(null=True)
    acknowledged_by_title = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "about", "line"], name="told_once_per_line"),
            models.CheckConstraint(condition=Q(line__in=LINE_CODES), name="told_line_known"),
        ]
        indexes = [
            models.Index(fields=["division", "due_on"], condition=Q(acknowledged_at=None), name="told_open"),
            models.Index(fields=["due_on"], condition=Q(acknowledged_at=None), name="told_open_of_county"),
        ]


class Agreement(models.Model):
    """What both lines agreed for a household (共商): which measures, by whom, until when.

    Written down by one line; in force once the other has confirmed it. recorded_by, confirmed_by: ids of posts.
    """

    personal_data = "双线共商的时间、地点、参加人和议定的帮扶措施（经办人手写，可能涉及家庭情况）"

    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="agreements")
    held_on = models.DateField()
    place = models.CharField(max_length=120)
    residence_post_title = models.CharField(max_length=120, blank=True)
    origin_post_title = models.CharField(max_length=120, blank=True)
    participants = models.TextField()
    agreed = models.TextField()
    recorded_line = models.CharField(max_length=10)
    recorded_by = models.BigIntegerField()
    recorded_by_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_by_title = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(recorded_line__in=LINE_CODES), name="agreement_line_known"),
        ]

    @property
    def in_force(self) -> bool:
        """Whether the other line has confirmed it."""
        return self.confirmed_at is not None
