"""Households and people. What changes over time lies in dated, versioned sections; a section row is never edited:
a change ends it and begins the next with row_version + 1, so that a phone can say which version it started from.
"""

from django.db import models


class Section(models.Model):
    """A dated piece of a record: holds from valid_from until valid_to (None: still), known since recorded_at."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Household(models.Model):
    """A household under its permanent number (id). Places, size and stage are the current ones, kept for lists."""

    personal_data = "户主姓名、住址到网格、是否脱贫户、监测状态"

    code = models.CharField(max_length=24, unique=True)
    head_name = models.CharField(max_length=60)
    village = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    residence = models.CharField(max_length=12)
    residence_town = models.CharField(max_length=12)
    grid = models.CharField(max_length=16)
    size = models.PositiveSmallIntegerField()
    formerly_poor = models.BooleanField(default=False)
    lifted_year = models.PositiveSmallIntegerField(null=True)
    stage = models.CharField(max_length=12, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["grid", "id"]),
            models.Index(fields=["residence", "id"]),
            models.Index(fields=["residence_town", "id"]),
            models.Index(fields=["village", "id"]),
            models.Index(fields=["town", "id"]),
            models.Index(fields=["head_name"]),
        ]

    @property
    def relocated(self) -> bool:
        return self.village != self.residence


class Residence(Section):
    """Where a household is registered and where it lives."""

    personal_data = "户籍村、居住地、村民小组、搬迁原因和时间、坐标"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="residences")
    village = models.CharField(max_length=12)
    group_name = models.CharField(max_length=40, blank=True)
    residence = models.CharField(max_length=12)
    grid = models.CharField(max_length=16)
    cause = models.CharField(max_length=20, blank=True)
    moved_on = models.DateField(null=True)
    concentrated = models.BooleanField(null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)


class Living(Section):
    """Production and living conditions."""

    personal_data = "住房、饮水、道路、土地等生产生活条件"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="livings")
    house_grade = models.CharField(max_length=1, blank=True)
    safe_water = models.BooleanField(null=True)
    road = models.CharField(max_length=20, blank=True)
    road_km = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    house_m2 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    farmland_mu = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    forest_mu = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    returned_mu = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    fuel = models.CharField(max_length=20, blank=True)
    toilet = models.BooleanField(null=True)


class Standing(Section):
    """How a household stands in monitoring. Only cases' actions change it; the import brings in what was before."""

    personal_data = "监测对象类别、风险类型、纳入和消除时间"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="standings")
    stage = models.CharField(max_length=12)
    category = models.CharField(max_length=20, blank=True)
    risks = models.JSONField(default=list)
    enrolled_on = models.DateField(null=True)
    eliminated_on = models.DateField(null=True)
    elimination_way = models.CharField(max_length=20, blank=True)
    national_number = models.CharField(max_length=40, blank=True)


class Person(models.Model):
    """A person under a permanent number (id). The identity number is sealed; `identity_index` finds it."""

    personal_data = "姓名、性别、出生日期、民族；证件号码加密保存，以密钥索引查找"

    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, blank=True)
    birth_date = models.DateField(null=True)
    ethnic = models.CharField(max_length=20, blank=True)
    identity_sealed = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True, unique=True)
    identity_given = models.BinaryField(null=True)
    died_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["name"])]


class Membership(Section):
    """A person's place in a household: registered there, or living together with a reason for the difference."""

    personal_data = "与户主关系、是否户籍成员"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    relation = models.CharField(max_length=12)
    kind = models.CharField(max_length=16)
    note = models.CharField(max_length=120, blank=True)


class Condition(Section):
    """A person's schooling, health, labour, work, insurance and contact."""

    personal_data = "政治面貌、文化、健康、劳动能力、务工、参保；电话加密保存"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="conditions")
    political = models.CharField(max_length=12, blank=True)
    education = models.CharField(max_length=12, blank=True)
    schooling = models.CharField(max_length=16, blank=True)
    health = models.CharField(max_length=40, blank=True)
    labour = models.CharField(max_length=16, blank=True)
    work_place = models.CharField(max_length=60, blank=True)
    work_months = models.PositiveSmallIntegerField(null=True)
    medical_insurance = models.CharField(max_length=12, blank=True)
    illness_insurance = models.BooleanField(null=True)
    pension = models.CharField(max_length=12, blank=True)
    subsistence = models.BooleanField(null=True)
    destitute = models.BooleanField(null=True)
    mandarin = models.BooleanField(null=True)
    marriage = models.CharField(max_length=12, blank=True)
    phone_sealed = models.BinaryField(null=True)
