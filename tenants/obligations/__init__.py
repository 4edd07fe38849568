"""Duties with a date: reminders, today's work, and how the regulation is kept (R2, D7)."""
