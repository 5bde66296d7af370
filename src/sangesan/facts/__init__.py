"""Facts: one named figure about a person, household or division on a day, defined once, compiled for several engines."""
