"""ACR3xx: rules about observed answers."""
