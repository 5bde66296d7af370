"""Whom documents are for: units, posts and seats under one key each, and who signs for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.bulletins.series import DEPARTMENTS, TOWNS
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holders, seats_of
from sangesan.leadership.seats import held_title, seat_kind
from sangesan.leadership.units import departments, towns, unit, unit_of_post

ALL_TOWNS, ALL_DEPARTMENTS = "各镇人民政府", "县级各部门"
SIGNS_FOR_UNIT = {Post.Role.TOWN, Post.Role.VILLAGE, Post.Role.DEPARTMENT}


def expanded(keys: Iterable[str]) -> list[str]:
    """The keys with "towns" and "departments" as all of them, each once. Raises Refusal for a key of nothing."""
    found: dict[str, None] = {}
    for key in keys:
        if key in {TOWNS, DEPARTMENTS}:
            found.update((one.key, None) for one in (towns() if key == TOWNS else departments()))
        else:
            receiver_title(key)
            found[key] = None
    return list(found)


def receiver_title(key: str) -> str:
    """高桥镇, 医疗保障局, 县纪委监委联络员; raises Refusal for a key of nothing."""
    kind, _, rest = key.partition(":")
    if kind == "seat":
        code, _, scope = rest.partition(":")
        return held_title(seat_kind(code).code, scope)
    if kind == "post":
        post = Post.objects.filter(pk=int(rest)).first() if rest.isdecimal() else None
        if post is None:
            raise Refusal("没有这个岗位", place="主送", remedy="请从列出的单位中选择")
        return post.title
    return unit(key).title


def in_words(keys: Sequence[str]) -> str:
    """The addressees as a document names them: 各镇人民政府，县级各部门; all towns are one word."""
    given, words = set(keys), []
    for every, word in ((towns(), ALL_TOWNS), (departments(), ALL_DEPARTMENTS)):
        codes = {one.key for one in every}
        if codes and codes <= given:
            words.append(word)
            given -= codes
    named = [receiver_title(key) for key in keys if key in given]
    return "，".join([*words, "、".join(named)] if named else words)


def keys_of(post: Post, on: date) -> list[str]:
    """The keys under which a post receives documents: its unit's, its own, those of the seats it holds."""
    keys = [f"post:{post.pk}"]
    if post.role in SIGNS_FOR_UNIT and (own := unit_of_post(post)) is not None:
        keys.append(own.key)
    keys += [f"seat:{held.seat}:{held.scope}" if held.scope else f"seat:{held.seat}" for held in seats_of(post, on=on)]
    return keys


def posts_behind(keys: Iterable[str], on: date) -> list[Post]:
    """The posts that can sign for documents to those keys on a day."""
    codes: defaultdict[str, set[str]] = defaultdict(set)
    found: dict[int, Post] = {}
    for key in keys:
        kind, _, code = key.partition(":")
        codes[kind].add(code)
        if kind == "seat":
            seat, _, scope = code.partition(":")
            found.update((post.pk, post) for post in holders(seat, scope, on=on))
    of_units = (
        Q(role=Post.Role.TOWN, division__in=codes["town"])
        | Q(role=Post.Role.VILLAGE, division__in=codes["village"])
        | Q(role=Post.Role.DEPARTMENT, department__in=codes["department"])
        | Q(pk__in=[int(code) for code in codes["post"]])
    )
    found.update((post.pk, post) for post in holding(on).filter(of_units))
    return list(found.values())
