"""Exchange with other programs: `exports` writes their files from a topology.

In: the `World` of a loaded topology. Out: texts by file name, which `acrdns.cli` writes. No socket and no file is
opened here.
"""
