"""工作日历: days on which this project works or rests otherwise than the national calendar says (R2)."""
