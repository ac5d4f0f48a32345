//! Requests as they arrived, to be compared whole.

use bitbucket_http_client::{ApiError, BitbucketClient};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, TOKEN};

pub(crate) const ANNOTATION: &str =
    "uuid,external_id,annotation_type,summary,details,path,line,severity,result,link";
pub(crate) const COMMENT: &str = "id,content.raw,user.uuid,user.account_id,user.display_name,created_on,parent.id,\
                                  inline.path,inline.from,inline.to,deleted,links.html.href";
pub(crate) const HOOK: &str = "uuid,url,active,events,description,secret_set";
pub(crate) const ISSUE: &str = "id,title,state,links.html.href";
pub(crate) const MEMBER: &str = "user.uuid,user.account_id,user.display_name,permission";
pub(crate) const ACCESS: &str = "permission,user.uuid,user.account_id,user.display_name,repository.uuid,\
                                 repository.full_name,repository.name,repository.mainbranch.name,\
                                 repository.is_private,repository.description,repository.workspace.uuid,\
                                 repository.links.html.href";
pub(crate) const REPORT: &str = "uuid,external_id,title,details,report_type,result,reporter,link,\
                                 data.title,data.type,data.value";
pub(crate) const REPOSITORY: &str =
    "uuid,full_name,name,mainbranch.name,is_private,description,workspace.uuid,links.html.href";
pub(crate) const SOURCE: &str = "path,type,size,mimetype,attributes,commit.hash";
pub(crate) const STATUS: &str = "key,state,name,url";

/// `fields` of one answer, as it stands in a query.
pub(crate) fn one(fields: &str) -> String {
    format!("fields={}", fields.replace(',', "%2C"))
}

/// `fields` of a page of entries, likewise.
pub(crate) fn page(fields: &str) -> String {
    let entries = fields.split(',').map(|field| format!("values.{field}"));
    let fields: Vec<String> = std::iter::once("next".to_owned()).chain(entries).collect();
    format!("fields={}", fields.join("%2C"))
}

/// A request without what every request has: the credential and the client's name, which [`Sent::of`] asserts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    line: String,
    accept: String,
    body: Body,
}

#[derive(Debug, PartialEq, Eq)]
enum Body {
    None,
    Json(Value),
    Form(String),
}

impl Sent {
    /// A request without a body that asks for JSON.
    pub(crate) fn bare(line: impl Into<String>) -> Self {
        Self {
            line: line.into(),
            accept: "application/json".to_owned(),
            body: Body::None,
        }
    }

    /// A request with a JSON body.
    pub(crate) fn json(line: impl Into<String>, body: Value) -> Self {
        Self {
            body: Body::Json(body),
            ..Self::bare(line)
        }
    }

    /// A request with a form.
    pub(crate) fn form(line: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            body: Body::Form(body.into()),
            ..Self::bare(line)
        }
    }

    /// A request that takes whatever comes.
    pub(crate) fn any_media(line: impl Into<String>) -> Self {
        Self {
            accept: "*/*".to_owned(),
            ..Self::bare(line)
        }
    }

    fn of(request: &wiremock::Request) -> Self {
        let header = |name: &str| {
            let mut all = request.headers.get_all(name).iter();
            let one = all.next().map(|value| value.to_str().unwrap().to_owned());
            assert!(all.next().is_none(), "{name} is sent once");
            one
        };
        assert_eq!(
            header("authorization").unwrap(),
            format!("Bearer {TOKEN}"),
            "{}",
            request.url
        );
        let name = concat!("bitbucket-http-client/", env!("CARGO_PKG_VERSION"));
        assert_eq!(header("user-agent").unwrap(), name);
        let query = request.url.query();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let body = match header("content-type").as_deref() {
            None => {
                assert!(request.body.is_empty());
                Body::None
            }
            Some("application/json") => Body::Json(request.body_json().unwrap()),
            Some("application/x-www-form-urlencoded") => {
                Body::Form(String::from_utf8(request.body.clone()).unwrap())
            }
            Some(other) => unreachable!("no call sends {other}"),
        };
        Self {
            line: format!("{} {}{query}", request.method, request.url.path()),
            accept: header("accept").unwrap(),
            body,
        }
    }
}

/// All requests that came.
pub(crate) async fn sent(peer: &Peer) -> Vec<Sent> {
    peer.requests().await.iter().map(Sent::of).collect()
}

/// Makes calls against a peer that gives `answer` to everything: what was sent, and what came of it.
pub(crate) async fn exchange<T>(
    answer: ResponseTemplate,
    calls: impl AsyncFnOnce(BitbucketClient) -> Result<T, ApiError>,
) -> (Vec<Sent>, T) {
    let peer = Peer::start().await;
    Mock::given(any())
        .respond_with(answer)
        .mount(&peer.server)
        .await;
    let came = calls(peer.client()).await.unwrap();
    (sent(&peer).await, came)
}
