//! Saying something on an issue.

use bitbucket_http_client::policy::Repeat;
use bitbucket_integration_provider::ports::{TrackerError, TrackerIssue};

use super::answer::Answer;
use super::client::{Client, issue_segment};
use super::wire::{NewNote, Note};

const TEMPLATE: &str = "/api/0/organizations/{org}/issues/{issue_id}/notes/";

/// Part of what Sentry says to a text that its author posted on this issue within the last hour.
const REPEATED: &str = "already posted that comment";

/// Posts a note. Sentry refuses a repeated text with 400, which makes a repeated call harmless.
pub(super) async fn comment(
    client: &Client,
    issue: &TrackerIssue,
    text: &str,
) -> Result<(), TrackerError> {
    let segments = ["issues", issue_segment(issue)?, "notes"];
    let answer = client
        .send(
            ("POST", TEMPLATE),
            &segments,
            &NewNote { text },
            Repeat::Safe,
        )
        .await?;
    if answer.is_success()
        || (answer.status() == 400 && is_repeated(client, &segments, &answer, text).await)
    {
        return Ok(());
    }
    Err(answer.error("the issue"))
}

/// Whether the refusal is the one of a repeated text: by its words, or, as words change, because the text stands on the issue.
async fn is_repeated(client: &Client, segments: &[&str], answer: &Answer, text: &str) -> bool {
    answer.message().to_lowercase().contains(REPEATED)
        || stands_there(client, segments, text).await.unwrap_or(false)
}

async fn stands_there(
    client: &Client,
    segments: &[&str],
    text: &str,
) -> Result<bool, TrackerError> {
    let answer = client.read(TEMPLATE, segments).await?;
    let notes: Vec<Note> = answer.json()?;
    Ok(answer.is_success() && notes.iter().any(|note| note.text() == Some(text)))
}
