"""What the service costs and brings, beside its goals: on request, by the day, week and month, and as an alarm."""
