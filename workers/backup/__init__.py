"""Backups: one consistent dump of all tenants or of one, their files, and a manifest that proves both."""
