"""Sockets that answer: UDP, TCP, workers, reload, the query log."""
