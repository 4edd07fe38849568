"""The pages of identity; all run outside every tenant."""
