"""服务资料: what is said to customers, written once, approved, kept current (C8)."""
