"""Reading a small table through the real child process."""

import pytest

from tpr.reading.guard import read_in_child


@pytest.fixture
def read(tmp_path):
    number = iter(range(100))

    def run(content, *, name="file.csv", **settings):
        folder = tmp_path / str(next(number))
        folder.mkdir()
        path = folder / "input"
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        given = {"original_name": name, "today": "2026-11-22", **settings}
        result = read_in_child(path, folder, given, on_progress=lambda *_: None)
        result["folder"] = folder
        return result

    return run
