"""What tell is made of: settings, notifications, cases, what collectd knows, sentences, channels."""
