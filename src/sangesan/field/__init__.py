"""The phone app and its sync: the worker's own grid down, submissions up, conflicts settled by a person."""
