"""A process whose network is that of a vantage point, made without touching the machine.

In: a topology, a vantage point, a command. Out: listening sockets at the simulated addresses, and the command's status.
Read in this order:

- `surroundings`: what a client at a vantage point has around it: DNS servers, endpoints in reach, its own addresses;
- `kernel`: the calls of Linux that Python 3.11 has no function for;
- `routing`: addresses and routes of the loopback interface, by rtnetlink;
- `files`: what is bound over the machine's files, for the command alone;
- `builder`, `init`: the processes that make all this and run the command in it; `enclosure`: how the lab sees them.
"""
