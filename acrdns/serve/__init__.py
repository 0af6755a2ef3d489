"""Serve a topology, zone files or both over UDP and TCP: `acrdns serve`.

In: `Options`. Out: answers on sockets, until a signal ends the server. Read in this order:

- `server`: the parent process: binds, forks workers, answers TCP, reloads;
- `options`, `sources`: what is asked for, and the files that are served, loaded into a `ServingState`;
- `service`: what answers at one address, and `PassesOn`, which asks upstream;
- `bindings`, `listen`: which vantage point has which sockets;
- `processes`, `reload`: workers that are forked, watched and replaced; files that are watched and loaded again;
- `udp`: what a worker does; `tcp`: what the parent does; `upstream`: names that are not simulated;
- `secondaries`: serials, journal and NOTIFY for zone transfers; `observe`: query log, metrics and readiness.
"""
