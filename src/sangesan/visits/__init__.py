"""Visits to households, whatever their purpose: one record, so that nobody is visited twice for one question."""
