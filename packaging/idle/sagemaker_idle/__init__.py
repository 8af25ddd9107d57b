"""What sagemaker-idle is made of: the daemon's configuration, one run of collectd, what it told, tables and formats."""
