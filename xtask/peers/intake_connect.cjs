// Takes in pushes with atlassian-connect-express, which checks a Connect token and keeps its tenants in SQLite by Sequelize; the event
// handler saves before the answer. node intake_connect.cjs NODE_MODULES
const modules = process.argv[2], { PORT, DATABASE, CLIENT_KEY, SHARED_SECRET } = process.env;
process.env.NODE_ENV = "production";
const fs = require("fs"), path = require("path");
const express = require(`${modules}/express`), connect = require(`${modules}/atlassian-connect-express`), Database = require(`${modules}/better-sqlite3`);
const save = require("./store.cjs")(Database, DATABASE);
const folder = path.dirname(DATABASE), base = `http://127.0.0.1:${PORT}`;
process.chdir(folder);
const store = { adapter: "sequelize", dialect: "sqlite", storage: path.join(folder, "tenants.sqlite"), logging: false };
fs.writeFileSync("config.json", JSON.stringify({ product: "bitbucket", expressErrorHandling: true, production: { port: +PORT, localBaseUrl: base, whitelist: [], appKey: "measure", store } }));
fs.writeFileSync("atlassian-connect.json", JSON.stringify({ key: "measure", name: "measure", baseUrl: base, authentication: { type: "jwt" },
  lifecycle: { installed: "/installed", uninstalled: "/uninstalled" }, scopes: ["repository"], contexts: ["account"], modules: { webhooks: [{ event: "repo:push", url: "/hook" }] } }));
const app = express();
app.set("env", "production");
app.disable("x-powered-by");
app.use(express.json({ limit: "1mb" }));
const log = { info() {}, debug() {}, warn: text => console.error(text), error: text => console.error(text) };
const addon = connect(app, { config: {} }, log, () => {
  addon.on("repo:push", (event, body, request) => save(request.get("x-request-uuid"), body));
  // Its tables are made in the background.
  setTimeout(async () => {
    await addon.settings.set("clientInfo", { clientKey: CLIENT_KEY, sharedSecret: SHARED_SECRET, key: "measure", baseUrl: "https://api.bitbucket.org" }, CLIENT_KEY);
    app.listen(+PORT, "127.0.0.1");
  }, 1500);
});
app.use(addon.middleware());
