"""What a machine can judge of the portal's security: `script/security` runs it all."""
