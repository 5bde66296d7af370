"""Warnings before damage: CAP alerts, geohazard points, the patrol tasks they make."""
