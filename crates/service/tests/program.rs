//! The program as a person runs it: its exit codes, what it prints, what it leaves behind.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails its test"
)]

#[cfg(feature = "demo")]
#[path = "program/beside.rs"]
mod beside;
#[cfg(feature = "demo")]
#[path = "program/stopping.rs"]
mod stopping;
#[cfg(feature = "demo")]
#[path = "program/storage.rs"]
mod storage;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take to become so.
const PATIENCE: Duration = Duration::from_secs(20);

const PROGRAM: &str = env!("CARGO_BIN_EXE_bitbucket-integration");

/// The program in a folder, with nothing but these variables.
fn program(folder: &Path, variables: &[(&str, &str)], line: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, variables: &[(&str, &str)], line: &str) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = program(folder, variables, line).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A `serve` that is killed when nobody waits for it any more.
struct Serving {
    child: Child,
    url: String,
    said: Vec<String>,
}

impl Serving {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let listen = ("BITBUCKET_INTEGRATION_SERVER_LISTEN", "127.0.0.1:0");
        let variables = [&[listen], variables].concat();
        Self::of(program(folder, &variables, "serve"))
    }

    /// One whose log and notes go into a file.
    #[cfg(feature = "demo")]
    fn start_logging(folder: &Path) -> Self {
        let listen = ("BITBUCKET_INTEGRATION_SERVER_LISTEN", "127.0.0.1:0");
        let mut command = program(folder, &[listen], "serve");
        let log = folder.join("serve.log");
        command.stderr(std::fs::File::create(&log).unwrap());
        Self::ready(command)
    }

    /// One whose files may have so many KiB at most; writing more fails like on a full disk.
    fn limited(folder: &Path, kibibytes: u32) -> Self {
        let mut command = Command::new("bash");
        let limit = format!("trap '' XFSZ; ulimit -S -f {kibibytes}; exec {PROGRAM} serve");
        command
            .args(["-c", &limit])
            .current_dir(folder)
            .env_clear()
            .env("BITBUCKET_INTEGRATION_SERVER_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null());
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::ready(command)
    }

    /// Starts it and waits until it is ready.
    fn ready(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        for line in lines.map_while(Result::ok) {
            said.push(line);
            if said
                .last()
                .is_some_and(|line| line.starts_with("Stop with"))
            {
                break;
            }
        }
        let url = said
            .iter()
            .find_map(|line| line.trim().strip_prefix("listens on"))
            .map(|url| url.trim().to_owned());
        let url = url.unwrap_or_else(|| panic!("it does not say where it listens: {said:?}"));
        Self { child, url, said }
    }

    /// Lets its files grow again, as on a disk where somebody made room.
    #[cfg(target_os = "linux")]
    fn unlimited(&self) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let unlimited = Rlimit {
            current: None,
            maximum: None,
        };
        prlimit(
            Pid::from_child(&self.child).into(),
            Resource::Fsize,
            unlimited,
        )
        .unwrap();
    }

    fn signal(&self) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .arg("-TERM")
                .arg(id)
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn serve_needs_nothing_tells_what_is_next_and_stops_when_asked() {
    let folder = TempDir::new().unwrap();
    let mut serving = Serving::start(folder.path());
    let said = serving.said.join("\n");
    for part in [
        "is ready",
        "this machine only",
        "./data/bitbucket-integration.sqlite",
        "./data/api.key (made now)",
        "[trackers.sentry]",
    ] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
    let asked = run(
        folder.path(),
        &[("BITBUCKET_INTEGRATION_SERVER", &serving.url)],
        "status",
    );
    assert_eq!(asked.0, 0, "{}", asked.2);
    assert!(
        asked
            .1
            .contains("jobs        0 ready, 0 running, 0 done, 0 dead\n"),
        "{}",
        asked.1
    );
    serving.signal();
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn what_serve_keeps_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = TempDir::new().unwrap();
    let _serving = Serving::start(folder.path());
    let mode = |path: &str| {
        std::fs::metadata(folder.path().join(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("data"), 0o700);
    for file in ["api.key", "storage.key", "bitbucket-integration.sqlite"] {
        assert_eq!(mode(&format!("data/{file}")), 0o600, "{file}");
    }
}

#[test]
fn another_process_on_the_address_is_told_with_what_to_do() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let serving = Serving::start(folder.path());
    let address = serving.url.trim_start_matches("http://");
    let refused = run(
        other.path(),
        &[("BITBUCKET_INTEGRATION_SERVER_LISTEN", address)],
        "serve",
    );
    assert_eq!(refused.0, 2);
    assert!(
        refused.2.contains(&format!("can't listen on {address}")),
        "{}",
        refused.2
    );
    assert!(
        refused.2.contains("choose another `listen`"),
        "{}",
        refused.2
    );
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0);
}

#[test]
fn a_service_that_is_not_there_is_exit_code_3() {
    let folder = TempDir::new().unwrap();
    let nobody = [
        ("BITBUCKET_INTEGRATION_SERVER", "http://127.0.0.1:1"),
        ("BITBUCKET_INTEGRATION_API_KEY", "0123456789abcdef"),
    ];
    let (code, out, said) = run(folder.path(), &nobody, "status");
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(
        said.starts_with("error: the service at http://127.0.0.1:1 can't be reached"),
        "{said}"
    );
    let release = "release rocket@1 --repository acme/rocket --commit 0123456789abcdef0123456789abcdef01234567";
    assert_eq!(run(folder.path(), &nobody, release).0, 3);
}

#[test]
fn what_cant_be_used_is_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let none = &[][..];
    assert_eq!(run(folder.path(), none, "nothing-like-it").0, 2);
    let (code, _, said) = run(folder.path(), none, "connect acme");
    assert_eq!(code, 2);
    assert!(said.contains("--access-token-file FILE"), "{said}");
    let (code, _, said) = run(folder.path(), none, "status");
    assert_eq!(code, 2);
    assert!(said.contains("no API key"), "{said}");
    std::fs::write(
        folder.path().join("bitbucket-integration.toml"),
        "[server]\nlisen = \"x\"\n",
    )
    .unwrap();
    let (code, _, said) = run(folder.path(), none, "config check");
    assert_eq!(code, 2);
    assert!(
        said.starts_with("error: ./bitbucket-integration.toml:2:1: unknown key `server.lisen`\n  did you mean `listen`?"),
        "{said}"
    );
}

#[test]
fn a_good_configuration_is_said_to_be_good() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("mine.toml"),
        "[trackers.eu]\norganization = \"acme\"\n",
    )
    .unwrap();
    let token = [("BITBUCKET_INTEGRATION_TRACKERS_EU_TOKEN", "a-token")];
    let checked = run(folder.path(), &token, "--config mine.toml config check");
    assert_eq!(
        checked,
        (
            0,
            "the configuration is good (mine.toml; trackers: eu)\n".to_owned(),
            String::new()
        )
    );
}

#[test]
fn a_tracker_that_is_not_there_is_found_when_asked_for() {
    let folder = TempDir::new().unwrap();
    let tracker = [
        ("BITBUCKET_INTEGRATION_TRACKERS_EU_ORGANIZATION", "acme"),
        ("BITBUCKET_INTEGRATION_TRACKERS_EU_TOKEN", "a-token"),
        (
            "BITBUCKET_INTEGRATION_TRACKERS_EU_URL",
            "http://127.0.0.1:1",
        ),
    ];
    let (code, said, trouble) = run(folder.path(), &tracker, "config check --online");
    assert_eq!(
        (code, said.as_str()),
        (
            1,
            "the configuration is good (no file, defaults; trackers: eu)\n"
        )
    );
    assert!(
        trouble.starts_with("error: tracker eu: the tracker is not available"),
        "{trouble}"
    );
    assert!(
        trouble.ends_with("error: 1 of 1 trackers can't be used\n"),
        "{trouble}"
    );
}

#[test]
fn explain_reads_a_message_as_the_service_does() {
    let folder = TempDir::new().unwrap();
    let said = Command::new(PROGRAM)
        .args(["explain", "Fixes ROCKET-1A (see ROCKET-2)"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    assert!(said.status.success());
    let said = String::from_utf8(said.stdout).unwrap();
    let expected = "resolve ROCKET-1A: \"ROCKET-1A\" is among the words behind \"Fixes\"\n\
        not \"ROCKET-2\": '(' ends what the keyword before it reads\n\
        pushed to main: ROCKET-1A is told of the commit\n\
        released: ROCKET-1A is resolved in the release\n";
    assert_eq!(said, expected);
}

#[test]
fn explain_minds_the_policy_of_the_configuration() {
    let folder = TempDir::new().unwrap();
    let config = "[commits]\nprofile = \"strict\"\nresolve = [\"main\"]\n";
    std::fs::write(folder.path().join("bitbucket-integration.toml"), config).unwrap();
    let (code, said, trouble) = run(folder.path(), &[], "explain fixes:ROCKET-1A");
    assert_eq!((code, trouble.as_str()), (0, ""));
    assert!(
        said.ends_with("\npushed to main: ROCKET-1A is resolved\n"),
        "{said}"
    );
    let (_, said, _) = run(folder.path(), &[], "explain fixes:ROCKET-1A --branch next");
    assert!(
        said.ends_with("\npushed to next: ROCKET-1A is told of the commit\nreleased: ROCKET-1A is resolved in the release\n"),
        "{said}"
    );
}

#[test]
fn a_grammar_of_ones_own_is_used_and_what_is_wrong_with_it_is_said() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let documented = include_str!("../../../docs/CONFIGURATION.md");
    let profile = documented
        .split("```toml\n")
        .find(|block| block.starts_with("name = \"ours\""));
    let (profile, _) = profile.unwrap().split_once("```").unwrap();
    write("ours.toml", profile);
    write(
        "bitbucket-integration.toml",
        "[commits]\nprofile_file = \"ours.toml\"\n",
    );
    let (code, said, trouble) = run(folder.path(), &[], "explain behebt:ROCKET-1A");
    assert_eq!((code, trouble.as_str()), (0, ""));
    assert!(
        said.starts_with("resolve ROCKET-1A: \"ROCKET-1A\" stands "),
        "{said}"
    );
    let (code, said, _) = run(folder.path(), &[], "explain closes:ROCKET-1A");
    assert_eq!(code, 0);
    assert!(said.starts_with("no reference\n"), "{said}");
    let (_, said, _) = run(
        folder.path(),
        &[],
        "explain closes:ROCKET-1A --profile strict",
    );
    assert!(said.starts_with("resolve ROCKET-1A: "), "{said}");

    write("ours.toml", &profile.replace("\"fixes\"", "\"fix\""));
    for command in ["config check", "explain fixes:ROCKET-1A"] {
        let (code, _, trouble) = run(folder.path(), &[], command);
        assert_eq!(code, 2, "{trouble}");
        let wrong = "ours.toml can't be used: the keyword \"fix\" is given twice: for resolve and for resolve";
        assert!(trouble.contains(wrong), "{trouble}");
    }
}

#[test]
fn numbers_are_read_by_the_smart_profile() {
    let folder = TempDir::new().unwrap();
    let (code, said, trouble) = run(folder.path(), &[], "explain resolves:#7 --profile smart");
    assert_eq!((code, trouble.as_str()), (0, ""));
    assert!(said.starts_with("resolve #7: "), "{said}");
    let chosen = [("BITBUCKET_INTEGRATION_COMMITS_PROFILE", "smart")];
    let (_, by_variable, _) = run(folder.path(), &chosen, "explain resolves:#7");
    assert_eq!(by_variable, said);
}

#[cfg(feature = "demo")]
#[test]
fn the_demo_ends_with_the_issue_resolved_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let (code, said, trouble) = run(
        folder.path(),
        &[("TMPDIR", temporary.to_str().unwrap())],
        "demo",
    );
    assert_eq!((code, trouble.as_str()), (0, ""), "{said}");
    let last = said.lines().rev().nth(2).unwrap();
    assert_eq!(
        last,
        "11. after       ROCKET-1A: unresolved → resolved in rocket@1.4.0, as the tracker says"
    );
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn a_copy_is_made_beside_a_running_service_and_comes_back_when_it_is_stopped() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let service = [("BITBUCKET_INTEGRATION_SERVER", serving.url.as_str())];
    let made = run(
        folder.path(),
        &service,
        "keys create pipelines --scope write",
    );
    assert_eq!(made.0, 0, "{}", made.2);
    let copied = run(folder.path(), &[], "backup copy.sqlite");
    assert_eq!(copied.0, 0, "{}", copied.2);
    let in_use = run(folder.path(), &[], "restore copy.sqlite --replace");
    assert_eq!(in_use.0, 1, "{}", in_use.2);
    assert!(in_use.2.contains("stop the service first"), "{}", in_use.2);
    let later = run(folder.path(), &service, "keys create later");
    assert_eq!(later.0, 0, "{}", later.2);
    drop(serving);

    let kept = run(folder.path(), &[], "restore copy.sqlite");
    assert!(kept.0 == 1 && kept.2.contains("--replace"), "{}", kept.2);
    let restored = run(folder.path(), &[], "restore copy.sqlite --replace");
    assert_eq!(restored.0, 0, "{}", restored.2);
    let serving = Serving::start(folder.path());
    let service = [("BITBUCKET_INTEGRATION_SERVER", serving.url.as_str())];
    let listed = run(folder.path(), &service, "keys list");
    assert!(
        listed.1.contains("pipelines") && !listed.1.contains("later"),
        "{}",
        listed.1
    );
    let key = made.1.trim();
    let opened = [service[0], ("BITBUCKET_INTEGRATION_API_KEY", key)];
    assert_eq!(run(folder.path(), &opened, "status").0, 0);
}

#[test]
fn the_storage_key_is_replaced_beside_a_running_service() {
    let folder = TempDir::new().unwrap();
    drop(Serving::start(folder.path()));
    let data = folder.path().join("data");
    std::fs::rename(data.join("storage.key"), data.join("old.key")).unwrap();
    let without = run(folder.path(), &[], "keys rotate");
    assert_eq!(without.0, 1, "{}", without.2);
    let previous = [(
        "BITBUCKET_INTEGRATION_STORAGE_PREVIOUS_KEY_FILE",
        "data/old.key",
    )];
    std::fs::write(data.join("storage.key"), "ab".repeat(32)).unwrap();
    let serving = Serving::start_with(folder.path(), &previous);
    let rotated = run(folder.path(), &previous, "keys rotate");
    assert_eq!(rotated.0, 0, "{}", rotated.2);
    assert!(rotated.2.contains("destroy that key"), "{}", rotated.2);
    drop(serving);
    let old = [("BITBUCKET_INTEGRATION_STORAGE_KEY_FILE", "data/old.key")];
    let refused = run(folder.path(), &old, "migrate");
    assert_eq!(refused.0, 1, "{}", refused.1);
    assert!(refused.2.contains("were sealed with key"), "{}", refused.2);
    assert_eq!(run(folder.path(), &[], "migrate").0, 0);
}

#[test]
fn the_service_manager_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("notify");
    let manager = std::os::unix::net::UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let told = || {
        let mut message = [0_u8; 256];
        let length = manager.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap()
    };
    let serving = Serving::start_with(
        folder.path(),
        &[("NOTIFY_SOCKET", socket.to_str().unwrap())],
    );
    assert_eq!(told().trim(), "READY=1");
    serving.signal();
    assert_eq!(told().trim(), "STOPPING=1");
}

#[test]
fn config_show_says_where_each_value_comes_from_and_no_secret() {
    let folder = TempDir::new().unwrap();
    let file = "[server]\nlisten = \"127.0.0.1:9\"\n[trackers.sentry]\norganization = \"acme\"\n";
    std::fs::write(folder.path().join("bitbucket-integration.toml"), file).unwrap();
    let variables = [
        (
            "BITBUCKET_INTEGRATION_TRACKERS_SENTRY_TOKEN",
            "the-secret-token",
        ),
        ("BITBUCKET_INTEGRATION_JOBS_WORKERS", "7"),
        (
            "DATABASE_URL",
            "postgres://user:the-secret-password@db/integration",
        ),
    ];
    let (code, shown, said) = run(folder.path(), &variables, "config show");
    assert_eq!(code, 0, "{said}");
    for line in [
        "listen = \"127.0.0.1:9\"  # file",
        "max_connections = 1024  # default",
        "workers = 7  # BITBUCKET_INTEGRATION_JOBS_WORKERS",
        "organization = \"acme\"  # file",
        "# token = ***",
        "# database_url = ***",
        "# public_url is not set",
    ] {
        assert!(
            shown.lines().any(|one| one == line),
            "no `{line}` in\n{shown}"
        );
    }
    assert!(!shown.contains("the-secret"), "{shown}");
    let (_, shown, _) = run(folder.path(), &variables, "config show --changed");
    assert!(!shown.contains("# default"), "{shown}");
}

/// A request on a connection that stays open; the status of its answer.
fn ask(stream: &mut std::net::TcpStream, request: &str) -> u16 {
    use std::io::{Read as _, Write as _};
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut part = [0_u8; 4096];
    loop {
        let length = stream.read(&mut part).unwrap();
        assert!(
            length > 0,
            "hung up after {}",
            String::from_utf8_lossy(&answer)
        );
        answer.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let expected: usize = length.unwrap().parse().unwrap();
        if body.len() >= expected {
            return head[9..12].parse().unwrap();
        }
    }
}

#[cfg(target_os = "linux")]
/// No file of the process may grow beyond a size, which is what a full disk looks like to the database.
#[test]
fn a_full_disk_is_said_and_nothing_that_was_answered_is_lost() {
    let folder = TempDir::new().unwrap();
    drop(Serving::start(folder.path()));
    let serving = Serving::limited(folder.path(), 1200);
    let key = std::fs::read_to_string(folder.path().join("data/api.key")).unwrap();
    let address = serving.url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!("Host: x\r\nAuthorization: Bearer {}\r\n", key.trim());
    let make = |n: usize| {
        let body = format!("{{\"name\":\"{n}-{}\",\"scope\":\"read\"}}", "x".repeat(80));
        format!(
            "POST /api/v1/keys HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let answered = (0..1100).map(|n| ask(&mut stream, &make(n)));
    let answers: Vec<u16> = answered.take_while(|status| *status == 201).collect();
    assert!(answers.len() < 1100, "the disk was never full");
    assert_eq!(ask(&mut stream, &make(5000)), 503, "it is still full");
    let alive = format!("GET /healthz HTTP/1.1\r\n{head}\r\n");
    assert_eq!(ask(&mut stream, &alive), 200);
    let read = format!("GET /api/v1/status HTTP/1.1\r\n{head}\r\n");
    assert_eq!(ask(&mut stream, &read), 200, "what is there can be read");
    let ready = format!("GET /readyz HTTP/1.1\r\n{head}\r\n");
    let mut until = |status: u16| {
        let end = Instant::now() + PATIENCE;
        while ask(&mut stream, &ready) != status {
            assert!(Instant::now() < end, "/readyz never answers {status}");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    until(503);

    // Somebody makes room, and nobody starts it again.
    serving.unlimited();
    until(200);
    assert_eq!(ask(&mut stream, &make(6000)), 201);
    let kept = answers.len() + 1;
    let listed = |serving: &Serving| {
        let service = [("BITBUCKET_INTEGRATION_SERVER", serving.url.as_str())];
        let (code, listed, said) = run(folder.path(), &service, "keys list --json");
        assert_eq!(code, 0, "{said}");
        listed.matches("\"active\"").count()
    };
    assert_eq!(listed(&serving), kept);
    drop(serving);
    assert_eq!(listed(&Serving::start(folder.path())), kept);
}
