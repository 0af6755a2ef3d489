"""A running lab: DNS and HTTPS on the sockets of its vantage points, a command in one of them, orders from outside.

Read in this order:

- `dns`: a child process that answers DNS on passed sockets; `dns_process` is its program;
- `https`: the ASGI application on passed sockets, each with the certificate that Azure has at that endpoint;
- `lab`: all of it together, for as many vantage points as are attached;
- `control`: orders at a socket, one JSON object a line, and who may give them;
- `run`: `lab run` and `lab shell`, from the enclosure to the command's exit code.
"""
