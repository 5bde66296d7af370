"""Draws with their fixed pools, and the offices' commitments. Nothing is drawn again: a void draw stays, with who failed."""

from django.db import models
from django.db.models import Q


class Draw(models.Model):
    """One draw. number: of all draws, from 1. pool: [[code, weight, stratum], ...], fixed with its digest before any secret.

    salt: only where the pool stays hidden (secret_until, released_at). commit_by, reveal_by: until when the offices hand in
    and show. owed, missing: what was not done in time and by which offices, on a void draw. after: the void draw whose
    pool is drawn from anew.
    """

    personal_data = "无（抽取的是村、项目等对象的代码）"

    number = models.PositiveIntegerField(unique=True)
    purpose = models.CharField(max_length=40)
    period = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    method = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    salt = models.CharField(max_length=64, blank=True)
    pool = models.JSONField()
    pool_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default="open")
    commit_by = models.DateTimeField()
    reveal_by = models.DateTimeField()
    secret_until = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    seed = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True)
    owed = models.CharField(max_length=8, blank=True)
    missing = models.JSONField(default=list)
    after = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="again")
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    fixed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "period"], condition=~Q(state="void"), name="draw_once_a_period"
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "done", "void"]), name="draw_state_known"),
            models.CheckConstraint(
                condition=(Q(state="done") & ~Q(seed="") & Q(result__isnull=False))
                | (~Q(state="done") & Q(seed="") & Q(result=None)),
                name="draw_result_when_done",
            ),
        ]
        indexes = [models.Index(fields=["state", "commit_by"]), models.Index(fields=["purpose", "number"])]


class Commitment(models.Model):
    """An office's digest of its secret. Handed in ahead (draw None) it waits for the draw of its purpose and period.

    sealed: the secret once it is shown, readable only after both are; secret: in the clear from then on.
    """

    personal_data = "哪个办公室的哪个岗位何时交存、公开密数"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="commitments")
    purpose = models.CharField(max_length=40)
    period = models.CharField(max_length=40)
    office = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    ahead = models.BooleanField(default=False)
    committed_at = models.DateTimeField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    sealed = models.BinaryField(null=True)
    secret = models.CharField(max_length=64, blank=True)
    revealed_at = models.DateTimeField(null=True)
    revealed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "office"], name="draw_one_commitment_an_office"),
            models.UniqueConstraint(
                fields=["purpose", "period", "office"], condition=Q(draw=None), name="draw_one_commitment_ahead"
            ),
        ]
