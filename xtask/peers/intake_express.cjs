// Takes in signed pushes with Express: one better-sqlite3 transaction each, durable before the answer. node intake_express.cjs NODE_MODULES
const modules = process.argv[2], { PORT, DATABASE, WEBHOOK_SECRET } = process.env;
process.env.NODE_ENV = "production";
const express = require(`${modules}/express`), Database = require(`${modules}/better-sqlite3`), crypto = require("crypto");
const save = require("./store.cjs")(Database, DATABASE);
const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.post("/hook", express.raw({ type: "*/*", limit: "1mb" }), (request, response) => {
  const signature = Buffer.from("sha256=" + crypto.createHmac("sha256", WEBHOOK_SECRET).update(request.body).digest("hex"));
  const given = Buffer.from(request.get("x-hub-signature") || "");
  if (given.length !== signature.length || !crypto.timingSafeEqual(given, signature)) return response.status(401).end();
  save(request.get("x-request-uuid"), JSON.parse(request.body));
  response.status(204).end();
});
app.listen(+PORT, "127.0.0.1");
