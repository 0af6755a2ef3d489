"""acrdns: how Azure Container Registry names resolve over Private Link, simulated and checked."""

__version__ = "0.1.0"
