"""May this post do that? The matrix is data; slices add which rows (their own permissions.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

MATRIX = Path(__file__).parent / "access_matrix.yaml"


class NotAllowed(Refusal):
    """The post may not do this, or not to this row."""


@dataclass(frozen=True)
class Access:
    """One act of the matrix: its Chinese title and the roles that may."""

    act: str
    title: str
    roles: frozenset[str]


@lru_cache(maxsize=1)
def matrix() -> Mapping[str, Access]:
    """The access matrix by act; raises Refusal where the file is broken."""
    acts = {}
    for act, entry in mapping(read_yaml(MATRIX), MATRIX.name).items():
        place = f"{MATRIX.name} {act}"
        no_others(mapping(entry, place), {"title", "roles"}, place)
        roles = frozenset(required(entry, "roles", place))
        unknown = roles - set(Post.Role.values)
        if unknown:
            raise Refusal(f"角色“{'、'.join(sorted(unknown))}”不认识", place=place, remedy="请对照 Post.Role")
        acts[act] = Access(act, required(entry, "title", place), roles)
    return acts


def may(post: Post | None, act: str) -> bool:
    """Whether the post's role may do the act at all; KeyError for an act that is not in the matrix."""
    return post is not None and post.role in matrix()[act].roles


def require(post: Post | None, act: str) -> Post:
    """The post, when it may; raises NotAllowed otherwise."""
    if post is None or not may(post, act):
        who = post.title if post else "未登录者"
        raise NotAllowed(f"“{who}”不能{matrix()[act].title}", remedy="如确有需要，请联系县专班调整岗位")
    return post
