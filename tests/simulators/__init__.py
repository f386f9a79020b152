"""Vendors' interfaces on this machine, written from what the vendors publish.

Nothing here imports from the product, nor looks at how a connector asks: a simulator
answers as the vendor's description says, or refuses as it says.
"""
