"""From a topology to the zones that Azure publishes."""
