"""How patients come to the portal: invitations, and making an account with one."""
