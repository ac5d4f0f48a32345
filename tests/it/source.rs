//! From stack traces to the source and back.

use bitbucket_simulator::sha;
use bitbucket_simulator::world::FileChange;
use serde_json::{Value, json};

use crate::world::{World, commit, scenario};

async fn get(w: &World, path: &str, parameters: &[(&str, &str)]) -> Value {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    let answer = w
        .api()
        .get(&format!("/api/v1{path}?{}", query.finish()))
        .await;
    answer.good()
}

async fn id(w: &World) -> String {
    w.followed().await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_frame_leads_to_its_line_in_the_version_that_failed_else_on_the_main_branch() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let rule = json!({"project": "rocket", "stack_root": "/app/", "source_root": "src/"});
        let rules = format!("/api/v1/repositories/{}/mappings", id(w).await);
        assert_eq!(w.api().post(&rules, &rule).await.status, 201);
        let again = w.api().post(&rules, &rule).await;
        assert_eq!(
            (again.status, again.code().as_str()),
            (409, "mapping_exists")
        );
        rocket.releases("rocket@1").at("r2").since("r1").await;
        let link = |path: &'static str, more: &'static [(&str, &str)]| async move {
            let mut parameters = vec![("path", path), ("project", "rocket"), ("line", "7")];
            parameters.extend(more);
            get(w, "/source/link", &parameters).await
        };
        let failed = link("/app/engine.rs", &[("release", "rocket@1")]).await;
        let expected = format!(
            "https://bitbucket.org/acme/rocket/src/{}/src/engine.rs#lines-7",
            sha("r2")
        );
        assert_eq!(
            (&failed["outcome"], &failed["url"]),
            (&json!("found"), &json!(expected))
        );
        let newer = link("/app/guidance.rs", &[("release", "rocket@1")]).await;
        let expected = format!(
            "https://bitbucket.org/acme/rocket/src/{}/src/guidance.rs?at=main#lines-7",
            sha("r3")
        );
        assert_eq!(
            (&newer["branch"], &newer["url"]),
            (&json!("main"), &json!(expected))
        );
        assert_eq!(link("/app/none.rs", &[]).await["outcome"], "file_not_found");
        assert_eq!(
            link("/usr/x.rs", &[]).await["outcome"],
            "stack_root_mismatch"
        );
    })
    .await;
}

#[tokio::test]
async fn a_pasted_address_is_understood_also_with_slashes_in_the_branch() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push_to("feature/gauge", [commit("a1", "x")]).await;
        let address = "https://bitbucket.org/acme/rocket/src/feature/gauge/src/a1.rs#lines-3:5";
        let meant = get(w, "/source/parse", &[("url", address)]).await;
        assert_eq!(meant["reference"], "feature/gauge");
        assert_eq!(meant["commit"], sha("a1"));
        assert_eq!(
            (&meant["path"], &meant["first_line"], &meant["last_line"]),
            (&json!("src/a1.rs"), &json!(3), &json!(5))
        );
        for (wrong, status, code) in [
            (
                "https://elsewhere.example/acme/rocket/src/main/a",
                400,
                "invalid_field",
            ),
            (
                "https://bitbucket.org/acme/nowhere/src/main/a",
                404,
                "unknown_repository",
            ),
            (
                "https://bitbucket.org/acme/rocket/src/nowhere/a",
                404,
                "unknown_revision",
            ),
        ] {
            let encoded: String = url::form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
            let answer = w
                .api()
                .get(&format!("/api/v1/source/parse?url={encoded}"))
                .await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (status, code),
                "{wrong}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn code_owners_are_read_from_the_first_place_that_has_them() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let path = format!("/repositories/{}/codeowners", id(w).await);
        let none = w.api().get(&format!("/api/v1{path}")).await;
        assert_eq!((none.status, none.code().as_str()), (404, "unknown_file"));
        let file = |path: &str, content: &str| FileChange {
            content: Some(content.to_owned()),
            ..FileChange::added(path)
        };
        rocket
            .push([commit("a1", "Name the owners").files([
                file("docs/CODEOWNERS", "* @acme/docs\n"),
                file("CODEOWNERS", "# all\n* @acme/core\nsrc/ ada@acme.example\n"),
            ])])
            .await;
        let owners = get(w, &path, &[("path", "src/engine.rs")]).await;
        assert_eq!(owners["filepath"], "CODEOWNERS");
        assert_eq!(owners["rules"].as_array().unwrap().len(), 2);
        assert_eq!(owners["decides"]["owners"], json!(["ada@acme.example"]));
    })
    .await;
}

#[tokio::test]
async fn the_commit_that_wrote_the_line_is_suspected_first() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let engine = |content: &str| {
            [FileChange {
                content: Some(content.to_owned()),
                ..FileChange::modified("src/engine.rs")
            }]
        };
        let old: String = (1..=20).map(|n| format!("line {n}\n")).collect();
        let broken = old.replace("line 12\n", "line 12, broken\n");
        let newest = format!("{broken}more\n");
        for (label, content) in [("a1", &old), ("a2", &broken), ("a3", &newest)] {
            rocket
                .push([commit(label, "Work on the engine").files(engine(content))])
                .await;
        }
        w.settles().await;
        let asked = [
            ("path", "src/engine.rs"),
            ("line", "12"),
            ("project", "rocket"),
        ];
        let found = get(w, "/source/suspects", &asked).await;
        let suspects = found["suspects"].as_array().unwrap();
        assert_eq!(suspects[0]["commit"], sha("a2"), "{found}");
        assert_eq!(
            suspects[0]["reasons"],
            json!(["wrote_line", "changed_file"])
        );
        assert_eq!(suspects[0]["author_name"], "Ada Lovelace");
        assert_eq!(suspects[1]["commit"], sha("a3"), "{found}");
        assert_eq!(found["complete"], true, "all that touched the file");
    })
    .await;
}
