"""The local mailbox of a demo or development machine: what the catcher received, kept as files, shown in a browser."""
