"""Checking: raw cells against the contract's types. Distinct texts go through the kernel's plain functions."""
