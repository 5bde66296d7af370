"""How the system is set up: settings, URLs and the WSGI entry."""
