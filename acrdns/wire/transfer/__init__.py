"""Zone transfers: AXFR (RFC 5936), IXFR (RFC 1995), NOTIFY (RFC 1996), TSIG (RFC 8945).

In: a query and the histories of zones. Out: messages, made while they are sent. Read in this order:

- `access`: who may have which zone, and the reply to everybody else;
- `messages`: the streams of AXFR and IXFR;
- `tsig`: signatures judged and made, by dnspython; `keyfile` reads keys;
- `notify`: the message that tells a secondary of a new serial, and its answer.
"""
