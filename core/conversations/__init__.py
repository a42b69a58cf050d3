"""Open questions, buttons that carry values, and talks: what a chat remembers between two events."""
