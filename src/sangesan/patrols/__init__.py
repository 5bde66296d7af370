"""Patrol rounds by grid: who is to be visited first, what was found, what is left."""
