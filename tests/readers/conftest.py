"""The makers of small files stand beside the script that damages them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "fuzz"))
