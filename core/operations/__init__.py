"""What an operator does with the whole house: prove the books, fill a demo."""
