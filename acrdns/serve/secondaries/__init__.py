"""The server as the primary of secondaries (RFC 1995, 1996, 5936, 9432).

In: the zones of each vantage point's view. Out: a `Feed` with serials and differences, and NOTIFY. Read in this order:

- `options`: who may transfer zones, who is notified, which key signs;
- `role`: `PrimaryRole`, what the server calls;
- `feed`: the zones of every view with their histories, and the catalog zone;
- `journal`: serials and differences on disk, across restarts;
- `notify`: sends NOTIFY until the secondary answers.
"""
