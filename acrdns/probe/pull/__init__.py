"""The pull probe: login, token, manifest and every layer of an image, as a client does it, and why a step fails.

Read in this order: `result` (steps, causes), `reference` (what is pulled), `credentials`, `connection` (one request),
`pull` (the steps).
"""
