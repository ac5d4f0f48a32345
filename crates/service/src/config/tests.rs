//! What a configuration says, and what is said about a wrong one.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::*;

fn load_text(text: &str, variables: &[(&str, &str)]) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("service.toml");
    std::fs::write(&path, text).unwrap();
    let environment = Environment::of(
        variables
            .iter()
            .map(|(name, value)| (format!("BITBUCKET_INTEGRATION_{name}"), *value)),
    );
    let shown = format!("{}/", folder.path().display());
    load(Some(&path), &environment).map_err(|error| error.to_string().replace(&shown, ""))
}

fn refusal(text: &str, variables: &[(&str, &str)]) -> String {
    load_text(text, variables).unwrap_err()
}

#[test]
fn nothing_configured_is_the_documented_default() {
    let config = load_text("", &[]).unwrap().config;
    assert_eq!(config.server, ServerConfig::default());
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        config.storage.path,
        PathBuf::from("./data/bitbucket-integration.sqlite")
    );
    assert_eq!(config.storage.folder(), Path::new("./data"));
    assert_eq!(
        config.bitbucket.api_url.as_str(),
        "https://api.bitbucket.org"
    );
    assert!(config.trackers.is_empty());
    assert_eq!(config.jobs, JobsConfig::default());
}

#[test]
fn the_defaults_of_the_table_are_those_of_the_types() {
    let mut variables: Vec<(String, &str)> = Vec::new();
    for key in KEYS.iter().filter(|key| key.section != "trackers.NAME") {
        if let Some(default) = key.default {
            variables.push((key.variable(), default));
        }
    }
    let spelled = load(None, &Environment::of(variables)).unwrap().config;
    assert_eq!(format!("{spelled:?}"), format!("{:?}", Config::default()));
}

#[test]
fn the_environment_overrides_the_file() {
    let text = "[server]\nlisten = \"127.0.0.1:1\"\nmax_body_bytes = 5\n[jobs]\nlease = \"2m\"\n";
    let variables = [
        ("SERVER_LISTEN", "0.0.0.0:9"),
        ("JOBS_WORKERS", "7"),
        ("LOG_FORMAT", "json"),
    ];
    let config = load_text(text, &variables).unwrap().config;
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:9");
    assert_eq!(config.server.max_body_bytes, 5);
    assert_eq!(config.jobs.workers, 7);
    assert_eq!(config.jobs.lease, Duration::from_secs(120));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_its_nearest() {
    assert_eq!(
        refusal(
            "# mine\n[server]\nlisten = \"127.0.0.1:1\"\n  lissten = \"x\"\n",
            &[]
        ),
        "service.toml:4:3: unknown key `server.lissten`\n  did you mean `listen`? Keys of [server]: listen, public_url, \
         max_body_bytes, max_connections, header_timeout, write_timeout, body_timeout, request_timeout, drain_timeout, senders_file, trusted_proxies"
    );
    assert_eq!(
        refusal("[sever]\n", &[]),
        "service.toml:1:2: unknown key `sever`\n  did you mean `server`? Sections: server, storage, bitbucket, proxy, trackers, commits, connect, oauth, sync, pull_requests, build_status, releases, jobs, retention, log, metrics, telemetry, api"
    );
    assert_eq!(
        refusal("[log]\nworkers = 3\n", &[]),
        "service.toml:2:1: unknown key `log.workers`\n  `workers` belongs into [jobs]. Keys of [log]: format, filter"
    );
    assert_eq!(
        refusal("[trackers]\nkind = \"sentry\"\n", &[]),
        "service.toml:2:1: unknown key `trackers.kind`\n  give the tracker a name: `[trackers.sentry]`"
    );
    assert_eq!(
        refusal(
            "[trackers.sentry]\ntoken = \"abc\"\norganization = \"acme\"\n",
            &[]
        ),
        "service.toml:2:1: unknown key `trackers.sentry.token`\n  Keys of [trackers.sentry]: kind, url, organization, timeout, token_file"
    );
}

#[test]
fn a_wrong_value_says_where_and_what_is_expected() {
    assert_eq!(
        refusal("[jobs]\nworkers = \"many\"\n", &[]),
        "service.toml:2:11: `jobs.workers`: invalid type: string \"many\", expected usize"
    );
    assert_eq!(
        refusal("[jobs]\nlease = \"60\"\n", &[]),
        "service.toml:2:9: `jobs.lease`: invalid value: string \"60\", expected a time with its unit, such as `30s`, `5m` or `1h 30m`"
    );
    assert_eq!(
        refusal("jobs.workers = 0\n", &[]),
        "service.toml:1:16: `jobs.workers`: expected a number above 0"
    );
    assert_eq!(
        refusal("[bitbucket]\napi_url = \"ftp://x\"\n", &[]),
        "service.toml:2:11: `bitbucket.api_url`: the address must begin with `https://` or `http://`"
    );
    assert_eq!(
        refusal("", &[("SERVER_LISTEN", "here")]),
        "environment variable BITBUCKET_INTEGRATION_SERVER_LISTEN: `server.listen`: invalid socket address syntax"
    );
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_place() {
    let said = refusal("[server\nlisten = 1\n", &[]);
    assert!(said.starts_with("service.toml:1:"), "{said}");
    assert!(said.contains("not valid TOML"), "{said}");
}

#[test]
fn a_named_file_must_exist() {
    let missing = load(
        Some(Path::new("/nowhere/at-all.toml")),
        &Environment::default(),
    )
    .unwrap_err();
    assert_eq!(missing.code(), "config_unreadable");
    assert!(
        missing
            .to_string()
            .starts_with("can't read the configuration file /nowhere/at-all.toml")
    );
}

#[test]
fn a_tracker_needs_an_organization_and_a_token() {
    assert_eq!(
        refusal("[trackers.sentry]\n", &[]),
        "configuration: `trackers.sentry.organization`: it must be given: the organization's slug, as in the tracker's \
         address\n  set `organization` in [trackers.sentry], or BITBUCKET_INTEGRATION_TRACKERS_SENTRY_ORGANIZATION"
    );
    assert_eq!(
        refusal("[trackers.eu-1]\norganization = \"acme\"\n", &[]),
        "the token of [trackers.eu-1]: it is not given\n  set `token_file = \"…\"` in [trackers.eu-1], or \
         BITBUCKET_INTEGRATION_TRACKERS_EU_1_TOKEN or BITBUCKET_INTEGRATION_TRACKERS_EU_1_TOKEN_FILE in the environment"
    );
}

#[test]
fn a_tracker_can_come_from_the_environment_alone() {
    let variables = [
        ("TRACKERS_SENTRY_ORGANIZATION", "acme"),
        ("TRACKERS_SENTRY_URL", "https://sentry.example.com/"),
        ("TRACKERS_SENTRY_TOKEN", " very-secret\n"),
    ];
    let config = load_text("", &variables).unwrap().config;
    let tracker = &config.trackers["sentry"];
    assert_eq!(tracker.organization, "acme");
    assert_eq!(tracker.url.as_str(), "https://sentry.example.com");
    assert_eq!(
        tracker.token.as_ref().map(ExposeSecret::expose_secret),
        Some("very-secret")
    );
}

#[test]
fn a_secret_is_read_from_its_file_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "sntrys_hidden\n").unwrap();
    let text = format!(
        "[trackers.sentry]\norganization = \"acme\"\ntoken_file = {:?}\n",
        file.to_str().unwrap()
    );
    let loaded = load_text(
        &text,
        &[
            ("API_KEY", "long-key-hidden-0123"),
            ("STORAGE_KEY", "store-hidden"),
        ],
    )
    .unwrap();
    let token = loaded.config.trackers["sentry"].token.as_ref();
    assert_eq!(
        token.map(ExposeSecret::expose_secret),
        Some("sntrys_hidden")
    );
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("hidden"), "{shown}");
}

#[test]
fn a_proxy_is_taken_from_its_file_or_the_environment_and_never_shown() {
    let variables = [("PROXY_URL", "http://ann:hidden@proxy.acme.example:3128")];
    let loaded = load_text("[proxy]\nexcept = \"localhost\"\n", &variables).unwrap();
    assert!(loaded.config.proxy.settings().unwrap().is_some());
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("hidden"), "{shown}");
    let setting = |name: &str| {
        let found = loaded
            .settings
            .iter()
            .find(|one| one.section == "proxy" && one.name == name);
        found.unwrap().value.clone()
    };
    assert_eq!(setting("url").as_deref(), Some("***"));
    assert_eq!(setting("except").as_deref(), Some("\"localhost\""));
    assert!(Config::default().proxy.settings().unwrap().is_none());
    for wrong in [
        "socks5://hidden:1080",
        "https://proxy:hidden@host",
        "http://",
        "hidden proxy",
    ] {
        let said = refusal("", &[("PROXY_URL", wrong)]);
        assert!(
            said.starts_with("the proxy's address ([proxy] url_file): it is not one of an HTTP proxy\n  a proxy is given as http://host:port"),
            "{said}"
        );
        assert!(!said.contains("hidden"), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proxy");
    std::fs::write(&file, "http://proxy:3128\n").unwrap();
    let text = format!("[proxy]\nurl_file = {:?}\n", file.to_str().unwrap());
    let config = load_text(&text, &[]).unwrap().config;
    assert!(config.proxy.settings().unwrap().is_some());
}

#[test]
fn an_empty_secret_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "\n").unwrap();
    let said = refusal(
        &format!("[api]\nkey_file = {:?}\n", file.to_str().unwrap()),
        &[],
    );
    assert!(said.starts_with("the API key ([api] key_file): "), "{said}");
    assert!(said.contains("is empty"), "{said}");
}

#[test]
fn a_variable_that_is_nearly_ours_is_pointed_out() {
    let loaded = load_text(
        "",
        &[
            ("SERVER_LISTN", "x"),
            ("SERVICE_HOST_OF_THE_CLUSTER", "10.0.0.1"),
        ],
    )
    .unwrap();
    assert_eq!(
        loaded.warnings,
        [
            "BITBUCKET_INTEGRATION_SERVER_LISTN is not read; did you mean BITBUCKET_INTEGRATION_SERVER_LISTEN?"
        ]
    );
}

#[test]
fn the_documentation_is_made_of_the_keys() {
    let page = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/CONFIGURATION.md"
    ));
    assert!(
        page.unwrap() == reference(),
        "docs/CONFIGURATION.md is out of date: cargo run -p bitbucket-integration -- config reference > docs/CONFIGURATION.md"
    );
    assert!(!reference().contains("{{"), "a place without a table");
    let rows = reference().matches("| `BITBUCKET_INTEGRATION_").count();
    assert!(rows >= KEYS.len(), "a table without a place: {rows} rows");
}

#[test]
fn the_template_is_the_default_and_holds_every_key() {
    let config = load_text(&template(), &[]).unwrap().config;
    assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    // What has a default, or stands for nothing in this form, can be switched on as it is.
    let no_value = |line: &str| line.ends_with("= \"\"");
    let switched_on: Vec<_> = template()
        .lines()
        .filter(|line| !line.starts_with("# ") && !no_value(line))
        .map(|line| line.trim_start_matches('#').to_owned())
        .collect();
    let text = switched_on
        .join("\n")
        .replace("kind =", "organization = \"acme\"\nkind =");
    let loaded = load_text(&text, &[("TRACKERS_SENTRY_TOKEN", "t")]).unwrap();
    let with_default = KEYS
        .iter()
        .filter(|key| key.default.is_some_and(|text| !text.is_empty()));
    let in_file = loaded
        .settings
        .iter()
        .filter(|setting| setting.source == "file");
    assert_eq!(
        in_file.count(),
        with_default.count() + 1,
        "and the organization"
    );
    for key in KEYS {
        assert!(
            template().contains(&format!("\n#{} = ", key.name)),
            "{}",
            key.name
        );
    }
}

#[test]
fn an_address_keeps_its_path_and_loses_its_last_slash() {
    assert_eq!(
        HttpUrl::parse("https://host/prefix/").unwrap().as_str(),
        "https://host/prefix"
    );
    assert_eq!(
        HttpUrl::parse("https://user:pw@host"),
        Err(InvalidUrl::Extra)
    );
    assert_eq!(HttpUrl::parse("https://host/?a=b"), Err(InvalidUrl::Extra));
    assert_eq!(HttpUrl::parse("host"), Err(InvalidUrl::Malformed));
}

#[test]
fn an_api_key_that_can_be_guessed_is_refused() {
    assert_eq!(
        refusal("", &[("API_KEY", "secret")]),
        "the API key: it is shorter than 16 characters\n  take something long and random, such as the output of `openssl rand -hex 32`"
    );
    let blank = load_text("", &[("API_KEY", "   ")]).unwrap();
    assert!(blank.config.api.key.is_none());
}
