//! Which hosts have a proxy before them.

use super::*;

fn settings(variables: &[(&str, &str)]) -> Result<ProxySettings, TransportConfigError> {
    ProxySettings::from_variables(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

fn before(variables: &[(&str, &str)], host: &'static str) -> Option<String> {
    let proxy = settings(variables).unwrap().before(&Uri::from_static(host));
    proxy.map(|proxy| proxy.uri().to_string())
}

#[test]
fn the_usual_variables_name_a_proxy_for_each_scheme() {
    let two = [("HTTPS_PROXY", "http://one:3128"), ("http_proxy", "two:80")];
    let secure = "https://api.bitbucket.org/2.0/user";
    let plain = "http://bitbucket.internal/";
    assert_eq!(before(&two, secure).as_deref(), Some("http://one:3128/"));
    assert_eq!(before(&two, plain).as_deref(), Some("http://two:80/"));
    let all = [
        ("ALL_PROXY", "http://all:1"),
        ("HTTP_PROXY", "http://two:2"),
    ];
    assert_eq!(before(&all, secure).as_deref(), Some("http://all:1/"));
    assert_eq!(before(&all, plain).as_deref(), Some("http://two:2/"));
    assert_eq!(before(&[], secure), None);
    assert_eq!(before(&[("HTTPS_PROXY", " ")], secure), None);
}

#[test]
fn hosts_that_are_excepted_are_reached_directly() {
    let variables = [
        ("HTTPS_PROXY", "http://one:3128"),
        ("NO_PROXY", ".internal, 10.0.0.0/8,bitbucket.org"),
    ];
    for direct in [
        "https://tracker.internal/",
        "https://10.1.2.3/",
        "https://api.bitbucket.org/",
    ] {
        assert_eq!(before(&variables, direct), None, "{direct}");
    }
    let through = before(&variables, "https://notbitbucket.org/");
    assert_eq!(through.as_deref(), Some("http://one:3128/"));
}

#[test]
fn a_cgi_program_is_not_led_by_its_requests() {
    let variables = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil:1")];
    assert_eq!(before(&variables, "http://bitbucket.internal/"), None);
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_instead_of_passed_over() {
    for proxy in [
        "socks5://one:1080",
        "https://one:443",
        "ftp://one",
        "http://",
        "one two",
    ] {
        let refused = settings(&[("HTTPS_PROXY", proxy)]).err();
        assert_eq!(refused, Some(TransportConfigError::Proxy), "{proxy}");
    }
}

#[test]
fn the_proxys_password_is_not_shown() {
    let given = settings(&[("HTTPS_PROXY", "http://ann:s3cret@one:3128")]).unwrap();
    assert!(!format!("{given:?}").contains("s3cret"));
    let host = Uri::from_static("https://api.bitbucket.org/");
    let proxy = given.before(&host).unwrap();
    assert_eq!(proxy.basic_auth().unwrap(), "Basic YW5uOnMzY3JldA==");
}

#[test]
fn a_tunnel_for_plain_http_leads_to_its_port() {
    let port = |host| with_port(Uri::from_static(host)).unwrap().port_u16();
    assert_eq!(port("http://a.example/x"), Some(80));
    assert_eq!(port("http://a.example:8080/x"), Some(8080));
    assert_eq!(port("https://a.example/x"), None);
}
