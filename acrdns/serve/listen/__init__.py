"""Addresses, sockets, socket activation and privileges."""
