"""Growth challenges up to their end: picked, drawn up, staked on, looked at, left."""
