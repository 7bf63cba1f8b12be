"""DuckDB splits lines as the strict csv module does, or they are refused."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.bulk.pieces import NotPlainError, Piece
from linkreclaim.bulk.quoting import is_split_alike
from linkreclaim.bulk.splitting import Splitter

WIDTH = 3
CELL = st.text(st.sampled_from('"" ab,\t\\é\u00a0\u2028'), max_size=5)
QUOTED = st.builds(lambda text, left, right: f'{left}"{text.replace(chr(34), chr(34) * 2)}"{right}', CELL,
                   st.sampled_from(["", "", "", " "]), st.sampled_from(["", "", "", " "]))  # fmt: skip
LINE = st.lists(CELL | QUOTED, min_size=2, max_size=4).map(",".join) | st.text(st.sampled_from('"" a,,'), max_size=12)


@pytest.fixture(scope="module")
def splitter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Splitter]:
    columns = {f"c{position}": f"c{position}" for position in range(WIDTH)}
    with Splitter(tmp_path_factory.mktemp("pieces"), ",", WIDTH, {}, columns) as opened:
        yield opened


@settings(max_examples=400, deadline=None)
@given(LINE)
def test_a_line_is_split_as_by_the_csv_module_or_refused(splitter: Splitter, line: str) -> None:
    try:
        found = [column[0] for column in splitter.split(Piece(1, 1, line + "\n")).values()]
    except NotPlainError:
        return
    expected = next(csv.reader([line + "\n"], strict=True))
    assert found == expected[:WIDTH]
    assert not any(expected[WIDTH:])


@pytest.mark.parametrize("line", ['a, "b",c', 'a,"b" ,c', 'a,"b" "c",d', ' "a",b,c', 'a,b,"c" '])
def test_spaces_beside_quotes_are_doubtful(line: str) -> None:
    assert not is_split_alike(f"x,y,z\n{line}\n".encode(), ",")


@pytest.mark.parametrize("line", ['"He said, ""no"" ","b ""c"" d",e', 'a "b" c,d,e', '"a","b","c"'])
def test_quotes_inside_texts_are_not(line: str) -> None:
    assert is_split_alike(f"x,y,z\n{line}\n".encode(), ",")


def test_a_temporary_file_does_not_stay(tmp_path: Path) -> None:
    with Splitter(tmp_path, ",", 1, {}, {"c0": "c0"}) as opened:
        assert opened.split(Piece(1, 2, "a\nb\n")) == {"c0": ["a", "b"]}
        with pytest.raises(NotPlainError, match="line 3"):
            opened.split(Piece(3, 1, "a,b,c\n"))
    assert not list(tmp_path.iterdir())
