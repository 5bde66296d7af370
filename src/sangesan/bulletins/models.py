"""Official documents: drafted, signed, issued under a number, read."""
