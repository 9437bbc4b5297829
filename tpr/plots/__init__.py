"""Plots drawn by the server as SVG text. Classes are coloured by the page; a file brings its own."""
