"""Photos: made harmless and small before they are kept with the record that they show."""

from saas.pictures.decoding import Picture, tidy

__all__ = ["Picture", "tidy"]
