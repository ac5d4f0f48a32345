"""Lists a release's commits and their changed files, one request after the other over one connection:
release.py BITBUCKET REPOSITORY TOKEN NEWEST BEFORE"""
import json
import sys
import time

import requests

bitbucket, repository, token, newest, before = sys.argv[1:]
base = f"{bitbucket}/2.0/repositories/{repository}"
start = time.perf_counter()
session = requests.Session()
session.headers["Authorization"] = f"Bearer {token}"


def pages(url, **query):
    while url:
        answer = session.get(url, params=query, timeout=30)
        answer.raise_for_status()
        page = answer.json()
        yield from page["values"]
        url, query = page.get("next"), {}


commits = list(pages(f"{base}/commits", include=newest, exclude=before))
files = sum(len(list(pages(f"{base}/diffstat/{commit['hash']}"))) for commit in commits)
print(json.dumps({"commits": len(commits), "files": files, "seconds": time.perf_counter() - start, "versions": {"requests": requests.__version__, "Python": sys.version.split()[0]}}))
