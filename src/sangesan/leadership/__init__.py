"""Who holds which seat of the chain, and what was given down it."""
