"""Addresses and sockets to listen on.

In: the texts of `--listen` and `--user`, or sockets that systemd passes on. Out: `BoundSockets`. Read in this order:

- `addresses`: which vantage point gets which address;
- `sockets`: binds the UDP sockets of all workers and the TCP socket of an address;
- `activation`: takes sockets that a service manager has bound;
- `privileges`: gives root up once everything is bound.
"""
