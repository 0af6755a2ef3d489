"""The search for the smallest sets of faults that explain every observed answer.

In: a topology as it is meant, and the evidence. Out: explanations, the likeliest first. Read in this order:

    explanation     a set of faults, how likely it is, and how many misconfigurations it stands for
    caches          stale caches, which have the answers from before a change
    simulations     topologies with faults in them, each made once
    hopeless        pairs that cannot explain everything
    in_force        sets of which one fault undoes another
    masked          records that are missing behind links which fall back
    several         the same fault at several places, which is one misconfiguration
    cover           two or three misconfigurations, each at several places
    failed          failures, which few faults can be behind
    harmless        caches and hosts files that hide no contrived fault
    search          depth-first over faults, on the first answer that is not explained
    partial         the set that explains most, where none explains everything
"""
