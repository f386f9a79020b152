"""The core under every connector that reads over a network.

A connector declares its streams (`stream`), gives credentials (`auth`, `oauth`)
and maps typed records to landed rows; how requests are sent, limited, retried,
kept as evidence and checked against their contract is here, once.
"""
