"""Blue, yellow and red sheets, look-backs, hand-over."""
