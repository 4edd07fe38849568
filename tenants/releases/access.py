"""Who may do what with a release; who decides is the approvals' matter."""

# 经办: whoever deals with customers may draft what goes out to them.
WRITERS = (
    "steward", "front_desk", "service_supervisor", "complaint_officer", "project_manager", "quality", "brand",
    "information_supervisor", "division_leader",
)  # fmt: skip
