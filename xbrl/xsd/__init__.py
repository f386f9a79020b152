"""XML Schema: what schema documents declare, and values judged by their types."""
