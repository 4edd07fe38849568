"""The promises in numbers, measured on throw-away clusters with the real web server; nothing here is the product."""
