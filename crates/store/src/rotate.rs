//! Sealing everything anew with the current key, while the store is in use.

use bitbucket_integration_provider::ports::StoreError;
use uuid::Uuid;

use crate::Store;
use crate::columns::{Columns, Row};
use crate::error::from_vault;
use crate::key_check;
use crate::sealing::Place;
use crate::statement::{Statement, Steps, Value};

/// How many values are sealed anew in one transaction.
const BATCH: usize = 100;

/// A column with sealed values. Its texts take: the last key that was looked at, the current key, how many.
struct SealedColumn {
    place: Place,
    /// Gives `key`, `owner` (unless it is the key) and `sealed`, in the order of `key`.
    next: &'static str,
    /// Takes: the new value, the key, the old value. Whoever changed it meanwhile sealed it with the current key.
    replace: &'static str,
    key: Key,
}

/// What names a row.
enum Key {
    Id,
    Number,
    Text,
    Bytes,
}

const COLUMNS: [SealedColumn; 4] = [
    SealedColumn {
        place: Place::InstallationCredential,
        next: "
            SELECT id AS key, credential AS sealed FROM installations
            WHERE id > ? AND length(credential) > 0 AND substr(credential, 2, 8) <> ? ORDER BY id LIMIT ?",
        replace: "UPDATE installations SET credential = ? WHERE id = ? AND credential = ?",
        key: Key::Id,
    },
    SealedColumn {
        place: Place::HookSecret,
        next: "
            SELECT seq AS key, repository AS owner, secret AS sealed FROM hook_secrets
            WHERE seq > ? AND substr(secret, 2, 8) <> ? ORDER BY seq LIMIT ?",
        replace: "UPDATE hook_secrets SET secret = ? WHERE seq = ? AND secret = ?",
        key: Key::Number,
    },
    SealedColumn {
        place: Place::SharedSecret,
        next: "
            SELECT client_key AS key, shared_secret AS sealed FROM connect_tenants
            WHERE client_key > ? AND substr(shared_secret, 2, 8) <> ? ORDER BY client_key LIMIT ?",
        replace: "UPDATE connect_tenants SET shared_secret = ? WHERE client_key = ? AND shared_secret = ?",
        key: Key::Text,
    },
    SealedColumn {
        place: Place::Verifier,
        next: "
            SELECT state AS key, verifier AS sealed FROM pending_grants
            WHERE state > ? AND substr(verifier, 2, 8) <> ? ORDER BY state LIMIT ?",
        replace: "UPDATE pending_grants SET verifier = ? WHERE state = ? AND verifier = ?",
        key: Key::Bytes,
    },
];

/// A sealed value and where it is.
struct Found {
    key: Value,
    owner: Vec<u8>,
    sealed: Vec<u8>,
}

impl Store {
    /// Seals everything anew that was sealed with a previous key, a few values at a time, and forgets the previous keys when nothing is
    /// left; says how many values that were. Others may use the store meanwhile, provided that all of them seal with the current key.
    ///
    /// # Errors
    /// [`StoreError`]; what was sealed anew until then stays so, and another call goes on from there.
    pub async fn rotate(&self) -> Result<u64, StoreError> {
        let mut sealed = 0;
        for column in &COLUMNS {
            sealed += self.rotate_column(column).await?;
        }
        let current = self.vault.key_id().as_bytes().to_vec();
        self.change(Statement::new(key_check::FORGET_OTHERS).with(current))
            .await?;
        Ok(sealed)
    }

    async fn rotate_column(&self, column: &SealedColumn) -> Result<u64, StoreError> {
        let mut sealed = 0;
        let mut after = column.key.first();
        loop {
            let batch = self.sealed_otherwise(column, after.clone()).await?;
            let Some(last) = batch.last() else {
                return Ok(sealed);
            };
            after = last.key.clone();
            let steps = batch.into_iter().map(|found| self.anew(column, found));
            let steps: Vec<Statement> = steps.collect::<Result<_, _>>()?;
            let done = self.transact(Steps::new().then_all(steps)).await?;
            sealed += done.iter().map(|done| done.changed).sum::<u64>();
        }
    }

    async fn sealed_otherwise(
        &self,
        column: &SealedColumn,
        after: Value,
    ) -> Result<Vec<Found>, StoreError> {
        let query = Statement::new(column.next)
            .with(after)
            .with(self.vault.key_id().as_bytes().to_vec())
            .with(crate::columns::integer(BATCH));
        self.all(query, |row| column.key.read(row)).await
    }

    fn anew(&self, column: &SealedColumn, found: Found) -> Result<Statement, StoreError> {
        let failed = |error| from_vault(error, column.place.name());
        let plain = self
            .vault
            .open(column.place, &found.owner, &found.sealed)
            .map_err(failed)?;
        let anew = self
            .vault
            .seal(column.place, &found.owner, &plain)
            .map_err(failed)?;
        Ok(Statement::new(column.replace)
            .with(anew)
            .with(found.key)
            .with(found.sealed))
    }
}

impl Key {
    /// A value that comes before every key.
    fn first(&self) -> Value {
        match self {
            Self::Id => Value::from(&Uuid::nil()),
            Self::Number => Value::from(i64::MIN),
            Self::Text => Value::from(""),
            Self::Bytes => Value::from(Vec::new()),
        }
    }

    fn read(&self, row: &Row) -> Result<Found, StoreError> {
        let columns = Columns::new("sealed", row);
        let (key, owner) = match self {
            Self::Id => {
                let id: Uuid = columns.id("key", |id| id)?;
                (Value::from(&id), id.as_bytes().to_vec())
            }
            Self::Number => {
                let owner: Uuid = columns.id("owner", |id| id)?;
                let key = columns.integer("key")?;
                (Value::from(key), owner.as_bytes().to_vec())
            }
            Self::Text => {
                let key = columns.text("key")?.to_owned();
                let owner = key.as_bytes().to_vec();
                (Value::from(key), owner)
            }
            Self::Bytes => {
                let key = columns.bytes("key")?.to_vec();
                (Value::from(key.clone()), key)
            }
        };
        let sealed = columns.bytes("sealed")?.to_vec();
        Ok(Found { key, owner, sealed })
    }
}
