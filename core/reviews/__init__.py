"""What a person decides: cases with a deadline and a default, and one queue for all of them."""
