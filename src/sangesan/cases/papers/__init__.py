"""The papers of the procedure: one file per form, all of them made from the same record."""
