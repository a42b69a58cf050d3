"""What a challenge promises, how it is judged, and what may become of it. Pure: nothing here reads or writes."""
