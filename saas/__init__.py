"""The kernel: tenancy, identity, approvals, policy, events. It knows no tenant domain."""
