"""The demonstration county: invented people and what eighteen departments would report about them."""
