"""Exchange with other programs: `imports` makes a topology of their files, `exports` writes their files.

In: files of others, or the `World` of a loaded topology. Out: texts by file name, which `acrdns.cli` writes. No socket
is opened here, and files are read by `imports.files` alone.
"""
