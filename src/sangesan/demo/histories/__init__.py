"""What lies behind each monitored household of the demonstration: its whole way through the procedure, and cases under way."""
