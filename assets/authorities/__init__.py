"""Who is inspected: the authorities, their codes, successions and neighbours, as files of our own."""
