"""The connected registries of a running lab.

- `process`: the program that joins the lab in a plant's network, and runs the agent there;
- `network`: the lab's end of it;
- `syncing`: all of them, each by its schedule.
"""
