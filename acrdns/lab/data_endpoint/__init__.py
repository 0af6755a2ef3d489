"""Dedicated data endpoints, and the storage accounts where there are none: layers by temporary links.

In: a link that the login server made. Out: the layer, whole or a range, or a refusal in the XML of Azure Storage.

Read in this order: `link` (what a link says and how it is signed), `refusal` (the XML), `endpoint` (what answers),
`foreign` (an account of somebody else).
"""
