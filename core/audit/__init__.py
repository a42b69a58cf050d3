"""The audit log: append only, hash-chained, and alive after its actor is gone."""
