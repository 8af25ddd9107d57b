"""The beacon, packaging/lifecycle/beacon.sh, in a container like an app's, beside a real Jupyter server."""
