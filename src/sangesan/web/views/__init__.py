"""Views, one module per subject; each carries a guard of `web.guards`."""
