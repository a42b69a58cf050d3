"""What every member costs and brings, to the nano-dollar, month by month."""
