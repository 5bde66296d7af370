"""The purposes under which fields of the register are sealed; each has a key of its own."""

IDENTITY = "registry.identity"
PHONE = "registry.phone"
