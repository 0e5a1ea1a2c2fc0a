import io

import pytest

from ots_portal.documents.inspection.findings import Finding, Refused
from ots_portal.documents.inspection.texts import inspect_json, inspect_table


@pytest.mark.parametrize(
    "table", ["a;=cmd|'/c calc'!A0\n", "=cmd|' /c calc'!A0", '"a","@SUM(1)*cmd|\'/c calc\'!A0"\n', "a\t+cmd|'x'!A0"]
)  # fmt: skip
def test_a_table_with_a_command_in_a_cell_is_refused(table):
    with pytest.raises(Refused) as refusal:
        inspect_table(io.BytesIO(table.encode()))

    assert refusal.value.finding == Finding.COMMAND


@pytest.mark.parametrize("table", ["a|b!\n", "a;-5;=A1+B1\n", "@duty;Bakı\n", "-1|2\n"])
def test_ordinary_tables_are_taken(table):
    assert inspect_table(io.BytesIO(table.encode())) is None


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', "[" * 100_000, '{"a": ' + "9" * 5_000 + "}", "", "\ufffe[]"]
)
def test_json_that_not_everybody_reads_alike_is_refused(text):
    with pytest.raises(Refused) as refusal:
        inspect_json(io.BytesIO(text.encode()))

    assert refusal.value.finding == Finding.DISAGREES
