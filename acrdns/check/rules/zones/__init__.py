"""ACR2xx: rules about private zones."""
