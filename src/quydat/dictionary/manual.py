"""Manual pages made from the dictionary and the catalogue of problems, so that they cannot say anything else.

``pages`` gives every page by its path below the manual; committed pages are compared with it byte for byte.
"""

import re
from collections.abc import Iterable

from quydat.core.problem import catalogue
from quydat.dictionary.schema import Attribute, Table, choices, tables, unit_shown
from quydat.dictionary.settings import settings

_TYPES: dict[str, str] = {
    "text": "chữ · text",
    "number": "số · number",
    "integer": "số nguyên · whole number",
    "year": "năm · year",
    "boolean": "có/không · yes/no",
    "date": "ngày · date",
    "partial_date": "ngày, tháng hoặc năm · day, month or year",
    "choice": "chọn một · one of a list",
    "refs": "các mã, cách nhau bằng ; · ids separated by ;",
    "geometry": "hình, WGS 84 · shape, WGS 84",
}
_SETTING_TYPES = _TYPES | {
    "list": "danh sách chữ · list of texts",
    "value": "một con số hoặc một ô · a number or a cell",
    "range": "thấp, giữa, cao; mỗi phần là một con số hoặc một ô · low, mid, high; each a number or a cell",
}
_SETTINGS_EXAMPLE = (
    "[study]",
    'study_id = "example"',
    "as_of = 2025-06-30",
    "start_year = 2025",
    'focus = ["park-a", "park-b"]',
    "",
    "[parameters.demand]",
    'plot_ratio = { value = 0.6, basis = "assumed", source = "where it comes from" }',
    'vacancy_share = { low = 0.05, mid = 0.08, high = 0.12, basis = "assumed", source = "where they come from" }',
    'jobs = { value = "city_fact/zones.jobs-2025/number" }',
    "",
    "[scenarios.tight]",
    'label_vi = "Chặt"',
    'label_en = "Tight"',
    'inherits = "base"',
    "",
    "[scenarios.tight.parameters.demand]",
    'plot_ratio = { value = 0.8, basis = "assumed", source = "what if" }',
)
_KINDS = {
    "record": ("hồ sơ · record", "Bảng của hồ sơ · Tables of the record"),
    "survey": ("khảo sát · survey", "Bảng khảo sát · Tables of the survey"),
    "law": ("luật · law", "Bảng của gói luật · Tables of a law pack"),
    "result": ("kết quả · result", "Bảng kết quả · Tables of results"),
}
_HEADINGS = (
    "Tên cột · Column", "Nhãn · Label", "Loại · Type", "Đơn vị · Unit", "Bắt buộc · Required",
    "Khoảng, danh sách · Range, choices", "Định nghĩa · Definition", "Căn cứ pháp lý · Legal basis",
    "Từ bản · Since",
)  # fmt: skip


def pages() -> dict[str, str]:
    """Text of every manual page, by its path relative to the manual's folder.

    >>> sorted(pages())[:2]
    ['problems.md', 'settings.md']
    """
    made = {"problems.md": problems_page(), "settings.md": settings_page(), "tables.md": tables_index()}
    return made | {f"tables/{table.name}.md": table_page(table) for table in tables().values()}


def tables_index() -> str:
    """The list of all tables, those of the record first."""
    text = [
        "# Bảng · Tables",
        "",
        "Mọi bảng, mọi cột của quydat được định nghĩa ở một nơi; trang này được viết ra từ đó.",
        "",
        "Every table and column of quydat is defined in one place; this page is made from it.",
    ]
    for kind, (_, heading) in _KINDS.items():
        rows = (_table_row(table) for table in tables().values() if table.kind == kind)
        text += ["", f"## {heading}", ""]
        text += _grid(("Bảng · Table", "Tên · Name", "Nội dung · What it holds"), rows)
    return "\n".join(text) + "\n"


def table_page(table: Table) -> str:
    """The page of one table: what it holds, its key, its attributes and their lists of choices.

    >>> print(table_page(tables()["spending"]).splitlines()[0])
    # `spending`: Chi hằng năm · Yearly spending
    """
    key = ", ".join(f"`{name}`" for name in table.key)
    text = [
        f"# `{table.name}`: {table.label_vi} · {table.label_en}",
        "",
        table.definition_vi,
        "",
        table.definition_en,
        "",
        f"Loại bảng · Kind: {_KINDS[table.kind][0]}. Khóa · Key: {key}.",
        "",
        "## Các cột · Columns",
        "",
        *_grid(_HEADINGS, (_attribute_row(attribute, table) for attribute in table)),
    ]
    for name in sorted({attribute.choices for attribute in table if attribute.choices}):
        rows = ((f"`{value}`", *labels) for value, labels in choices(name).items())
        text += ["", f"## Danh sách · Choices: `{name}`", ""]
        text += _grid(("Giá trị · Value", "Tiếng Việt", "English"), rows)
    return "\n".join(text) + "\n"


def problems_page() -> str:
    """All numbered problems with what is wrong and how to mend it; ‹why› stands for a fact of the case."""
    text = [
        "# Vấn đề · Problems",
        "",
        "Mỗi vấn đề có một số. Chữ trong ‹› được thay bằng sự việc của từng trường hợp.",
        "",
        "Every problem has a number. Words in ‹› stand for the facts of the case.",
    ]
    for number, row in catalogue().items():
        shown = {name: _placeholders(sentence) for name, sentence in row.items()}
        text += [
            "",
            f"## {number} {row['slug']}",
            "",
            f"{shown['message_vi']} **Cách sửa:** {shown['repair_vi']}",
            "",
            f"{shown['message_en']} **To mend:** {shown['repair_en']}",
        ]
    return "\n".join(text) + "\n"


def settings_page() -> str:
    """All keys of ``study.toml``, each under its own heading."""
    text = [
        "# Thiết lập · Settings",
        "",
        "Các khóa của `study.toml`. Mỗi con số nói cơ sở và nguồn của nó, hoặc trỏ tới một ô của hồ sơ "
        "(`bảng/dòng/cột`) và lấy cơ sở, nguồn từ đó.",
        "",
        "The keys of `study.toml`. A number says its basis and source, or is the address of a cell of the record "
        "(`table/row/attribute`) and takes both from there.",
        "",
        "```toml",
        *_SETTINGS_EXAMPLE,
        "```",
    ]
    for setting in settings().values():
        unit = _unit(setting.unit)
        allowed = " · ".join(part for part in (unit, _range(setting.minimum, setting.maximum)) if part)
        text += [
            "",
            f"## {setting.key}",
            "",
            f"{setting.label_vi} · {setting.label_en}: {_SETTING_TYPES[setting.type]}"
            + (f" ({allowed})" if allowed else "")
            + (", bắt buộc · required" if setting.required else ""),
            "",
            _both(setting.definition_vi, setting.definition_en),
        ]
    return "\n".join(text) + "\n"


def _placeholders(sentence: str) -> str:
    return _escaped(re.sub(r"\{(\w+)\}", r"‹\1›", sentence))


def _table_row(table: Table) -> tuple[str, ...]:
    return (
        f"[`{table.name}`](tables/{table.name}.md)",
        f"{table.label_vi} · {table.label_en}",
        _both(table.definition_vi, table.definition_en),
    )


def _attribute_row(attribute: Attribute, table: Table) -> tuple[str, ...]:
    return (
        f"`{attribute.name}`" + (" (khóa · key)" if attribute.name in table.key else ""),
        f"{attribute.label_vi} · {attribute.label_en}",
        _TYPES[attribute.type],
        _unit(attribute.unit),
        "có · yes" if attribute.required else "không · no",
        _allowed(attribute),
        _both(attribute.definition_vi, attribute.definition_en),
        attribute.legal_basis,
        attribute.since,
    )


def _unit(unit: str) -> str:
    if unit == "share":  # people read per cent; in a cell it is written as a part of one
        return "phần của 1 · part of 1"
    vi, en = unit_shown(unit, "vi"), unit_shown(unit, "en")
    return vi if vi == en else f"{vi} · {en}"


def _allowed(attribute: Attribute) -> str:
    if attribute.choices:
        return f"danh sách · list `{attribute.choices}`"
    if attribute.refers_to:
        return f"mã của · id of [`{attribute.refers_to}`]({attribute.refers_to}.md)"
    return _range(attribute.minimum, attribute.maximum)


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:.15g} – {high:.15g}"
    if low is not None:
        return f"≥ {low:.15g}"
    return "" if high is None else f"≤ {high:.15g}"


def _both(vi: str, en: str) -> str:
    return f"{vi}<br>{en}"


def _escaped(text: str) -> str:
    """Text whose brackets and stars Markdown leaves as they are."""
    return re.sub(r"([\[\]*])", r"\\\1", text)


def _grid(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Lines of a Markdown table."""
    headings = tuple(headings)
    lines = [headings, ("---",) * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
