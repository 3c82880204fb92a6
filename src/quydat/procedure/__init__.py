"""Where each new park stands: the template of steps, the case of each park, and when its land will be ready."""
