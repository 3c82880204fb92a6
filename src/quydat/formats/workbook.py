"""Excel workbooks: the template to fill in, what comes back, and the results."""

from quydat.formats.workbook_parts import is_own_sheet, sheet_name
from quydat.formats.workbook_read import read_workbook
from quydat.formats.workbook_results import Sheet, SummaryRow, write_tables
from quydat.formats.workbook_template import template

__all__ = ["Sheet", "SummaryRow", "is_own_sheet", "read_workbook", "sheet_name", "template", "write_tables"]
