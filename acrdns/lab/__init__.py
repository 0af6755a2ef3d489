"""The data plane: registries that real clients log in to, pull from and push to, from a network of the topology.

In: a topology, a vantage point, a command. Out: the command's exit code, and what the command saw. Read in this order:

- `clock`: the lab's clock, `now()` in seconds, which links, tokens, schedules and messages go by;
- `sites`: which endpoint of which registry has an address;
- `plants`: connected registries, their tokens and connection strings; `condition`: activation, state, reason;
- `storage`: blobs, manifests and tags on disk; `state`: `LabState`, which all applications share;
- `registry_api`, `data_endpoint`, `management`: one ASGI application, `registry_api.app(lab: LabState)`;
- `connected`: the side of a connected registry that stands on premises: how it syncs with its parent;
- `exfiltrate`: allow-lists that let layers leave, and those that do not;
- `authority`: the certificates, with the names that Azure's have;
- `namespace`: a process whose network is that of the vantage point; it hands out listening sockets;
- `runtime`: serves the application and DNS on these sockets, runs the command, and takes orders at a control socket.

The application reads three things of an ASGI scope: `server`, the address and port that were asked; `client`, the
address that the endpoint sees; and `vantage`, the vantage point that the connection comes from. An address alone says
too little: networks that are not peered may use the same ones.
"""
