"""What each department would report, one module for each kind of matter."""
