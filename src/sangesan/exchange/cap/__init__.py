"""Alerts of the Common Alerting Protocol (CAP 1.2, also 1.1): one parser for the feed of records and for the alerts."""
