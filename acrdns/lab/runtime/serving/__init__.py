"""Servers on the sockets of one vantage point.

- `dns`: a child process that answers DNS on passed sockets; `dns_process` is its program;
- `https`: the ASGI application on passed sockets, each with the certificate that Azure has at that endpoint;
- `proxy`: a CONNECT proxy, for a vantage point without a namespace.
"""
