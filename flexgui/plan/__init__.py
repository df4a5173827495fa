"""The plan: datacenters, clusters, hosts and virtual machines as frozen values, and edits of them."""
