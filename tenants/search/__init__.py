"""One box for everything: room, name, initials, phone tail, case number, words."""
