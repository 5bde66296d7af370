"""Which function makes which feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from sangesan.demo.feeds import dangers, life, possessions, schools, welfare, work
from sangesan.demo.population import County
from sangesan.demo.records import Records

Maker = Callable[[County], Iterator[Records]]

# All but medical_settlement (made month by month) and weather_alert (not a table).
MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "insurance_enrolment": life.insurance,
        "household_income": work.incomes,
        "school_enrolment": schools.enrolment,
        "employment": work.jobs,
        "vehicle": possessions.vehicles,
        "microcredit": possessions.microcredits,
        "real_estate": possessions.real_estate,
        "social_assistance": welfare.assistance,
        "public_payroll": possessions.payroll,
        "disability_certificate": life.disability,
        "house_inspection": possessions.inspections,
        "education_cost": schools.costs,
        "business": possessions.businesses,
        "relocated_household": possessions.relocations,
        "public_post": work.posts,
        "disaster_damage": dangers.disasters,
        "death": life.deaths,
        "serious_illness": life.serious_illness,
        "severe_disorder": life.severe_disorder,
        "child_in_difficulty": welfare.children,
        "petition": welfare.petitions,
        "insurance_claim": welfare.claims,
        "industry_loss": possessions.losses,
        "traffic_accident": dangers.accidents,
        "crime_victim": dangers.crimes,
        "fraud_loss": dangers.frauds,
        "court_enforcement": dangers.courts,
        "water_supply": dangers.water,
        "geohazard": dangers.hazards,
    }
)
