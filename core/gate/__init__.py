"""The cost gate: nothing that costs money runs before its worst case is reserved."""
