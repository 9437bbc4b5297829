"""Pictures of every page and state, made by walking the product in Chromium."""
