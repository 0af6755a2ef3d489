"""The story of a simulated pull: numbered requests, each with the chain of its name."""
