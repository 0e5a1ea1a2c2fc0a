from agreements.statuses import INSTRUMENTS


def test_the_way_of_an_instrument_so_far():
    assert INSTRUMENTS.diagram() == (
        "stateDiagram-v2\n"
        "    mandated --> negotiation: open_negotiation\n"
        "    negotiation --> suspended: suspend\n"
        "    suspended --> negotiation: resume\n"
        "    negotiation --> abandoned: abandon\n"
        "    suspended --> abandoned: abandon\n"
        "    negotiation --> ad_referendum: close_ad_referendum\n"
        "    ad_referendum --> negotiation: reopen\n"
        "    ad_referendum --> legal_review: begin_legal_review\n"
        "    legal_review --> ad_referendum: find_substance\n"
        "    ad_referendum --> adopted: adopt\n"
        "    legal_review --> adopted: adopt\n"
        "    adopted --> authenticated: authenticate\n"
        "    authenticated --> open_for_signature: open_for_signature\n"
        "    open_for_signature --> signed: conclude_signature\n"
        "    open_for_signature --> in_force: enter_into_force\n"
        "    signed --> in_force: enter_into_force\n"
    )


def test_nobody_declares_an_instrument_in_force():
    by_hand = {step.target for step in INSTRUMENTS.steps.values() if not step.automatic}

    assert "in_force" not in by_hand
