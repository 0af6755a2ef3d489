"""The lab's certificate authority, which lives in memory and ends with the lab.

`certificates` says which names Azure's certificate has at an endpoint; `authority` issues one with just these.
"""
