"""ACR10x and ACR11x: rules about networks, endpoints and servers."""
