"""End-to-end tests: a real collectd, the real plugin, a stand-in AWS on a real socket."""
