//! The installation of a Connect app, seen by the app itself: only a Connect token is taken.
//!
//! Support for Connect ends on 2027-01-31; the linkers went before that.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, AppKey, Body, Endpoint, Lifecycle, LinkerKey, LinkerValueId, Paging};

operations! {
    UPDATE = put("updateAnInstalledApp", "/2.0/addon")
        .fate(Lifecycle::CONNECT)
        .sends(Body::object(&[]));
    DELETE = delete("deleteAnApp", "/2.0/addon")
        .fate(Lifecycle::CONNECT);
    CLIENT_KEY = get("getTheClientKeyOfAConnectAddon", "/2.0/addon/{addon_key}/client-key")
        .needs(Access::WORKSPACE).fate(Lifecycle::CONNECT);
    LINKERS = get("listLinkersForAnApp", "/2.0/addon/linkers")
        .paged(Paging::USUAL)
        .fate(Lifecycle::LINKERS);
    LINKER = get("getALinkerForAnApp", "/2.0/addon/linkers/{linker_key}")
        .fate(Lifecycle::LINKERS);
    LINKER_VALUES = get("listLinkerValuesForALinker", "/2.0/addon/linkers/{linker_key}/values")
        .paged(Paging::USUAL)
        .fate(Lifecycle::LINKERS);
    CREATE_LINKER_VALUE = post("createALinkerValue", "/2.0/addon/linkers/{linker_key}/values")
        .fate(Lifecycle::LINKERS);
    UPDATE_LINKER_VALUES = put("updateALinkerValue", "/2.0/addon/linkers/{linker_key}/values")
        .fate(Lifecycle::LINKERS);
    DELETE_LINKER_VALUES = delete("deleteAllLinkerValues", "/2.0/addon/linkers/{linker_key}/values")
        .fate(Lifecycle::LINKERS);
    LINKER_VALUE = get("getALinkerValue", "/2.0/addon/linkers/{linker_key}/values/{value_id}")
        .fate(Lifecycle::LINKERS);
    DELETE_LINKER_VALUE = delete("deleteALinkerValue", "/2.0/addon/linkers/{linker_key}/values/{value_id}")
        .fate(Lifecycle::LINKERS);
}

/// `PUT /2.0/addon`: has Bitbucket read the descriptor again. Scopes cannot grow.
#[must_use]
pub fn update() -> Endpoint {
    Endpoint::spell(&UPDATE, &[])
}

/// `DELETE /2.0/addon`: removes the installation.
#[must_use]
pub fn delete() -> Endpoint {
    Endpoint::spell(&DELETE, &[])
}

/// `GET /2.0/addon/{addon_key}/client-key`: the client key of the Connect app that the calling Forge app succeeds.
#[must_use]
pub fn client_key(app: &AppKey) -> Endpoint {
    Endpoint::spell(&CLIENT_KEY, &[Part::Text(app.as_str())])
}

/// `GET /2.0/addon/linkers`: the app's linkers, in pages.
#[must_use]
pub fn linkers() -> Endpoint {
    Endpoint::spell(&LINKERS, &[])
}

/// `GET /2.0/addon/linkers/{linker_key}`: one linker.
#[must_use]
pub fn linker(linker: &LinkerKey) -> Endpoint {
    Endpoint::spell(&LINKER, &[Part::Text(linker.as_str())])
}

/// `GET /2.0/addon/linkers/{linker_key}/values`: the values of a linker, in pages.
#[must_use]
pub fn linker_values(linker: &LinkerKey) -> Endpoint {
    Endpoint::spell(&LINKER_VALUES, &[Part::Text(linker.as_str())])
}

/// `POST /2.0/addon/linkers/{linker_key}/values`: added a value.
#[must_use]
pub fn create_linker_value(linker: &LinkerKey) -> Endpoint {
    Endpoint::spell(&CREATE_LINKER_VALUE, &[Part::Text(linker.as_str())])
}

/// `PUT /2.0/addon/linkers/{linker_key}/values`: replaced the values.
#[must_use]
pub fn update_linker_values(linker: &LinkerKey) -> Endpoint {
    Endpoint::spell(&UPDATE_LINKER_VALUES, &[Part::Text(linker.as_str())])
}

/// `DELETE /2.0/addon/linkers/{linker_key}/values`: removed all values.
#[must_use]
pub fn delete_linker_values(linker: &LinkerKey) -> Endpoint {
    Endpoint::spell(&DELETE_LINKER_VALUES, &[Part::Text(linker.as_str())])
}

/// `GET /2.0/addon/linkers/{linker_key}/values/{value_id}`: one value.
#[must_use]
pub fn linker_value(linker: &LinkerKey, value: &LinkerValueId) -> Endpoint {
    Endpoint::spell(
        &LINKER_VALUE,
        &[Part::Text(linker.as_str()), Part::Text(value.as_str())],
    )
}

/// `DELETE /2.0/addon/linkers/{linker_key}/values/{value_id}`: removed one value.
#[must_use]
pub fn delete_linker_value(linker: &LinkerKey, value: &LinkerValueId) -> Endpoint {
    Endpoint::spell(
        &DELETE_LINKER_VALUE,
        &[Part::Text(linker.as_str()), Part::Text(value.as_str())],
    )
}
