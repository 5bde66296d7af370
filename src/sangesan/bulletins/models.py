"""Official documents: what was drafted, every edit, who signed, the number under which it was issued, who read it.

An issued document never changes: what was wrong in it is put right by another one that names its number.
"""

from django.db import models
from django.db.models import F, Q


class Document(models.Model):
    """One document. year and number: null until issued, and then for ever.

    origin: what it was drafted from ("inspection:3", "month:2022-09"), one living document each. sealed: {"parts",
    "annexes", "copies", "main_words"} as it stands now; version: of the text, one more with each edit; edited: by
    hand since it was drafted. secret, urgent: degrees as printed. corrects: the issued one that it puts right.
    """

    personal_data = "公文标题；正文加密存放（不写户名、证件号和电话；问责、表扬类可能写明干部）；起草、印发的岗位"

    class State(models.TextChoices):
        DRAFTED = "drafted", "起草中"
        SIGNED = "signed", "已签发"
        ISSUED = "issued", "已印发"
        WITHDRAWN = "withdrawn", "已撤销"

    series = models.CharField(max_length=40)
    year = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFTED)
    origin = models.CharField(max_length=80)
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    edited = models.BooleanField(default=False)
    secret = models.CharField(max_length=20, blank=True)
    urgent = models.CharField(max_length=20, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    drafted_by = models.BigIntegerField()
    drafted_by_title = models.CharField(max_length=120)
    drafted_at = models.DateTimeField()
    issued_on = models.DateField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.BigIntegerField(null=True)
    issued_by_title = models.CharField(max_length=120, blank=True)
    read_by_day = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_title = models.CharField(max_length=120, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="bulletin_number_once"),
            models.UniqueConstraint(
                fields=["origin"], condition=~Q(state="withdrawn"), name="bulletin_one_living_per_origin"
            ),
            models.CheckConstraint(
                condition=Q(number=None, year=None, issued_on=None)
                | Q(number__gte=1, year__isnull=False, issued_on__isnull=False, state__in=["issued", "withdrawn"]),
                name="bulletin_number_when_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(number__isnull=False), name="bulletin_issued_numbered"
            ),
        ]
        indexes = [models.Index(fields=["series", "state", "id"]), models.Index(fields=["state", "id"])]


class Counter(models.Model):
    """The last number of a series in a year. start: numbers up to it were issued outside this system."""

    personal_data = "无"

    series = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)
    start = models.PositiveIntegerField(default=0)
    start_document = models.CharField(max_length=200, blank=True)
    started_by_title = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="bulletin_one_counter"),
            models.CheckConstraint(condition=Q(last__gte=F("start")), name="bulletin_counter_forward"),
        ]


class Version(models.Model):
    """The text as it was drafted, redrafted or edited: all of them are kept."""

    personal_data = "公文正文（加密存放）；起草、修改的岗位"

    class Kind(models.TextChoices):
        DRAFT = "draft", "起草"
        EDIT = "edit", "修改"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    serial = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    sealed = models.BinaryField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "serial"], name="bulletin_version_once")]


class Signature(models.Model):
    """A seat signed a version. undone_at: the document was sent back before it was issued; the row stays."""

    personal_data = "哪个岗位以什么职务何时签发"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    seat = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "seat"], condition=Q(undone_at=None), name="bulletin_signed_once"
            )
        ]


class Addressee(models.Model):
    """Whom a document is for: a unit ("town:…"), a post ("post:12") or whoever holds a seat ("seat:discipline_liaison").

    copy: for information, not to be signed for. read_at: when it signed for the document, once for the whole unit.
    """

    personal_data = "哪个单位的哪个岗位何时签收"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="addressees")
    key = models.CharField(max_length=60)
    copy = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    read_by = models.BigIntegerField(null=True)
    read_by_title = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="bulletin_addressed_once")]
        indexes = [models.Index(fields=["key", "read_at"])]
