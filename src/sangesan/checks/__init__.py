"""Checks over the record: what it says that should not be."""
