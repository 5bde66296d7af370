"""The county's tasks: plan, progress, owner, lag."""
