"""收费标准: what things cost, version by version, approved and displayed to customers (C8)."""
