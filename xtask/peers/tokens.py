"""Signs or verifies Connect requests with PyJWT, as an add-on in Python does: tokens.py sign|verify REQUEST.json"""
import hashlib
import hmac
import json
import sys
import time
from urllib.parse import parse_qs, quote, urlsplit

import jwt

work, request = sys.argv[1], json.load(open(sys.argv[2]))
METHOD, URL, SECRET = request["method"], request["path"] + "?" + request["query"], request["secret"]


def query_hash(method, url):
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    encode = lambda text: quote(text, safe="~")
    pairs = (f"{encode(name)}={','.join(encode(value) for value in sorted(query[name]))}" for name in sorted(query) if name != "jwt")
    path = parts.path.rstrip("/").replace("&", "%26") or "/"
    return hashlib.sha256(f"{method}&{path}&{'&'.join(pairs)}".encode()).hexdigest()


def sign():
    now = int(time.time())
    claims = {"iss": request["issuer"], "iat": now, "exp": now + 180, "qsh": query_hash(METHOD, URL), "sub": request["subject"]}
    return jwt.encode(claims, SECRET, algorithm="HS256")


TOKEN = sign()


def verify():
    # The issuer leads to the secret, so it is read first.
    assert jwt.decode(TOKEN, options={"verify_signature": False})["iss"] == request["issuer"]
    claims = jwt.decode(TOKEN, SECRET, algorithms=["HS256"])
    assert hmac.compare_digest(claims["qsh"], query_hash(METHOD, URL))


def rate(work, seconds):
    runs, start = 0, time.process_time()
    while True:
        for _ in range(100):
            work()
        runs += 100
        spent = time.process_time() - start
        if spent >= seconds:
            return runs / spent


function = {"sign": sign, "verify": verify}[work]
rate(function, 0.2)
print(json.dumps({"values": {"per_cpu_second": rate(function, 0.7)}, "versions": {"PyJWT": jwt.__version__, "Python": sys.version.split()[0]}}))
