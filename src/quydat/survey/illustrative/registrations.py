"""Illustrative registrations whose doubles are known: what the matching is tried and measured on. Nothing here is real.

Firms. Names are a form of company, general words (sản xuất, thương mại), a line of business and a name proper of two
words (three now and then, or words of Latin make). The words are drawn unevenly, so that at a million rows some names
proper are borne by hundreds of firms, often in the same line of business. Household businesses are named by their
owner, from few surnames.

Look-alikes that are *not* doubles: about 9 % of the rows are branches or further works of another firm, with its name,
and either its tax code with a branch number or its bare tax code; 6 % stand at the very address of another
establishment (sheds let in parts); 2 % belong to the same owner at the same address under a name that differs in the line
of business. Streets of the same name lie in many wards.

Noise. ``copies_share`` of the rows are copies of other rows as another register would write them. Each of these
happens to a copy on its own: accents lost (35 %), capitals throughout (30 %), form of company abbreviated, turned into
Co., Ltd or left out (55 %), general words left out (25 %), line of business abbreviated or left out (30 %), letters
doubled, lost, changed or swapped (25 %; a quarter of these twice), parts moved (8 %), a word of the name proper lost
(4 %); tax code missing (25 %) or with a wrong digit (5 %), its branch part lost (half of the branches), the branch lost from the name (15 %); house number missing
(15 %), street missing (8 %), street words abbreviated (40 %), ward missing (10 %), under a former name (8 %) or
abbreviated (30 %); position missing
(20 %), of the ward only (8 %), else off by 30 m standard deviation; VSIC code missing (20 %), shortened (30 %) or wrong (8 %).
Of all rows, copies or not, 12 % (households: 60 %) have no tax code and 10 % no position.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.survey.illustrative.noise import Words, blurred, join, words
from quydat.survey.tax_code import with_check_digit

_WARDS = 168
_STREETS_A_WARD = 30
_BOX = (106.36, 10.40, 107.02, 11.15)
_DEGREE_M = 111_000.0
"""Metres in a degree of latitude; positions need no more than that here."""


class Registrations(NamedTuple):
    """Rows and the truth about them.

    Attributes
    ----------
    observations
        Bulk table ``observation``, in order of ids.
    labels
        The true establishment of each row, by the same index.
    """

    observations: pd.DataFrame
    labels: "pd.Series[Any]"


def registrations(n: int, *, copies_share: float = 0.2, seed: int) -> Registrations:
    """Registrations with known doubles.

    Parameters
    ----------
    n
        Rows, copies among them.
    copies_share
        Part of the rows that are noisy copies of another one, from 0 to below 1.
    seed
        Seed; the same seed gives the same rows.

    Raises
    ------
    ValueError
        If ``n`` is negative or ``copies_share`` not in [0, 1).

    >>> made = registrations(1000, seed=1)
    >>> len(made.observations), int(made.labels.nunique()), set(made.observations["basis"])
    (1000, 800, {'illustrative'})
    """
    if n < 0 or not 0 <= copies_share < 1:
        raise ValueError("n must not be negative, copies_share lie in [0, 1)")
    rng = np.random.default_rng(seed)
    copies = int(round(n * copies_share)) if n > 1 else 0
    base = _establishments(n - copies, words(), rng)
    of = np.concatenate([np.arange(n - copies), rng.integers(0, max(n - copies, 1), copies)])
    rows = {name: column.take(pa.array(of)) for name, column in base.items()}
    rows = blurred(rows, np.arange(n) >= n - copies, words(), rng)
    order = rng.permutation(n)
    return _bulk({name: column.take(pa.array(order)) for name, column in rows.items()}, of[order], rng)


def _bulk(rows: dict[str, pa.Array], of: NDArray[np.int64], rng: np.random.Generator) -> Registrations:
    n = len(of)
    parts = [rows["number"], rows["street"]]
    address = pc.if_else(pa.array(rng.random(n) < 0.5), join(parts, ", ", skip=True), join(parts, " ", skip=True))
    name = join([rows[p] for p in ("form", "generic", "activity", "proper", "branch")], " ", skip=True)
    moved = join([rows["proper"], rows["activity"], rows["branch"], rows["form"]], " ", skip=True)
    name = pc.if_else(rows["moved"], moved, name)
    lost = pc.and_(rows["unaccented"], pc.invert(rows["capitals"]))
    name = pc.if_else(lost, _bare(name), pc.if_else(rows["capitals"], pc.utf8_upper(name), name))
    address = pc.if_else(rows["unaccented"], _bare(address), address)
    origins = pa.array(["hcmc", "bd", "brvt", "survey"])
    code = pc.utf8_lpad(pa.array(np.arange(n)).cast(pa.string()), 8, "0")
    origin = origins.take(pa.array(rng.integers(0, 4, n)))
    made: dict[str, Any] = {
        "observation_id": join([origin, code], "/"), "origin": origin, "code": code,
        "intake_id": pa.array(["illustrative"] * n), "basis": pa.array(["illustrative"] * n),
        "name": pc.coalesce(name, pa.scalar("?")), "address": address, "tax_code": rows["tax_code"],
        "unit_name": pc.if_else(rows["unaccented"], _bare(rows["ward"]), rows["ward"]),
        "park_name": rows["park"], "sector_code": rows["sector"],
        "vsic_version": pa.array(["2018"] * n),
    }  # fmt: skip
    table = tables()["observation"]
    frame = empty_bulk(table).reindex(range(n)).astype(empty_bulk(table).dtypes.to_dict())
    for key, column in made.items():
        frame[key] = pd.Series(column.to_pandas(), dtype="str")
    frame["observed_on"] = np.datetime64("2026-01-01", "s") + rng.integers(0, 250, n) * np.timedelta64(86400, "s")
    for key in ("longitude", "latitude", "position_error_m"):
        frame[key] = rows[key].to_numpy(zero_copy_only=False)
    frame["row"] = pd.array(np.arange(2, n + 2), dtype="Int64")
    labels = pd.Series(of, name="label")
    order = frame["observation_id"].argsort(kind="stable").to_numpy()
    return Registrations(frame.iloc[order].reset_index(drop=True), labels.iloc[order].reset_index(drop=True))


def _bare(text: pa.Array) -> pa.Array:
    """Without accents, capitals kept."""
    text = pc.replace_substring_regex(pc.utf8_normalize(text, "NFD"), r"\p{M}", "")
    return pc.replace_substring(pc.replace_substring(text, "đ", "d"), "Đ", "D")


def _establishments(n: int, pool: Words, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Different establishments, with their look-alikes among them; later rows take from earlier ones."""
    firm = _firms(n, pool, rng)
    place = _places(n, pool, rng)
    number = np.arange(n)
    elder = (rng.random(n) * number).astype(np.int64)  # some earlier row; row 0 has only itself
    kind = rng.random(n)
    branch, tenant, sister = kind < 0.09, (kind >= 0.09) & (kind < 0.15), (kind >= 0.15) & (kind < 0.17)
    branch, tenant, sister = (mask & (number > 0) for mask in (branch, tenant, sister))
    # A branch of a branch is a branch of the first firm, or its tax code would not be the firm's.
    parent = _root(np.where(branch, elder, number))
    neighbour = _root(np.where(tenant | sister, elder, number))
    proper_from = np.where(sister, neighbour, parent)
    rows = {name: column.take(pa.array(parent)) for name, column in firm.items()}
    rows["proper"] = firm["proper"].take(pa.array(proper_from))
    same_activity = pc.and_(pa.array(sister), pc.equal(rows["activity"], firm["activity"].take(pa.array(neighbour))))
    rows["activity"] = pc.if_else(same_activity, pa.scalar("kho lạnh"), rows["activity"])
    rows |= {name: column.take(pa.array(neighbour)) for name, column in place.items()}
    words_of = pa.array(["Chi nhánh", "Nhà máy", "Xưởng", "Phân xưởng", "CN", "Kho"])
    count = pa.array(rng.integers(1, 9, n)).cast(pa.string())
    rows["branch"] = pc.if_else(
        pa.array(branch), join([words_of.take(pa.array(rng.integers(0, 6, n))), count], " "),
        pa.scalar(None, pa.string()),
    )  # fmt: skip
    suffix = pc.utf8_lpad(pa.array(rng.integers(1, 60, n)).cast(pa.string()), 3, "0")
    own = pa.array(branch & (rng.random(n) < 0.6))
    rows["tax_code"] = pc.if_else(own, join([rows["tax_code"], suffix], "-"), rows["tax_code"])
    known = rng.random(n) >= np.where(firm["household"].to_numpy(zero_copy_only=False)[parent], 0.6, 0.12)
    rows["tax_code"] = pc.if_else(pa.array(known), rows["tax_code"], pa.scalar(None, pa.string()))
    unknown = rng.random(n) < 0.1
    for axis in ("longitude", "latitude", "position_error_m"):
        rows[axis] = pc.if_else(pa.array(unknown), pa.scalar(None, pa.float64()), rows[axis])
    del rows["household"]
    return rows


def _root(of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first in each chain of pointers to earlier rows."""
    while len(of) and (of != of[of]).any():
        of = of[of]
    return of


def _firms(n: int, pool: Words, rng: np.random.Generator) -> dict[str, pa.Array]:
    def uneven(words: pa.Array, power: float) -> pa.Array:
        return words.take(pa.array((len(words) * rng.random(n) ** power).astype(np.int64)))

    def only(words: pa.Array, share: float) -> pa.Array:
        return pc.if_else(pa.array(rng.random(n) < share), words, pa.scalar(None, pa.string()))

    household = rng.random(n) < 0.12
    syllable, latin = pool["syllable"].word, pool["latin"].word
    two = [uneven(syllable, 1.3), uneven(syllable, 1.3), only(uneven(syllable, 1.1), 0.35)]
    foreign = [uneven(latin, 1.4), uneven(latin, 1.2), only(uneven(syllable, 1.3), 0.5)]
    owner = [uneven(pool["surname"].word, 2.0), only(pa.array(["Văn", "Thị"]).take(pa.array(rng.integers(0, 2, n))), 0.7),
             uneven(syllable, 1.3)]  # fmt: skip
    proper = pc.if_else(pa.array(rng.random(n) < 0.2), join(foreign, " ", skip=True), join(two, " ", skip=True))
    proper = pc.if_else(pa.array(household), join(owner, " ", skip=True), proper)
    company = np.minimum((6 * rng.random(n) ** 1.7).astype(np.int64), 5)
    form = np.where(household, rng.integers(6, 8, n), np.where(rng.random(n) < 0.03, rng.integers(8, 10, n), company))
    activity = (len(pool["activity"].word) * rng.random(n) ** 1.3).astype(np.int64)
    generic = join([only(uneven(pool["generic"].word, 1.5), 0.7), only(uneven(pool["generic"].word, 1.5), 0.5)], " ", skip=True)
    return {
        "form": pool["form"].word.take(pa.array(form)),
        "generic": pc.if_else(pa.array(household), pa.scalar(None, pa.string()), generic),
        "activity": pool["activity"].word.take(pa.array(activity)),
        "proper": proper,
        "tax_code": with_check_digit(rng.integers(30_000_000, 399_999_999, n)),
        "sector": pa.array(1010 + activity * 37 + rng.integers(0, 3, n) * 7).cast(pa.string()),
        "household": pa.array(household),
    }  # fmt: skip


def _places(n: int, pool: Words, rng: np.random.Generator) -> dict[str, pa.Array]:
    west, south, east, north = _BOX
    syllable = pool["syllable"].word.to_pylist()
    named = rng.choice(len(syllable) ** 2, _WARDS, replace=False)
    kinds = ["Phường", "Xã"]
    names = [f"{kinds[int(k > 0.6)]} {syllable[i // len(syllable)]} {syllable[i % len(syllable)]}"
             for i, k in zip(named.tolist(), rng.random(_WARDS).tolist(), strict=True)]  # fmt: skip
    centre = rng.uniform([west, south], [east, north], (_WARDS, 2))
    ward = (_WARDS * rng.random(n) ** 1.3).astype(np.int64)
    # Each ward draws its own streets out of one pool of names, so that names come back from ward to ward.
    streets = pool["street"].word.to_pylist() + [f"Đường số {k}" for k in range(1, 31)]
    of_ward = np.stack([rng.choice(len(streets), _STREETS_A_WARD, replace=False) for _ in range(_WARDS)])
    start = centre[:, None, :] + rng.normal(0, 1500 / _DEGREE_M, (_WARDS, _STREETS_A_WARD, 2))
    angle = rng.uniform(0, 2 * np.pi, (_WARDS, _STREETS_A_WARD))
    which = (_STREETS_A_WARD * rng.random(n) ** 1.2).astype(np.int64)
    house = rng.integers(1, 900, n)
    along = house * 5.0 / _DEGREE_M
    position = start[ward, which] + along[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1)[ward, which]
    position += rng.normal(0, 10 / _DEGREE_M, (n, 2))
    in_park = rng.random(n) < 0.18
    alley = pc.if_else(pa.array(rng.random(n) < 0.25), join([pa.array(house).cast(pa.string()), pa.array(rng.integers(1, 60, n)).cast(pa.string())], "/"),
                       pa.array(house).cast(pa.string()))  # fmt: skip
    letter = pa.array(list("ABCDEFGHK")).take(pa.array(rng.integers(0, 9, n)))
    plot = join([pa.array(["Lô "] * n, pa.string()), letter, pa.array(rng.integers(1, 13, n)).cast(pa.string()), pa.array(["-"] * n, pa.string()),
                 pa.array(house % 40 + 1).cast(pa.string())], "")  # fmt: skip
    park = pa.array([f"KCN {name.split(' ', 1)[1]}" for name in names])
    return {
        "number": pc.if_else(pa.array(in_park), plot, alley),
        "street": pa.array(streets).take(pa.array(of_ward[ward, which])),
        "ward": pa.array(names).take(pa.array(ward)),
        "park": pc.if_else(pa.array(in_park), park.take(pa.array(ward)), pa.scalar(None, pa.string())),
        "longitude": pa.array(position[:, 0]), "latitude": pa.array(position[:, 1]),
        "position_error_m": pa.array(np.full(n, 20.0)),
        "ward_longitude": pa.array(centre[ward, 0]), "ward_latitude": pa.array(centre[ward, 1]),
    }  # fmt: skip
