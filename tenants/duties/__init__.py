"""规程日历: what each periodic clause asks for by when, generated ahead, reminded of, judged by the records (R2)."""
