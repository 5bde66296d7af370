"""Originals, photos and scans: encrypted, content-addressed."""
