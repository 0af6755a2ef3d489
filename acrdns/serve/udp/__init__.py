"""One worker's UDP: from a datagram to the reply that is sent.

In: bound sockets and what is served on them. Out: replies, counts, and notes for the query log. Read in this order:

- `worker`: what a worker process is given, and the sockets it answers on;
- `loop`: sockets read and written by batches; replies that are remembered or learnt are written in place;
- `gate`: everything else: who may ask, how often, resolving, what goes upstream, counting;
- `datagrams`: a socket and its service; the loop for systems without recvmmsg;
- `mmsg`: recvmmsg and sendmmsg over buffers that are made once.
"""
