//! Code search, which is on its way out: 404 where it is switched off.

use serde_json::{Value, json};

use super::{error, page};
use crate::{
    wire::{
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::content,
};

pub(super) const ROUTES: &[Route] = &[Route::new(
    "GET",
    "/2.0/workspaces/{workspace}/search/code",
    Access::Scopes(&["repository"]),
    code,
)];

/// Files of the main branches that hold the text that is looked for.
fn code(call: &mut Call<'_>) -> Handled {
    let home = call.home()?.slug.clone();
    if !call.world.bitbucket.code_search {
        return Err(error::simple(404, "Code search is not enabled."));
    }
    let wanted = call.asked.query_value("search_query");
    let wanted = wanted.filter(|wanted| !wanted.is_empty());
    let wanted = wanted.ok_or_else(|| error::field("search_query", "required"))?;
    let mut found: Vec<Value> = Vec::new();
    for own in &call.world.bitbucket.repositories {
        if own.workspace != home || !call.may_see(own) {
            continue;
        }
        let head = own
            .main_branch
            .as_ref()
            .and_then(|name| own.branches.get(name));
        let Some(head) = head else {
            continue;
        };
        for (path, file) in content::files_at(own, head) {
            let mut lines = file.content.lines().enumerate();
            let line = lines.find(|(_, line)| line.contains(&wanted));
            if line.is_none() && !path.contains(&wanted) {
                continue;
            }
            let matches: Vec<Value> = line
                .map(|(number, text)| json!({"lines": [{"line": number + 1, "segments": [{"text": text}]}]}))
                .into_iter()
                .collect();
            let root = format!("{}/2.0/repositories/{}", call.base, own.full_name());
            found.push(json!({
                "type": "code_search_result",
                "content_match_count": matches.len(),
                "content_matches": matches,
                "path_matches": [{"text": path, "match": path.contains(&wanted)}],
                "file": {
                    "type": "commit_file",
                    "path": path,
                    "links": {"self": {"href": format!("{root}/src/{head}/{path}")}},
                },
            }));
        }
    }
    page::numbered(call, page::GENERAL, &found, Clone::clone)
}
