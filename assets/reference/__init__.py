"""Who is inspected: authorities, codes, successions, neighbours; and what official statistics say of them."""
