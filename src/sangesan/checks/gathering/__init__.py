"""Facts and proofs of each kind of subject, from the record, for the whole county at once."""
