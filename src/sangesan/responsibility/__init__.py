"""Who answers for a household: line (origin, residence) x duty (find, assist) x role (lead, support), since when."""
