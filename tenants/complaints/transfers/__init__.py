"""Complaints that departments of the company receive: handed over to the complaint officer, who takes them up (D1)."""
