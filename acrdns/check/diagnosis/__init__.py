"""Diagnosis: the smallest sets of faults whose simulated answers equal what was observed.

In: a topology as it is meant, and answers observed at its vantage points. Out: a `Diagnosed`, with the sets of faults
that explain all answers, those that the answers exclude, what would tell the rest apart, and what is not explained.
Read in this order:

    answer          an observed answer, and whether a simulated one equals it
    worlds          a topology with faults in it, asked for what was observed
    passing         the DNS servers that answers pass
    witness         other DNS servers at a vantage point, which answer right
    touch           which parts of a topology an answer depends on, and which parts a fault changes
    shown/          faults that an answer itself shows: hosts files, zones of one's own, servers that are silent
    candidates      the faults that can change a wrong answer, with values taken from the observations
    search/         depth-first over them, on the first answer that is not explained
    next_question   what tells the sets that are found apart
    diagnose        all of it, for `check` and `diagnose`
"""
