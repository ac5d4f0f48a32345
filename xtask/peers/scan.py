"""Finds issue references in commit messages with `re`: scan.py MESSAGES [COUNT]"""
import json
import re
import sys
import time

messages = open(sys.argv[1], "rb").read().decode().split("\0")[: int(sys.argv[2]) if len(sys.argv) > 2 else None]
STATEMENT = re.compile(r"\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):?\s+([a-z0-9_\-\s,]+)\b", re.IGNORECASE)
ID = re.compile(r"\b([a-z0-9_-]+-[a-z0-9]+)\b", re.IGNORECASE)


CROCKFORD = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZOILU", "ABCDEFGHIJKLMNOPQRSTUV011!")


def short_id(text):
    """Project and number; `None` when there is no such number."""
    project, _, digits = text.upper().rpartition("-")
    try:
        number = int(digits.translate(CROCKFORD), 32)
    except ValueError:
        return None
    return (project, number) if number < 2**31 else None


def references(message):
    ids = {short_id(id) for run in STATEMENT.findall(message) for id in ID.findall(run)}
    return ids - {None}


def scan():
    return sum(len(references(message)) for message in messages)


start = time.process_time()
found = scan()
spent = time.process_time() - start
megabytes = sum(len(message.encode()) for message in messages) / 1e6
values = {"mb_per_cpu_second": megabytes / spent, "cpu_seconds": spent, "found": found}
print(json.dumps({"values": values, "versions": {"re": "", "Python": sys.version.split()[0]}}))
