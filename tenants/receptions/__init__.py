"""接待: what customers bring up each day, from the first sentence to the revisit (C2, C3)."""
