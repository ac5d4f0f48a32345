// Signs or verifies Connect requests with Atlassian's library: node tokens.cjs sign|verify REQUEST.json NODE_MODULES
const [work, file, modules] = process.argv.slice(2);
const jwt = require(`${modules}/atlassian-jwt`);
const request = JSON.parse(require("fs").readFileSync(file, "utf8"));
const url = `${request.path}?${request.query}`, algorithm = jwt.SymmetricAlgorithm.HS256;
const hash = () => jwt.createQueryStringHash(jwt.fromMethodAndUrl(request.method, url));

function sign() {
  const now = Math.floor(Date.now() / 1000);
  return jwt.encodeSymmetric({ iss: request.issuer, iat: now, exp: now + 180, qsh: hash(), sub: request.subject }, request.secret, algorithm);
}
const token = sign();
function verify() {
  // The issuer leads to the secret, so it is read first.
  if (jwt.decodeSymmetric(token, "", algorithm, true).iss !== request.issuer) throw new Error("issuer");
  const claims = jwt.decodeSymmetric(token, request.secret, algorithm, false);
  if (claims.exp < Date.now() / 1000) throw new Error("expired");
  if (claims.qsh !== hash()) throw new Error("another request");
}
function rate(f, seconds) {
  const spent = start => { const used = process.cpuUsage(start); return (used.user + used.system) / 1e6; };
  const start = process.cpuUsage();
  for (let runs = 0; ;) {
    for (let i = 0; i < 500; i++) f();
    runs += 500;
    if (spent(start) >= seconds) return runs / spent(start);
  }
}
const f = { sign, verify }[work];
rate(f, 0.4);
const version = require(`${modules}/atlassian-jwt/package.json`).version;
console.log(JSON.stringify({ values: { per_cpu_second: rate(f, 0.7) }, versions: { "atlassian-jwt": version, Node: process.version.slice(1) } }));
