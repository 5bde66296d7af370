"""Exchange: what departments deliver, how it is checked, attached to people and kept."""
