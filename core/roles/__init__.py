"""What somebody may do beyond being a member; granted for the service or for one space."""
