"""What the rules about a topology file share."""
