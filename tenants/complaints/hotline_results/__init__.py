"""Complaints of the company hotline: the result goes to quality, who calls back itself (D16)."""
