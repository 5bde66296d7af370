"""Draws that anyone can repeat."""
