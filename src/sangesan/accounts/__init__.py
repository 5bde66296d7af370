"""Users, posts and their terms of office, reach, access matrix."""
