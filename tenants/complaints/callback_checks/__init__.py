"""The plan of callbacks, and the check of each by somebody else (D17)."""
