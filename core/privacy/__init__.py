"""What is held on a member, a copy of it, and the way out."""
