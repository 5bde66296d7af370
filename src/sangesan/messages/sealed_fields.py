"""The purposes under which what leads outside is sealed; each has a key of its own."""

ADDRESS = "messages.address"
TARGET = "messages.target"
