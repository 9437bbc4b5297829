"""Who somebody is, and what they may open: accounts, roles, claims, shares. Below chat, above itn."""
