"""What a programme is made from: projects, delivery models, money, limits, what is decided; read, checked, drawn."""
