"""Writes the results of the families' scenarios anew, for a person to look through the difference."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "rigs"))
sys.path.append(str(Path(__file__).parents[2]))

from families import RESULTS, results

if __name__ == "__main__":
    RESULTS.write_text(results(), "utf-8")
