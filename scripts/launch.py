"""Puts the launcher's package on the path and nothing else in anybody's environment."""

import sys

from house.__main__ import main

sys.exit(main())
