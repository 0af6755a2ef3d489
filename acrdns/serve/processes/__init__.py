"""Worker processes: started, counted, replaced."""
