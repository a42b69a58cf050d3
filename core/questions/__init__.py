"""Questions: questionnaires, the check-in and limits; what members tell for coins, once in a while."""
