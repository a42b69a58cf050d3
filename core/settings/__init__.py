"""What a member sets, and what they say of themselves as a creator."""
