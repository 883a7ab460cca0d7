"""What all tests share."""

import os
import sys
from pathlib import Path

# Several workers share the cores: threads of torch that wait for one another would take most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Whatever the import mode: plugins lie beside this file. (The root of the repository must stay out of
# sys.path: its folder docker/ would hide the package of that name, which testcontainers needs.)
sys.path.insert(0, str(Path(__file__).parent))

pytest_plugins = ["left_out", "llm_run_fixture", "model_fixture", "neo4j_fixture", "run_fixture"]
