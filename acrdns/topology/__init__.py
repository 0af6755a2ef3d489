"""What the user wrote: read, checked, and turned into the frozen types of `model`."""
