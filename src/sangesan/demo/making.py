"""Puts the county together: places, households, people."""

from __future__ import annotations

from sangesan.demo.facts_of_county import load_facts
from sangesan.demo.geography import lay_out
from sangesan.demo.households import make_households
from sangesan.demo.people import make_people
from sangesan.demo.population import County
from sangesan.demo.standing_fits import fit_labour, in_known_month


def make_county(scale: float, seed: int) -> County:
    """The county at that scale; the same seed makes the same county."""
    facts = load_facts(scale)
    places = lay_out(facts, seed)
    households = make_households(facts, seed, places)
    people = make_people(facts, seed, households)
    fit_labour(households, people)
    in_known_month(facts, places, households)
    return County(facts=facts, seed=seed, places=places, households=households, people=people)
