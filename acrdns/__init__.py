"""acrdns: how Azure Container Registry names resolve over Private Link, simulated and checked.

The public API is `acrdns.api`, and for tests the fixtures of `acrdns.pytest_plugin`. Everything else in this package is
private: it may change in any version.
"""

__version__ = "0.1.0"
