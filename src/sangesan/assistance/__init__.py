"""Needs ("what is missing"), measures that supply it, their deliveries, and requests to the county."""
