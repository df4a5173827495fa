"""The Matrix tab: what a cluster's or datacenter's hosts support, seen at once."""
