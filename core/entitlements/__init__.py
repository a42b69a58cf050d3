"""What a member's plan allows. Written when a plan changes, read by everybody."""
