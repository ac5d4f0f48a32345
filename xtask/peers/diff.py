"""Lists the changed files of a diff with unidiff: diff.py DIFF"""
import importlib.metadata
import json
import resource
import sys
import time

import unidiff

text = open(sys.argv[1], encoding="utf-8", newline="").read()
megabytes = len(text.encode()) / 1e6
start = time.process_time()
patch = unidiff.PatchSet.from_string(text)
files = [(one.path, "A") for one in patch.added_files] + [(one.path, "D") for one in patch.removed_files] + [(one.path, "M") for one in patch.modified_files]
spent = time.process_time() - start
values = {"mb_per_cpu_second": megabytes / spent, "cpu_seconds": spent, "files": len(files), "grown_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}
print(json.dumps({"values": values, "versions": {"unidiff": importlib.metadata.version("unidiff"), "Python": sys.version.split()[0]}}))
