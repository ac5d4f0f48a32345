//! As whom the server runs: it refuses to run as root.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// Numbers of a user and its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl User {
    /// Somebody else when we are root; nobody else otherwise.
    pub(crate) fn other() -> Option<Self> {
        // A file that we make is ours: what a process is can't be asked for without unsafe code.
        let root = fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0);
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        root.then(|| of(&users, "postgres").or_else(|| of(&users, "nobody")))
            .flatten()
    }

    /// Lets a command run as this user.
    pub(crate) fn runs(user: Option<Self>, command: &mut Command) -> &mut Command {
        // Elsewhere the current folder may be closed to that user.
        command.current_dir(Path::new("/"));
        match user {
            Some(Self { user, group }) => command.uid(user).gid(group),
            None => command,
        }
    }
}

/// The user of this name in a file of the form of `/etc/passwd`.
fn of(users: &str, name: &str) -> Option<User> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        Some(User {
            user: fields.nth(1)?.parse().ok()?,
            group: fields.next()?.parse().ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        let postgres = User {
            user: 101,
            group: 104,
        };
        assert_eq!(of(users, "postgres"), Some(postgres));
        assert_eq!(of(users, "nobody"), None);
    }
}
