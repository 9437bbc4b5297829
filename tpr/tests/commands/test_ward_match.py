def test_a_prefix_that_every_ward_of_the_state_carries_is_no_part_of_the_name():
    from tpr.services.match_wards import _shared_prefixes

    carried = [("Adamawa", "Fufore", "ad Ribadu Ward"), ("Adamawa", "Girei", "ad Girei I Ward")]
    assert _shared_prefixes(carried) == {"Adamawa": "ad"}
    assert _shared_prefixes([*carried, ("Adamawa", "Girei", "Girei II")]) == {}
