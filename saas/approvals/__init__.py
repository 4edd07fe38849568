"""Approvals: a chain from the pack, decided step by step, bound to version and content (A3, H2, H3)."""
