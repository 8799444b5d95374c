"""What the portal does, by noun. Each public function authorises itself and is one transaction."""
