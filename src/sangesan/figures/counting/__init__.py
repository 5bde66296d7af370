"""How each figure of the catalogue is counted: one module for each group of records, each a few queries for the county."""
