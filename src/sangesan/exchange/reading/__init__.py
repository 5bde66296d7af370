"""Reading: from the bytes a department sent to columns under the contract's names."""
