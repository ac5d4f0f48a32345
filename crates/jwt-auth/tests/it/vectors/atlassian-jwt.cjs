// Computes atlassian-jwt.json with Atlassian's own library. In an empty folder:
//     npm install atlassian-jwt@2.0.3
//     NODE_PATH=node_modules node …/atlassian-jwt.cjs > …/atlassian-jwt.json
// Inputs, and what the rule says where the library deviates from it, are written by hand; all else is computed.
"use strict";
const jwt = require("atlassian-jwt");

const canonical = (method, url, base) =>
  jwt.createCanonicalRequest(jwt.fromMethodAndUrl(method, url), false, base);
const hash = (method, url, base) =>
  jwt.createQueryStringHash(jwt.fromMethodAndUrl(method, url), false, base);

const HOST = "https://api.bitbucket.org";
const UUID = "%7B3f6f1c7e-1111-2222-3333-444455556666%7D";
const BASE = "https://app.example.com/connect";
const agreeing = [
  ["GET", ""], ["GET", "/"], ["get", "/p"], ["Post", "/installed"], ["DELETE", "/a/b/"], ["PUT", "/a//"], ["GET", "//a//b"],
  ["GET", `${HOST}`], ["GET", `${HOST}/`], ["GET", `${HOST}?a=1`], ["GET", `${HOST}/2.0/user#a?b=1`],
  ["GET", `${HOST}/2.0/repositories/${UUID}/${UUID}/commits?include=main&exclude=v1.0&pagelen=100`],
  ["GET", `${HOST}/2.0/repositories/acme/rocket/src/8f3c2d1/docs/a%20b/%C3%A9.md?format=meta`],
  ["GET", `${HOST}/2.0/repositories/acme/rocket/refs/branches/feature%2Fx?fields=target.hash%2C-links`],
  ["GET", `${HOST}/2.0/repositories/acme?q=name~%22fuzzy%22%20AND%20updated_on%3E2024-01-01T00%3A00%3A00%2B00%3A00&sort=-updated_on`],
  ["GET", "/a&b/c&&d?e=f"], ["GET", "/a%26b"], ["GET", "/%7e/%7E/~"], ["GET", "/a+b/a%2Bb"], ["GET", "/a;b=c,d/(e)!*:@$"],
  ["GET", "/p?"], ["GET", "/p?&&"], ["GET", "/p?flag"], ["GET", "/p?flag="], ["GET", "/p?=1"], ["GET", "/p?="], ["GET", "/p?a=b=c"],
  ["GET", "/p?a=1&&b=2&"], ["GET", "/p?b=2&a=1"], ["GET", "/p?a=2&a=1&a=10&a="], ["GET", "/p?a&a=1&a"], ["GET", "/p?a=1,2&a=3"],
  ["GET", "/p?a=1%2C2&a=3"], ["GET", "/p?b=&B=&a=&A="], ["GET", "/p?a-b=1&a=2&a.b=3&a_b=4&a~b=5&ab=6"],
  ["GET", "/p?a%3Ab=1&a0=2&a%20=3&a%2F=4"], ["GET", "/p?a=:&a=0&a=~&a=%20"],
  ["GET", "/p?x=a+b&y=a%20b&z=a%2Bb"], ["GET", "/p?+=+"], ["GET", "/p?x=*!'()~-._"], ["GET", "/p?x=%2a%21%27%28%29%7e%2d%2e%5f"],
  ["GET", "/p?x=$@:/?;[]"], ["GET", "/p?%61=%62"], ["GET", "/p?x=%c3%a9&y=%C3%A9"], ["GET", "/p?x=%F0%9F%9A%80&%E2%82%AC=1"],
  ["GET", "/p?x=%00%7F%0A"], ["GET", "/p?x=%2525"], ["GET", "/p?a[]=1&a[]=2"], ["GET", "/p?toString=1&constructor=2&length=3"],
  ["GET", "/p?jwt=e30.e30.c2ln"], ["GET", "/p?a=1&jwt=x&b=2&jwt=y"], ["GET", "/p?%6Awt=x&a=1"], ["GET", "/p?JWT=x&jwt%20=y&jwt2=z"],
  ["GET", "/connect/p?z=1", BASE], ["GET", "/connect", BASE], ["GET", "/connect/", BASE], ["GET", "/other/connect/p", BASE],
  ["GET", "/connect/connect/p", BASE], ["GET", "/p", "https://app.example.com"], ["GET", "/connect/p", `${BASE}/`],
].map(([method, url, base]) => ({
  method, url, base_url: base ?? null, canonical: canonical(method, url, base), qsh: hash(method, url, base),
}));

const deviating = [
  ["GET", "/connection/p", BASE, "GET&/connection/p&", "a base path ends in the middle of a segment: two paths would get the same line"],
  ["GET", "/connect", `${BASE}/`, "GET&/&", "the slash at the end of a base URL is not part of the path it stands for"],
  ["GET", "//p", "https://app.example.com/", "GET&//p&", "a base URL without a path has nothing to take away"],
  ["GET", "/p?%EF%BC%81=1&%F0%9F%9A%80=2", null, "GET&/p&%EF%BC%81=1&%F0%9F%9A%80=2",
    "names sort by code point; JavaScript sorts by halves of UTF-16, which puts U+10000 and above before U+E000 to U+FFFF"],
  ["GET", "/p?a=%EF%BC%81&a=%F0%9F%9A%80", null, "GET&/p&a=%EF%BC%81,%F0%9F%9A%80", "the same for values of a repeated name"],
  ["GET", "/p?__proto__=1&a=2", null, "GET&/p&__proto__=1&a=2", "every parameter but jwt counts"],
  ["GET", `${HOST}/{uuid}/p`, null, "GET&/{uuid}/p&", "the path counts as sent; node's URL parser escapes some characters"],
  ["GET", `${HOST}/it's`, null, "GET&/it's&", "the path counts as sent; node's URL parser escapes some characters"],
  ["GET", "/p?a=%zz", null, { error: "malformed_escape" }, "an escape of nothing has no meaning to hash: refused"],
  ["GET", "/p?a=100%", null, { error: "malformed_escape" }, "an escape of nothing has no meaning to hash: refused"],
  ["GET", "/p?a=%FF", null, { error: "not_utf8" }, "U+FFFD stands in for what is not UTF-8: different requests would get the same line"],
  ["GET", "/p?a=b c", null, { error: "invalid_query_byte" }, "a space can't be sent in a query"],
  ["GET", "/a b", null, { error: "invalid_path_byte" }, "a space can't be sent in a path"],
  ["GET", "https://h\\x/p", null, { error: "invalid_url" }, "a backslash in the host: URL parsers disagree about where the path begins"],
  ["G&T", "/p", null, { error: "invalid_method" }, "no method has an ampersand: the line would be ambiguous"],
].map(([method, url, base, rule, why]) => ({
  method, url, base_url: base, atlassian_jwt: canonical(method, url, base ?? undefined),
  rule: typeof rule === "string" ? rule : null, refused: typeof rule === "string" ? null : rule.error, why,
}));
for (const { url, atlassian_jwt, rule } of deviating) if (atlassian_jwt === rule) throw new Error(`does not deviate: ${url}`);

const SECRET = "kW7q9sVdA2xY5bN8mT3rC6uF1hJ4pL0e";
const NOW = 1790000000;
const [APP, CLIENT] = ["app.example.com.bitbucket", "connection:123"];
const claims = (more) => ({ iss: APP, iat: NOW, exp: NOW + 180, qsh: hash("GET", "/2.0/user?a=1"), sub: CLIENT, ...more });
const token = (name, expected, payload, algorithm = "HS256", secret = SECRET) =>
  ({ name, expected, token: jwt.encodeSymmetric(payload, secret, algorithm) });
const tokens = {
  secret: SECRET, now: NOW, method: "GET", path: "/2.0/user", query: "a=1", app_key: APP, client_key: CLIENT,
  signed: token("as a signer makes it", null, claims()).token,
  received: [
    token("as a signer makes it", null, claims()),
    token("of Bitbucket, with an audience", null, { ...claims(), iss: CLIENT, aud: CLIENT }),
    token("with a list of audiences", null, claims({ aud: ["other", APP] })),
    token("with text that JSON escapes", null, claims({ sub: "a\"\\\u0001é🚀" })),
    token("of the longest lifetime", null, claims({ exp: NOW + 3600 })),
    token("for another audience", "wrong_audience", claims({ aud: "other" })),
    token("for a list of others", "wrong_audience", claims({ aud: ["other", "another"] })),
    token("for another request", "other_request", claims({ qsh: hash("GET", "/2.0/user?a=2") })),
    token("for a session", "context_token", claims({ qsh: "context-qsh" })),
    token("expired", "token_expired", claims({ iat: NOW - 600, exp: NOW - 60 })),
    token("from the future", "token_from_future", claims({ iat: NOW + 61, exp: NOW + 180 })),
    token("living too long", "lifetime_refused", claims({ exp: NOW + 3601 })),
    token("without a query hash", "claim_missing", claims({ qsh: undefined })),
    token("with an infinite time, which JSON has no number for", "claim_missing", claims({ exp: 1e999 })),
    token("of HS384", "algorithm_refused", claims(), "HS384"),
    token("of HS512", "algorithm_refused", claims(), "HS512"),
    token("with another secret", "signature_mismatch", claims(), "HS256", "another"),
  ],
};

console.log(JSON.stringify({ library: `atlassian-jwt ${jwt.version}`, agreeing, deviating, tokens }, null, 1));
