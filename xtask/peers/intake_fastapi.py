"""Takes in signed pushes with FastAPI on one uvicorn worker: one SQLite transaction each, durable before the answer."""
import hashlib
import hmac
import os
import sqlite3
import time

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

SECRET = os.environ["WEBHOOK_SECRET"].encode()
database = sqlite3.connect(os.environ["DATABASE"], isolation_level=None, check_same_thread=False)
database.executescript(
    """PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE deliveries(id TEXT PRIMARY KEY, repository TEXT NOT NULL, received INTEGER NOT NULL);
    CREATE TABLE commits(repository TEXT NOT NULL, hash TEXT NOT NULL, message TEXT NOT NULL, author TEXT, date TEXT, PRIMARY KEY(repository, hash));"""
)
app = FastAPI(openapi_url=None)


@app.post("/hook")
async def hook(request: Request):
    body = await request.body()
    signature = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers.get("x-hub-signature", "")):
        return Response(status_code=401)
    event = orjson.loads(body)
    repository = event["repository"]["uuid"]
    commits = [
        (repository, commit["hash"], commit["message"], commit["author"]["raw"], commit["date"])
        for change in event["push"]["changes"]
        for commit in change.get("commits", [])
    ]
    # On the loop: a thread per write costs more than the write.
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT OR IGNORE INTO deliveries VALUES(?, ?, ?)", (request.headers["x-request-uuid"], repository, int(time.time())))
    database.executemany("INSERT OR IGNORE INTO commits VALUES(?, ?, ?, ?, ?)", commits)
    database.execute("COMMIT")
    return Response(status_code=204)


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", access_log=False, loop="uvloop", http="httptools")
