"""County, town, village, community and grid; codes change over time."""
