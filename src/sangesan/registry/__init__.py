"""Households and people: who they are, where they live, how they stand."""
