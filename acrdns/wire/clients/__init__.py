"""Who asks, and what that changes: nothing here knows a question.

In: a client's packed address and its query's options. Out: whether, how often and as which network it is answered.

- `allowed`: the networks of `--allow`, and the refusal of all others;
- `subnet`: the network that EDNS Client Subnet names, and who answers for it;
- `cookie`: DNS cookies, made and judged;
- `ratelimit`: response rate limiting by prefix, over the shared memory of `buckets`.
"""
