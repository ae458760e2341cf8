"""What is counted on the way from records to a dump: statistics, linksets, observation, gene sets and KGX."""
