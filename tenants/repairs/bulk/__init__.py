"""Many repairs at once: the same checks as one by one, and a result for each of them."""
