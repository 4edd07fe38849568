"""Who may do what with the dossiers (B10); checked by the routes, and by the actions that give out personal data."""

READ = (
    "steward", "front_desk", "service_supervisor", "project_manager", "division_leader", "general_manager",
    "quality", "complaint_officer",
)  # fmt: skip
WRITE = ("steward", "front_desk", "service_supervisor", "project_manager")
REVEAL = ("steward", "front_desk", "service_supervisor", "project_manager")
EXPORT = ("steward", "service_supervisor", "project_manager")
EXPORT_FULL = ("project_manager",)
IMPORT = ("steward", "front_desk", "service_supervisor", "project_manager")
