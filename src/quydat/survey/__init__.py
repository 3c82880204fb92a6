"""What was seen: files and forms become observations; nothing is lost, nothing is merged in silence."""
