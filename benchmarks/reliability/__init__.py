"""What `lossytools migrate` promises of an archive, tried by killing, filling, poisoning and counting."""
