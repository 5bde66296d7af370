"""The purpose under which a shown secret is sealed until both offices have shown theirs."""

SECRET = "draws.secret"  # noqa: S105  the name of a purpose
