"""The plugin's default phrases, held against the lines that real servers write: Debian's Jupyter server, a Code-OSS server."""
