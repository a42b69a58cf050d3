"""What stands in where no key is set: no network, and every word of it says so."""
