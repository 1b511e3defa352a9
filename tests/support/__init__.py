"""What tests share: builders, replayed scenarios, independent oracles."""
