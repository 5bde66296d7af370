"""Every published figure, defined once: what is counted, over what, in which unit, from which source."""
