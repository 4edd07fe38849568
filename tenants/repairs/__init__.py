"""报修: work orders from the call to the callback, with fees, signatures and the month's register (E1–E6)."""
