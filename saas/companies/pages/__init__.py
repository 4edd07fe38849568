"""The pages of the operator, of the head office, and of a tenant's members."""
