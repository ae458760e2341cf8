"""What several tests share: records to write, commands to run, graphs to read, servers to ask."""
