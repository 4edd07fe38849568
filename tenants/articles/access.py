"""Who writes articles, and who takes them out of use; everybody reads them (C8)."""

AUTHORS = ("steward", "front_desk", "service_supervisor", "project_manager", "quality")
KEEPERS = ("service_supervisor", "project_manager")
CHAIN = "article"
CURRENT = "articles.current"
