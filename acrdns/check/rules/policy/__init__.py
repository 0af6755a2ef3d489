"""ACR90x: rules about the `accept` entries of a topology. They need the other rules' findings: `policy` runs them."""
