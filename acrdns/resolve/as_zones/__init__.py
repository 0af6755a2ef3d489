"""A vantage point's answers written down as zones, for transfers to secondaries.

In: a `World` and a vantage point. Out: zones that an authoritative server answers from as the vantage point would.

`visible` puts together what a network sees where nobody forwards; `transferable` covers every vantage point.
"""
