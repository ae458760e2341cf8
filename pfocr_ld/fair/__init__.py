"""What can be checked of a release folder before it is published."""
