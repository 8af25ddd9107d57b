"""Agents and a central collectd: collectd's network plugin with the files of packaging/central."""
