"""One complaint as its page shows it: clocks, facts, clauses, and what this person may do next."""

from tenants.complaints.course.bar import bar, late_tag
from tenants.complaints.course.facts import Facts, asked, facts, letters
from tenants.complaints.course.marks import clause_marks
from tenants.complaints.course.steps import Next, decides, next_steps

__all__ = ["Facts", "Next", "asked", "bar", "clause_marks", "decides", "facts", "late_tag", "letters", "next_steps"]
