"""What reports speak of: themes, tagged by a list of words that anybody can read."""
