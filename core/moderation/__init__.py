"""What staff do: roles, looking at a member, reading the audit log."""
