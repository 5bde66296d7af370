"""Measures the engine beside the same rules written by hand."""
