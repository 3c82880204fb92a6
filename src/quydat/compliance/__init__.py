"""What is allowed of what the study knows, on the day of the picture, by which article."""
