"""The state of a running server, shown to people and programs.

In: queries and replies, noted by those who answer. Out: lines on stderr and pages over HTTP. Read in this order:

- `counters`: rows of numbers in shared memory, which workers write and the parent reads;
- `metrics`: the counters in the terms of Prometheus;
- `status`: the HTTP port with `/metrics`, `/ready` and `/health`;
- `querylog`: a line for each query, written by a process of its own;
- `query_socket`: a Unix socket whose readers get these lines.
"""
