"""Rules over facts: what hits whom and why, in runs that can be repeated to the same digest."""
