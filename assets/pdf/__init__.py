"""From a PDF to its lines. Knows pages, letters and boxes; knows nothing of what a report says."""
