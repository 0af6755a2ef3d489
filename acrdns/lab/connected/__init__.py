"""Connected registries: the side that stands on premises.

In: a plant of the topology, and the network stack of its network. Out: content in its own part of the store, and its
`Condition`: when it was in step with its parent, or the step, host and cause that keep it from being so.

Read in this order: `schedule` (cron and sync window), `agent` (a process in the plant's network that sends requests),
`uplink` (the lab's end of it), `parent` (the requests to the parent), `sync` (one pass: up, then down).
"""
