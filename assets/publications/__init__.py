"""What the reports site lists: its client, its pages read, the walk that makes ``publications``."""
