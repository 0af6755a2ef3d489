"""The report of `acrdns observe`: answers that other tools printed, and the lines that were not understood."""
