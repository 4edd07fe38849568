"""Exemptions from the callback: a public letter for many, or a reply was all that was asked for (D12)."""
