"""The management plane: Azure Resource Manager's paths for registries.

In: GET, PUT, PATCH and DELETE of registries, replications, private endpoint connections and tokens. Out: JSON as `az`
shows it, nested under `properties`; a change makes another topology, which names and flows of the running lab follow.
"""
