"""Double-entry accounts, lots and holds. See README.md for the accounts and the invariants."""
