"""The live board: every clause × every project, measured from the working records and carried to the head office."""
