"""信息发布: everything that goes out to customers, each through its approval chain (H1)."""
