"""The sandbox authority: a real HTTP server that speaks the tax agency's
protocols, as strict as the real one, and fails in every way it is told to.

Start it with `python -m assets.authority.service --port 8765 --folder var/sandbox`
or in a test with `sandbox.server.running_sandbox(folder)`.
"""
