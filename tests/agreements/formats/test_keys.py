from agreements.formats.keys import give_keys
from agreements.formats.plain import read_plain

PURPOSE = "Purpose\n\nThe Parties train their teams together in every season of the year."
COSTS = "Costs\n\n1. Each Party bears the costs of its own teams.\n\n2. The host gives shelter and fuel."
REPORTS = "Reports\n\nThe host circulates within two months what was learned."


def text(*articles):
    return read_plain(
        "AGREEMENT ON EXERCISES\n\nThe Parties have agreed as follows:\n\n"
        + "\n\n".join(f"Article {n}\n{words}" for n, words in enumerate(articles, start=1))
    ).nodes


def keys(nodes):
    return {node.number: node.key for node in nodes if node.key.startswith("art")}


def keyed(*articles):
    nodes = text(*articles)
    give_keys(nodes)
    return nodes


def test_keys_survive_renumbering_and_moving():
    before = keyed(PURPOSE, COSTS, REPORTS)
    after = text("Terms\n\nA team is a number of persons.", REPORTS, PURPOSE, COSTS)

    give_keys(after, before)

    assert keys(after) == {"1": "art-1-v2", "2": "art-3", "3": "art-1", "4": "art-2"}


def test_keys_survive_rewording_and_a_new_heading():
    before = keyed(PURPOSE, COSTS)
    after = text(
        COSTS.replace("Costs", "Expenses").replace("fuel", "water"),
        PURPOSE.replace("season", "month"),
    )

    give_keys(after, before)

    assert keys(after) == {"1": "art-2", "2": "art-1"}
    assert [child.key for child in after[1].children] == ["art-2-para-1", "art-2-para-2"]


def test_a_key_that_went_is_not_given_again():
    before = keyed(PURPOSE)
    after = text(COSTS)

    give_keys(after, before, taken=["art-1-v2"])

    assert keys(after) == {"1": "art-1-v3"}


def test_every_key_stands_once():
    nodes = keyed(PURPOSE, PURPOSE, PURPOSE)

    found = [node.key for root in nodes for node in root.walk()]
    assert len(found) == len(set(found))
