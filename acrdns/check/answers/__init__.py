"""What the rules about observed answers share."""
