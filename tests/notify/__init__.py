"""From a notification to a person: notify_email, and record and tell of packaging/notify, with real collectds."""
