"""三个三: a county's rapid detection and response against relapse into poverty."""
