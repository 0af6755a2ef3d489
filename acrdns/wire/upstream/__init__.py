"""Messages to and from a real resolver, as octets; sockets and clock are `serve.upstream`'s.

In: a client's query that the simulation refused as not its own. Out: the query for the resolver, and the reply for the
client. Read in this order:

- `question`: the question for the resolver, and the query that carries it;
- `answer`: the resolver's response, read as far as a forwarder must;
- `cache`: responses by question, until their TTL ends, bounded in octets;
- `special`: names that never leave (RFC 6303, RFC 6761 and others);
- `passage`: one client's query on its way through simulated names and others.
"""
