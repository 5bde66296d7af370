"""Law as data: dated parameters with their sources, terms, code lists. Plain Python."""
