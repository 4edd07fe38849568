"""Responsibilities: who answers for a delay or a loss, and what followed (D15)."""
