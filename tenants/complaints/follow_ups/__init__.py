"""Follow-ups: what a callback raised that could not be answered at once, promised for a day, and answered (D11)."""
