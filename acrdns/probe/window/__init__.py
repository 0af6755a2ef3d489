"""Keep many questions to one resolver under way at once.

In: questions. Out: a `Reading` for each, through a callback. Read in this order:

- `flight`: one question under way, and one server with its queue and send window;
- `window`: decides what to send, and what becomes of a question; without sockets and clocks;
- `stream`: one TCP connection;
- `sockets`: carries out what `window` decides, over UDP and TCP.
"""
