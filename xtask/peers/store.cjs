// What the Node servers keep: a row per delivery and per commit, in one transaction with synchronous=FULL.
module.exports = (Database, file) => {
  const database = new Database(file);
  database.pragma("journal_mode=WAL");
  database.pragma("synchronous=FULL");
  database.exec(`CREATE TABLE deliveries(id TEXT PRIMARY KEY, repository TEXT NOT NULL, received INTEGER NOT NULL);
    CREATE TABLE commits(repository TEXT NOT NULL, hash TEXT NOT NULL, message TEXT NOT NULL, author TEXT, date TEXT, PRIMARY KEY(repository, hash));`);
  const delivery = database.prepare("INSERT OR IGNORE INTO deliveries VALUES(?, ?, ?)");
  const commit = database.prepare("INSERT OR IGNORE INTO commits VALUES(?, ?, ?, ?, ?)");
  return database.transaction((id, event) => {
    const repository = event.repository.uuid;
    delivery.run(id, repository, Date.now());
    for (const change of event.push.changes)
      for (const { hash, message, author, date } of change.commits || []) commit.run(repository, hash, message, author.raw, date);
  }).immediate;
};
