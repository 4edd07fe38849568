"""Digests 汇总: what a week, a month and a quarter of complaints add up to, who got it, and what follows (D14, D17)."""
