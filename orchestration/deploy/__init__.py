"""What a team sets up once to run this on machines of its own; ``README.md`` here says how."""
