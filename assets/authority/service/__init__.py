"""The receiving service: a real HTTP server that speaks the tax agency's protocols as strictly as
the agency, takes annual reports over TLS, and answers what may be asked beside filing.

The sandbox is this service on a developer's machine: it fails in every way it is told to. Start
one with `python -m assets.authority.service --sandbox --folder var/sandbox`, or in a test with
`server.running_sandbox(folder)`.
"""
