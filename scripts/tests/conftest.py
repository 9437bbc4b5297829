"""The launcher's package lies beside these tests and is on nobody's path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
