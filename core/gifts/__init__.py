"""Credits from one member to another, across platforms; to somebody not yet met they wait."""
