"""What leaves an instance after its commit."""
