"""What is due: one table behind one index carries all that time or a retry does."""
