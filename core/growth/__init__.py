"""What growth is, as far as it can be known, and what is likely. Pure functions of readings."""
