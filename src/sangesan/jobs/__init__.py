"""Background and periodic work: once per (job, period), with progress, stoppable, repeatable."""
