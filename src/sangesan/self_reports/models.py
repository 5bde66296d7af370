"""Households' own reports, what supervision and the upper platform send, posters, and what keeps floods off."""

from django.db import models
from django.db.models import Q

from sangesan.self_reports.domain import State, Way


class Report(models.Model):
    """One report. What was typed lies in content_sealed (contents.py); nothing of it stands here in the clear.

    receipt: what the reporter keeps; key: of the sent form and its content, so that the same form twice is one report;
    division, town, grid: whose it is now (of the household once it is attached); chosen: the place as chosen in the form;
    candidates: household numbers for a person to choose from; joined: its clue was there before; confirmed_on: since when
    it is sure that the household itself, or somebody for it, reported; answer: a code of domain.ANSWERS; post: of the
    person who took it down, null where nobody did; identity_index: null where a clerk was told no number; finding: of
    domain.Finding, what was found on looked_on where no household was in the register, look_sealed: by whom, and words.
    """

    personal_data = "申报人姓名、电话、身份证号、困难情况、代报人（加密保存）；所涉户、风险类型、办理状态"

    receipt = models.CharField(max_length=10, unique=True)
    key = models.UUIDField(null=True, unique=True)
    way = models.CharField(max_length=8)
    state = models.CharField(max_length=12, default=State.NEW)
    risk = models.CharField(max_length=8)
    division = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    grid = models.CharField(max_length=16, blank=True)
    chosen = models.CharField(max_length=16)
    content_sealed = models.BinaryField()
    identity_index = models.BinaryField(null=True)
    child = models.BooleanField(default=False)
    household = models.ForeignKey(
        "registry.Household", on_delete=models.PROTECT, null=True, related_name="self_reports"
    )
    candidates = models.JSONField(default=list)
    clue = models.ForeignKey("clues.Clue", on_delete=models.PROTECT, null=True, related_name="self_reports")
    joined = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    received_on = models.DateField()
    due_on = models.DateField()
    sent_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    answer = models.CharField(max_length=16, blank=True)
    answered_on = models.DateField(null=True)
    note_sealed = models.BinaryField(null=True)
    review_asked_on = models.DateField(null=True)
    looked_on = models.DateField(null=True)
    finding = models.CharField(max_length=12, blank=True)
    look_sealed = models.BinaryField(null=True)
    post = models.BigIntegerField(null=True)
    post_title = models.CharField(max_length=120, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"]),
            models.Index(fields=["town", "state", "id"]),
            models.Index(fields=["division", "state", "id"]),
            models.Index(fields=["grid", "id"]),
            models.Index(fields=["identity_index"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[str(s) for s in State]), name="self_report_state_known"),
            models.CheckConstraint(condition=Q(way__in=[str(w) for w in Way]), name="self_report_way_known"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(household__isnull=False, clue__isnull=False),
                name="self_report_sent_has_clue",
            ),
        ]


class Draft(models.Model):
    """A recording that came with a form which was not in order: kept a day under a token that only the form knows."""

    personal_data = "申报人的录音（加密存放），未提交成功的一天后删除"

    token_digest = models.CharField(max_length=64, unique=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    content_type = models.CharField(max_length=100)
    made_at = models.DateTimeField()


class Tally(models.Model):
    """How often somebody did something until an hour. who: a keyed index of an address, phone, village or receipt.

    rounds: how many times in a row the count was used up; the wait doubles with it.
    """

    personal_data = "网络地址、电话号码的密钥散列（不能还原），到期清除"

    what = models.CharField(max_length=16)
    who = models.BinaryField()
    count = models.PositiveIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "who"], name="tally_once")]
        indexes = [models.Index(fields=["until"])]


class Poster(models.Model):
    """A village's public address for reports, as its poster's QR code carries it. phone: the village's office, public."""

    personal_data = "村办公电话（公开的）"

    token = models.CharField(max_length=12, unique=True)
    village = models.CharField(max_length=12, unique=True)
    phone = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()


class Ticket(models.Model):
    """Something that supervision or the upper platform sent: a backstop to the three lines, with an answer due.

    number: the sender's own, unique within its kind; text and people are sealed; file_name, row_no: of an imported list.
    """

    personal_data = "来件人或所涉户的姓名、身份证号、情况、答复（加密保存）；所涉户、风险类型"

    class Kind(models.TextChoices):
        PETITION = "petition", "信访"
        HOTLINE_12345 = "hotline_12345", "12345热线"
        HOTLINE_12317 = "hotline_12317", "12317热线"
        MEDIA = "media", "媒体舆情"
        INSPECTION = "inspection", "督查发现"
        PLATFORM = "platform", "上级平台下发"

    kind = models.CharField(max_length=16, choices=Kind)
    number = models.CharField(max_length=60)
    risk = models.CharField(max_length=8)
    division = models.CharField(max_length=12)
    town = models.CharField(max_length=12, blank=True)
    content_sealed = models.BinaryField()
    identity_index = models.BinaryField(null=True)
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, null=True, related_name="tickets")
    candidates = models.JSONField(default=list)
    clue = models.ForeignKey("clues.Clue", on_delete=models.PROTECT, null=True, related_name="tickets")
    received_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    answer_sealed = models.BinaryField(null=True)
    file_name = models.CharField(max_length=200, blank=True)
    row_no = models.PositiveIntegerField(null=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="ticket_number_once")]
        indexes = [
            models.Index(fields=["answered_on", "due_on", "id"]),
            models.Index(fields=["town", "id"]),
            models.Index(fields=["division", "id"]),
        ]
