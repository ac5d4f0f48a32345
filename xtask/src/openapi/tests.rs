//! Small documents that agree, and one that disagrees in each way.

use bitbucket_api_paths::Operation;
use serde_json::{Value, json};

use super::compare::{Kind, compare};
use super::deviations::{Deviations, Judged};
use super::document::Document;
use super::report;

/// The operations that the documents here have.
const IDS: [&str; 6] = [
    "getCurrentUser",
    "compareTwoCommits",
    "createABuildStatusForACommit",
    "bulkCreateOrUpdateAnnotations",
    "listCommitsWithIncludeexclude",
    "searchWorkspace",
];

/// What a diff takes.
const DIFF: [&str; 6] = [
    "path",
    "context",
    "ignore_whitespace",
    "binary",
    "renames",
    "topic",
];

fn operations() -> impl Iterator<Item = &'static Operation> {
    Operation::all().filter(|one| IDS.contains(&one.id()))
}

fn query(name: &str, needed: bool) -> Value {
    json!({"name": name, "in": "query", "required": needed, "schema": {"type": "string"}})
}

/// An OpenAPI document that agrees with all of them.
fn agreeing() -> Value {
    let diff = DIFF.map(|name| query(name, false));
    let commit = "/repositories/{workspace}/{repo_slug}/commit/{commit}";
    let repository = json!([{"name": "workspace", "in": "path", "required": true},
        {"name": "repo_slug", "in": "path", "required": true}]);
    json!({
        "openapi": "3.0.0",
        "servers": [{"url": "https://api.bitbucket.org/2.0"}],
        "paths": {
            "/user": {"get": {"responses": {}}, "parameters": []},
            "/repositories/{workspace}/{repo_slug}/diff/{spec}": {
                "parameters": repository,
                "get": {"parameters": diff},
            },
            format!("{commit}/statuses/build"): {
                "post": {"requestBody": {"$ref": "#/components/requestBodies/status"}},
            },
            format!("{commit}/reports/{{reportId}}/annotations"): {
                "get": {},
                "post": {"requestBody": {"required": true, "content": {"application/json": {"schema": {
                    "type": "array", "items": {"$ref": "#/components/schemas/annotation"}}}}}},
            },
            "/repositories/{workspace}/{repo_slug}/commits": {
                "post": {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {
                    "properties": {"include": {}, "exclude": {}, "path": {}}}}}}},
            },
            "/workspaces/{workspace}/search/code": {
                "get": {"deprecated": true, "parameters": [{"$ref": "#/components/parameters/search"}]},
            },
        },
        "components": {
            "parameters": {"search": query("search_query", true)},
            "requestBodies": {"status": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/status"}}}}},
            "schemas": {
                "object": {"properties": {"type": {}}, "required": []},
                "status": {"allOf": [{"$ref": "#/components/schemas/object"}, {
                    "required": ["key", "state"],
                    "properties": {"key": {}, "state": {}, "name": {}, "url": {}, "description": {}, "refname": {}}}]},
                "annotation": {"properties": {"external_id": {}, "annotation_type": {}, "summary": {}, "details": {},
                    "path": {}, "line": {}, "severity": {}, "result": {}, "link": {}}},
            },
        },
    })
}

fn read(document: &Value) -> Document {
    Document::parse(&document.to_string()).unwrap()
}

/// `kind operation name` of each difference.
fn differences(document: &Value) -> Vec<String> {
    let found = compare(&read(document), operations());
    let lines = found.iter().map(|one| {
        let kind = serde_json::to_value(one.kind).unwrap();
        let name = one.name.clone().unwrap_or_default();
        format!("{} {} {name}", kind.as_str().unwrap(), one.operation)
            .trim_end()
            .to_owned()
    });
    lines.collect()
}

/// Changes one place of a document that agrees.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = agreeing();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    match value {
        Value::Null => {
            let parent = document
                .pointer_mut(parent)
                .unwrap()
                .as_object_mut()
                .unwrap();
            parent.remove(&name).unwrap();
        }
        value => document.pointer_mut(parent).unwrap()[name.as_str()] = value,
    }
    document
}

#[test]
fn a_document_that_agrees_is_agreed_with() {
    assert_eq!(differences(&agreeing()), Vec::<String>::new());
    assert_eq!(read(&agreeing()).format, "OpenAPI 3.0.0");
}

#[test]
fn swagger_2_says_the_same_in_its_own_way() {
    let parameter = |name: &str, place: &str, needed: bool| json!({"name": name, "in": place, "required": needed, "type": "string"});
    let diff = DIFF.map(|name| parameter(name, "query", false));
    let form = ["include", "exclude", "path"].map(|name| parameter(name, "formData", false));
    let status = json!({"allOf": [{"$ref": "#/definitions/object"}, {"properties":
        {"key": {}, "state": {}, "name": {}, "url": {}, "description": {}, "refname": {}}}]});
    let annotation = json!({"properties": {"external_id": {}, "annotation_type": {}, "summary": {},
        "details": {}, "path": {}, "line": {}, "severity": {}, "result": {}, "link": {}}});
    let commit = "/repositories/{workspace}/{repo_slug}/commit/{commit}";
    let body = |schema: Value| json!([{"name": "_body", "in": "body", "required": true, "schema": schema}]);
    let document = json!({
        "swagger": "2.0",
        "basePath": "/2.0",
        "paths": {
            "/user": {"get": {}},
            "/repositories/{workspace}/{repo_slug}/diff/{spec}":
                {"get": {"parameters": diff}},
            format!("{commit}/statuses/build"): {"post": {"parameters": body(json!({"$ref": "#/definitions/status"}))}},
            format!("{commit}/reports/{{reportId}}/annotations"): {"post": {"parameters":
                body(json!({"type": "array", "items": {"$ref": "#/definitions/annotation"}}))}},
            "/repositories/{workspace}/{repo_slug}/commits": {"post": {"parameters":
                form}},
            "/workspaces/{workspace}/search/code":
                {"get": {"deprecated": true, "parameters": [parameter("search_query", "query", true)]}},
        },
        "definitions": {"object": {"properties": {"type": {}}}, "status": status, "annotation": annotation},
    });
    assert_eq!(differences(&document), Vec::<String>::new());
    assert_eq!(read(&document).format, "Swagger 2.0");
}

#[test]
fn each_way_of_disagreeing_is_found() {
    let paths = "/paths/~1repositories~1{workspace}~1{repo_slug}";
    let status = "/components/schemas/status/allOf/1";
    let form = "/paths/~1repositories~1{workspace}~1{repo_slug}~1commits/post";
    let many = "/paths/~1repositories~1{workspace}~1{repo_slug}~1commit~1{commit}~1reports~1{reportId}~1annotations";
    let search = "/paths/~1workspaces~1{workspace}~1search~1code/get";
    let cases: Vec<(Value, &[&str])> = vec![
        (with("/paths/~1user", Value::Null), &["path getCurrentUser"]),
        (
            with("/paths/~1user", json!({"put": {}})),
            &["method getCurrentUser"],
        ),
        (
            with(
                &format!("{paths}~1diff~1{{spec}}/get"),
                json!({"parameters": [query("merge", false)]}),
            ),
            &[
                "query compareTwoCommits path",
                "query compareTwoCommits context",
                "query compareTwoCommits ignore_whitespace",
                "query compareTwoCommits binary",
                "query compareTwoCommits renames",
                "query compareTwoCommits topic",
            ],
        ),
        (
            with(
                "/paths/~1user/get",
                json!({"parameters": [query("who", true)]}),
            ),
            &["needed-query getCurrentUser who"],
        ),
        (
            with(
                "/paths/~1user/get",
                json!({"requestBody": {"required": true, "content": {}}}),
            ),
            &["body getCurrentUser"],
        ),
        (
            with(form, json!({})),
            &["body listCommitsWithIncludeexclude"],
        ),
        (
            with(
                &format!("{form}/requestBody"),
                json!({"content": {"application/json": {}}}),
            ),
            &["media listCommitsWithIncludeexclude"],
        ),
        (
            with(
                &format!("{many}/post/requestBody/content/application~1json"),
                json!({"schema": {"$ref": "#/components/schemas/annotation"}}),
            ),
            &["media bulkCreateOrUpdateAnnotations"],
        ),
        (
            with(&format!("{status}/properties/refname"), Value::Null),
            &["field createABuildStatusForACommit refname"],
        ),
        (
            with(&format!("{status}/required"), json!(["key", "uuid"])),
            &["needed-field createABuildStatusForACommit uuid"],
        ),
        (
            with(&format!("{search}/deprecated"), Value::Null),
            &["deprecation searchWorkspace"],
        ),
        (
            with("/paths/~1user/get", json!({"deprecated": true})),
            &["deprecation getCurrentUser"],
        ),
    ];
    for (document, expected) in cases {
        assert_eq!(differences(&document), expected, "{document}");
    }
}

#[test]
fn a_parameter_of_another_name_is_found() {
    let mut document = agreeing();
    let paths = document["paths"].as_object_mut().unwrap();
    let item = paths.remove("/workspaces/{workspace}/search/code").unwrap();
    paths.insert("/workspaces/{username}/search/code".to_owned(), item);
    assert_eq!(
        differences(&document),
        ["parameter-name searchWorkspace workspace"]
    );
}

#[test]
fn what_was_removed_must_not_be_published() {
    let document = with("/paths/~1workspaces", json!({"get": {}}));
    let removed = Operation::all().filter(|one| one.id() == "listWorkspacesForUser");
    let found = compare(&read(&document), removed);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, Kind::StillPublished);
    let removed = Operation::all().filter(|one| one.id() == "listWorkspacesForUser");
    assert_eq!(compare(&read(&agreeing()), removed), []);
}

#[test]
fn what_is_no_document_is_told_with_the_place() {
    let broken = with(
        "/components/requestBodies/status/content/application~1json/schema",
        json!({"$ref": "#/components/schemas/nothing"}),
    );
    let circle = with(
        "/components/schemas/status",
        json!({"$ref": "#/components/schemas/status"}),
    );
    let endless = with(
        "/components/schemas/object",
        json!({"allOf": [{"$ref": "#/components/schemas/object"}]}),
    );
    for (text, told) in [
        ("{".to_owned(), "it is no JSON"),
        (
            "[]".to_owned(),
            "it has neither `swagger` nor `openapi` at its top",
        ),
        (
            json!({"swagger": "1.2"}).to_string(),
            "its Swagger version is 1.2; 2.0 is understood",
        ),
        (
            json!({"openapi": "4.0"}).to_string(),
            "its OpenAPI version is 4.0; 3 is understood",
        ),
        (
            json!({"openapi": "3.0.0"}).to_string(),
            "it has no object `paths`",
        ),
        (
            json!({"openapi": "3.0.0", "paths": {}}).to_string(),
            "its `paths` hold no operation",
        ),
        (
            broken.to_string(),
            "`#/components/schemas/nothing` leads nowhere",
        ),
        (circle.to_string(), "a reference leads in a circle"),
        (endless.to_string(), "a schema is nested more than 32 deep"),
    ] {
        let error = Document::parse(&text).unwrap_err();
        let chain = format!("{error:#}");
        assert!(chain.contains(told), "{chain}");
    }
    let error = Document::parse(&broken.to_string()).unwrap_err();
    let place = "commit/{commit}/statuses/build` → `post`";
    assert!(format!("{error:#}").contains(place), "{error:#}");
}

#[test]
fn what_is_meant_is_listed_with_its_reason_and_does_not_fail() {
    let data = r#"
        [[everywhere]]
        kind = "query"
        name = "topic"
        because = "all take it"
        [[deviation]]
        operations = ["compareTwoCommits"]
        kind = "query"
        names = ["binary"]
        because = "prose"
        [[deviation]]
        operations = ["getCurrentUser"]
        kind = "path"
        because = "never seen"
    "#;
    let diff = "/paths/~1repositories~1{workspace}~1{repo_slug}~1diff~1{spec}/get";
    let names = ["path", "context", "ignore_whitespace", "renames"];
    let document = with(
        diff,
        json!({"parameters": names.map(|name| query(name, false))}),
    );
    let judged = Deviations::parse(data)
        .unwrap()
        .judge(compare(&read(&document), operations()));
    let reasons: Vec<&str> = judged
        .meant
        .iter()
        .map(|one| one.because.as_str())
        .collect();
    assert_eq!(reasons, ["prose", "all take it"]);
    assert_eq!(judged.disagreements, []);
    assert_eq!(judged.unused, ["never seen"]);
    let text = report::text(&read(&document), 6, &judged);
    assert!(
        text.contains("`binary`: the document has no such query parameter\n    prose"),
        "{text}"
    );
    let json: Value =
        serde_json::from_str(&report::json(&read(&document), 6, &judged).unwrap()).unwrap();
    assert_eq!(json["meant"][0]["because"], "prose");
    assert_eq!(json["disagreements"], json!([]));
}

#[test]
fn a_disagreement_is_one_line_with_its_place() {
    let document = read(&with("/paths/~1user", json!({"put": {}})));
    let judged = Judged {
        disagreements: compare(&document, operations()),
        ..Judged::default()
    };
    assert_eq!(
        report::text(&document, 6, &judged),
        "GET /2.0/user (getCurrentUser): the document has this path with PUT only\n\n\
         6 operations checked against 7 of OpenAPI 3.0.0: 1 disagree in something, 0 differences are meant"
    );
}

#[test]
fn every_exception_names_an_operation_that_exists() {
    let ours = Deviations::ours().unwrap();
    for id in ours.operations() {
        assert!(Operation::all().any(|one| one.id() == id), "{id}");
    }
}
