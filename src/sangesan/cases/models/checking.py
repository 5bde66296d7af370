"""What checking gathers: promise and authorisation of every adult, the comparison of data, attempts to reach people."""

from django.db import models

from sangesan.cases.models.case import Case


class Authorisation(models.Model):
    """An adult's promise and authorisation. way: finger, fingerprint, link (away working) or paper (photographed)."""

    personal_data = "谁在什么时候以什么方式承诺授权；代写人和宣读情况"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="authorisations")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=12)
    written_by = models.CharField(max_length=60, blank=True)
    read_out = models.BooleanField(default=False)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    post_title = models.CharField(max_length=120)
    paper = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "person"], name="authorised_once_per_round"),
            models.CheckConstraint(
                condition=models.Q(way__in=["finger", "fingerprint", "link", "paper"]), name="authorisation_way_known"
            ),
        ]


class Invitation(models.Model):
    """A one-time link for an adult away working. Only the token's digest is kept."""

    personal_data = "受邀成员编号；链接口令的摘要"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="invitations")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    post_title = models.CharField(max_length=120)


class Comparison(models.Model):
    """What departments' data say of flats, cars, companies and payroll of the members, as of a day."""

    personal_data = "比对日期和数据截止情况"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comparisons")
    round = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    returned_at = models.DateTimeField()
    sources = models.JSONField(default=list)
    post_title = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="compared_once_per_round")]


class ComparisonHit(models.Model):
    """One thing that must be explained, never a reason to say no by itself. delivery, row_no: where it stands."""

    personal_data = "成员名下的房产、车辆、企业、财政供养情况及说明"

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="hits")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    sentence = models.CharField(max_length=300)
    department = models.CharField(max_length=40)
    delivery = models.BigIntegerField()
    row_no = models.IntegerField()
    explanation = models.CharField(max_length=300, blank=True)
    explained_by = models.CharField(max_length=120, blank=True)
    explained_at = models.DateTimeField(null=True)


class Attempt(models.Model):
    """An attempt to reach somebody: when, how, whom, with what result."""

    personal_data = "联系谁、怎样联系、结果"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attempts")
    round = models.PositiveSmallIntegerField()
    on = models.DateField()
    how = models.CharField(max_length=60)
    whom = models.CharField(max_length=60)
    result = models.CharField(max_length=200)
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
