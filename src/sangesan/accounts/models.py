"""People who log in, and the posts they hold."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes users; the password is hashed with Argon2."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who logs in. What one may do comes from one's post, never from the user."""

    personal_data = "用户名、姓名、口令的单向散列、最近登录时间"

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    def get_full_name(self) -> str:
        return self.name


class Post(models.Model):
    """A role over a division, a grid or a department, held by a user for a term.

    A post without a user is the system's own: machine acts run under it and the matrix lists them.
    """

    personal_data = "谁在什么时候担任什么职务"

    class Role(models.TextChoices):
        COUNTY = "county", "县级专班"
        TOWN = "town", "镇级"
        VILLAGE = "village", "村（社区）"
        GRID = "grid", "网格员"
        DEPARTMENT = "department", "行业部门"
        INSPECTOR = "inspector", "督查组"
        SYSTEM = "system", "系统"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", null=True)
    role = models.CharField(max_length=12, choices=Role)
    title = models.CharField(max_length=120)
    division = models.CharField(max_length=12, blank=True)
    grid = models.CharField(max_length=16, blank=True)
    department = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["role", "division"]), models.Index(fields=["grid"])]

    def held_on(self, day: date) -> bool:
        """Whether the term of office covers the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
