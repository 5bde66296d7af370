"""How towns, departments and teams are judged; merit and accountability."""
