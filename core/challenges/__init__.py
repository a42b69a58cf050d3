"""Growth challenges: coins at stake on what a member does, settled from verified public metrics."""
