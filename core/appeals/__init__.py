"""After a verdict: the evidence judged again, staff who look at it, and feedback."""
