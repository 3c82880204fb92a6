"""What tells of a person stays in the record: it is in no run, form or export that others get."""

import pandas as pd

from quydat.dictionary.schema import PERSONAL

_IDENTITY_NUMBER = r"^[0-9]{12}$"


def without_persons(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """A table whose personal cells are unknown: who surveyed, and tax codes that are a person's identity number.

    Parameters
    ----------
    table
        Name of the table.

    >>> rows = pd.DataFrame({"tax_code": ["0390003148", "079090001234"], "surveyor": ["B", "C"]}, dtype="str")
    >>> without_persons(rows, "observation").values.tolist()
    [['0390003148', nan], [nan, nan]]
    """
    unknown = pd.Series([None] * len(rows), dtype="str").array
    hidden = {name: unknown for name in PERSONAL.get(table, ()) if name in rows}
    if "tax_code" in rows:
        person = rows["tax_code"].str.match(_IDENTITY_NUMBER).fillna(False).to_numpy(bool)
        hidden["tax_code"] = rows["tax_code"].mask(person).array
    return rows.assign(**hidden)
