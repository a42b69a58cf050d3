"""The web: hooks, redirects, signed links, health and numbers. Server-rendered, without scripts."""
