"""A year of the economy before it happens: named behaviours, the product's own rules, one seed."""
