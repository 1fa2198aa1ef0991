-- The words so common that the search ignores them, except inside a phrase ("drift and delay").
[
    'a', 'all', 'also', 'an', 'and', 'any', 'are', 'as', 'at', 'be', 'been', 'but', 'by', 'can', 'for', 'from', 'had',
    'has', 'have', 'he', 'in', 'into', 'is', 'it', 'not', 'of', 'on', 'or', 's', 'so', 'such', 'than', 'that', 'the',
    'their', 'them', 'there', 'these', 'they', 'this', 'to', 'was', 'were', 'when', 'where', 'which', 'who', 'will',
    'with'
]
