"""Word to people: in the system, and by gateways outside with counts and a link only; a log of what was delivered."""
