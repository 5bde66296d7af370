"""What each post is reminded of: one digest a day of what lies before it, over all slices."""
