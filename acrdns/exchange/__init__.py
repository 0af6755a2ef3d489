"""Importers and exporters: one a file."""
