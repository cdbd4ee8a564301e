"""Tables as spreadsheets keep them, CSV or XLSX: named columns, and each row with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from eval.errors import EvaluationError

Row = tuple[int, list[str]]
_UNPACKED = 32 << 20  # bytes of a workbook's parts together: a table of questions has far fewer


def read_sheet(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line of each row that is not empty, and its cells by column name in lower case.

    Of a workbook the first sheet that has the needed columns is read. EvaluationError where the
    file cannot be read or no first line names the columns.
    """
    for rows in _workbook(path) if path.suffix.lower() in (".xlsx", ".xlsm") else (_csv(path),):
        lines = iter(rows)
        _, header = next(lines, (0, []))
        names = [name.strip().lower() for name in header]
        if set(names) >= set(needed):
            break
    else:
        raise EvaluationError(
            f"{path}: the first line must name the columns {' and '.join(needed)}"
        )
    for line, cells in lines:
        named = dict.fromkeys(names, "") | dict(zip(names, map(str.strip, cells), strict=False))
        if any(named.values()):
            yield line, named


def _csv(path: Path) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: not UTF-8; save the table as CSV UTF-8 or XLSX") from None
    # spreadsheets of many countries write semicolons
    mark = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    for cells in reader:
        yield reader.line_num, cells


def _workbook(path: Path) -> Iterator[Iterable[Row]]:
    from zipfile import BadZipFile, ZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
                raise EvaluationError(f"{path}: unpacks to more than {_UNPACKED >> 20} MB")
        # what formulas came to, not the formulas
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise EvaluationError(f"{path}: not an XLSX workbook") from None
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            yield ((line, [_cell(cell) for cell in cells]) for line, cells in enumerate(rows, 1))
    finally:
        book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and not any((value.hour, value.minute, value.second)):
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table as CSV or XLSX, by the file's ending; a file that is there is not touched."""
    if path.exists():
        raise EvaluationError(f"{path}: is there already; name another file")
    try:
        if path.suffix.lower() == ".xlsx":
            _write_workbook(path, columns, rows)
            return
        # the mark at the beginning tells spreadsheets that it is UTF-8
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([row[name] for name in columns] for row in rows)
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None


def _write_workbook(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, 2):
        for place, name in enumerate(columns, 1):
            cell = sheet.cell(number, place, row[name])
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, name in enumerate(columns, 1):
        width = 60 if name in ("question", "expected") else 16
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = width
    book.save(path)
