"""The web doors of the conversation: parse, one call, present as page, fragment or JSON."""
