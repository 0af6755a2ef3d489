"""The store: layers are files, all else is rows.

In: bytes of layers and manifests, the lab's time. Out: content by registry, region, repository, digest and tag.

Read in this order: `database` (the tables), `blobs` (files by digest), `uploads` (what is being pushed), `manifest`,
`journal` (what was pushed, in order), `content` (what each replica has), `credentials` (tokens and passwords), `keys`,
`store` (all of them, and the lock), `layout` (images that are loaded).
"""
