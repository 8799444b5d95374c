"""What the browser's events reach: one flat class per noun, and `base`, the only seam to the services."""
