"""Doors of the background: each enters a tenant and calls one action."""
