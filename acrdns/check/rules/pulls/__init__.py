"""Rules about pulls: one a cause for which a step of a pull fails."""
