"""Who records contacts and who reads them."""

from tenants.customers.access import READ

WRITE = (
    "steward", "front_desk", "service_supervisor", "project_manager", "engineering_supervisor", "complaint_officer",
    "quality",
)  # fmt: skip
SHOW = (*READ, "engineering_supervisor")
