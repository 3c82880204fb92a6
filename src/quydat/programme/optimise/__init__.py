"""What is started when and by which delivery model, over scenarios: best programme with a proven gap."""
