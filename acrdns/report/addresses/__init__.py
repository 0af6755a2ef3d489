"""Reports of `acrdns plan ips`: the addresses of private endpoints and subnets."""
