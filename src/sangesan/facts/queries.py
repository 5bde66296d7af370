"""A query as named parts, written out once."""

from dataclasses import dataclass, field

from sangesan.facts.rendering import to_sql
from sangesan.facts.syntax import TRUE, Node


def quoted(name: str) -> str:
    """A column or table name as an identifier."""
    return '"' + name.replace('"', "") + '"'


@dataclass(frozen=True)
class Select:
    """SELECT columns FROM source joins WHERE where GROUP BY group; columns are (expression, name)."""

    columns: tuple[tuple[str, str], ...]
    source: str
    joins: tuple[str, ...] = ()
    where: tuple[Node, ...] = ()
    group: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """The query as SQL."""
        parts = ["SELECT", ", ".join(f"{what} AS {quoted(name)}" for what, name in self.columns), "FROM", self.source]
        parts.extend(self.joins)
        kept = [to_sql(tree) for tree in self.where if tree != TRUE]
        if kept:
            parts.append("WHERE " + " AND ".join(f"({text})" for text in kept))
        if self.group:
            parts.append("GROUP BY " + ", ".join(self.group))
        return " ".join(parts)


@dataclass(frozen=True)
class Ready:
    """A query that is already text."""

    words: str

    def text(self) -> str:
        """The text as it is."""
        return self.words
