"""工作报表: each day's contacts, told to the head of the department (C4)."""
