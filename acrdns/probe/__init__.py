"""Sockets that ask: dnspython, observations, and resolvers asked for many names at once."""
