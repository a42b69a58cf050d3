"""Members, their identities on platforms, their settings, and what they say of themselves as creators."""
