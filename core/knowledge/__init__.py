"""Knowledge: what members told about themselves, theirs to read, correct and delete."""
