"""Configurations of secondary servers: one program a file."""
