"""Wire format: from a packet to a reply. The only package that imports dnslib.

In: the octets of a packet, its client, and a function that answers questions. Out: a `Reply`, or a question for
upstream. The time, secrets and buckets are arguments. Read in this order:

- `message/`: `query` and `edns` read, `reply` and `pack` write, `compress` compresses names;
- `responder`: one packet resolved, from octets to octets; `shapes` remembers how queries were read;
- `answering`: the order of the three ways to a reply: remembered, learnt, resolved;
- `remembered/`: the `cache` of replies; `learnt`, which fills what one query has shown into a `template`;
- `clients/`: who may ask, and as which network: `allowed`, `subnet`, `cookie`, `ratelimit`;
- `transfer/`: `access` says who may have which zone, `messages` are AXFR and IXFR; `notify`, `tsig`, `keyfile`;
- `upstream/`: questions that are not simulated: their `passage` to a real resolver and back, and a `cache`.
"""
