"""The command line: `sangesan …`. Each command calls an action or a query and prints what it gives."""
