"""The record of a visit."""

from django.db import models


class Visit(models.Model):
    """Who went to a household when, for which purposes, and what was found. Amounts in fen.

    members_seen, members_away: ids of persons. tests: {"housing" | "schooling" | "insurance" | "water": true: safe,
    false: not, null: not known}. income: [{"item", "group", "fen", "counted", "note"}] over income_from..income_to;
    self_paid: [{"what", "fen", "vouchers"}]. risks: codes in order, the first is the main one, at most five.
    income_per_head_fen, reference_per_head_fen: null where no income was asked. entered_for: title of the village a
    town clerk entered for. clue, case: ids in slices above, where the visit was for one. Photos, the signature and
    scans are attachments of "visit:<id>".
    """

    personal_data = (
        "入户时间、核查人、在家和外出成员、四项保障、各项收入和支出、负债、风险、签名人、农户意见、结论和理由"
        "（经办人手写，可能涉及家庭情况）"
    )

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="visits")
    purposes = models.JSONField(default=list)
    visited_on = models.DateField()
    began_at = models.TimeField(null=True)
    place = models.CharField(max_length=120, blank=True)
    checkers = models.CharField(max_length=120, blank=True)
    checker_names = models.JSONField(default=list)
    members_seen = models.JSONField(default=list)
    members_away = models.JSONField(default=list)
    members_note = models.TextField(blank=True)
    tests = models.JSONField(default=dict)
    tests_notes = models.JSONField(default=dict)
    income = models.JSONField(default=list)
    income_from = models.DateField(null=True)
    income_to = models.DateField(null=True)
    self_paid = models.JSONField(default=list)
    claims_fen = models.BigIntegerField(default=0)
    debts_fen = models.BigIntegerField(default=0)
    people = models.PositiveSmallIntegerField(null=True)
    income_per_head_fen = models.BigIntegerField(null=True)
    reference_per_head_fen = models.BigIntegerField(null=True)
    house_grade = models.CharField(max_length=1, blank=True)
    water_source = models.CharField(max_length=20, blank=True)
    risks = models.JSONField(default=list)
    labour = models.PositiveSmallIntegerField(null=True)
    conclusion = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    household_opinion = models.TextField(blank=True)
    signed = models.BooleanField(default=False)
    signed_how = models.CharField(max_length=12, blank=True)
    signed_by = models.BigIntegerField(null=True)
    signed_by_name = models.CharField(max_length=60, blank=True)
    entered_for = models.CharField(max_length=120, blank=True)
    clue = models.BigIntegerField(null=True)
    case = models.BigIntegerField(null=True)
    warnings = models.JSONField(default=list)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    post_division = models.CharField(max_length=12, blank=True)
    recorded_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["household", "-visited_on"]),
            models.Index(fields=["case"]),
            models.Index(fields=["clue"]),
        ]
