"""From the estate to the sections of a topology file, one a module, in the order in which they need each other."""
