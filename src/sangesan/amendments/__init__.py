"""The county's dated, signed changes to policy data, without a release."""
