// Replaced by the shim.
