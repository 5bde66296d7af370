"""Forms and official papers from plain data: one description, rendered as .docx, PDF and .xlsx."""
