"""Faults that an answer itself shows, and that a list of all places of a topology would not have.

In: a topology, and a wrong answer. Out: the places of a fault that the answer shows. Read in this order:

    shown       NODATA, the SOA record of a denial, several addresses, silence
    pins        hosts files, each with all names that are wrong at its machines
    narrow      forwarders for some names in place of all
    rebinding   a filter that takes private addresses out of answers
"""
