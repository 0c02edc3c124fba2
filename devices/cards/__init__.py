"""Card readers and card formats."""
