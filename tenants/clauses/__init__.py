"""The regulation on screen: every clause and the records that show how it is kept."""
