"""PostgreSQL: when one machine is not enough. Ordinary transactions on a pool of psycopg threads."""

from adapters.postgres.database import PostgresDatabase

__all__ = ["PostgresDatabase"]
