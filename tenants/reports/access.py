"""Who reads, writes and publishes the quarterly report; who decides is the approvals' matter."""

READERS = (
    "steward", "front_desk", "service_supervisor", "project_manager", "engineering_supervisor", "division_leader",
    "general_manager", "quality", "finance", "complaint_officer", "brand", "information_supervisor",
)  # fmt: skip
WRITERS = ("service_supervisor", "project_manager")
PUBLISHERS = ("service_supervisor", "project_manager")
EXCUSERS = ("project_manager",)
"""Who may say why a report goes out without the owners' committee."""
