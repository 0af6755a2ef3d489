"""A running lab: DNS and HTTPS on the sockets of its vantage points, a command in one of them, orders from outside.

Read in this order:

- `serving/`: DNS and HTTPS on passed sockets, and proxies;
- `lab`: all of it together, for as many vantage points as are attached;
- `plants/`: connected registries, each by its schedule, from its own network;
- `messages`: lines of JSON with descriptors; `control`: orders as messages, and who may give them; `orders`: each;
- `command`: a command in its enclosure; `run`: a lab of its own for it; `join`: one that is up;
- `up`: a lab that stays; `place`: where it is found; `remains`: no file is left of one that was
  killed; `outside`: its vantage points without namespaces.
"""
