"""Maps drawn on the server: plain Python, small SVG, the same for page, print and download."""
