"""One folder is one slice is one business noun."""
