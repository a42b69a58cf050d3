"""Tracked links: a short code that leads somewhere else, and the visits it got."""
