"""Child processes of the server.

In: a `Job`, the task of one worker and the descriptors that it needs. Out: running children. Read in this order:

- `spawn`: forks one child and ties it to its parent with two pipes;
- `workers`: starts all workers, starts one again that has died, and replaces all of them at a reload;
- `nameless`: a file that they share.
"""
