"""What came in: each event is stored before it is acknowledged, applied once, and redone after a crash."""
