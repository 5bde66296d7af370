"""The rhythm: weekly statistics, monthly bulletin, quarterly meeting."""
