"""Analysis: a risk ranking of wards, made from a complete TPR workflow or from a ward table."""
