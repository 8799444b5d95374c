"""What is measured, and how: `./portal bench`."""
