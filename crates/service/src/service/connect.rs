//! The Connect app, made from the configuration.

use bitbucket_integration_provider::connect::{ConnectApp, ConnectSettings, FirstInstall};
use bitbucket_integration_provider::{HookBase, SyncSettings};
use bitbucket_jwt_auth::{SharedSecret, UnixTime};

use super::{Deps, StartError};
use crate::config::{Config, Installs};

/// The app, unless it is off; refused when Bitbucket would refuse it.
pub(super) fn connect(
    config: &Config,
    deps: &Deps,
    base: &HookBase,
) -> Result<Option<ConnectSettings>, StartError> {
    let connect = &config.connect;
    let first_install = match connect.installs {
        Installs::Off => return Ok(None),
        Installs::Closed => FirstInstall::Closed,
        Installs::Signed if connect.app_secret.is_none() => return Err(StartError::NoAppSecret),
        Installs::Signed => FirstInstall::SignedByApp,
        Installs::Open => {
            let now = deps.clock.now().as_second();
            let seconds = i64::try_from(connect.open_for.as_secs()).unwrap_or(i64::MAX);
            FirstInstall::OpenUntil(UnixTime::from_seconds(now.saturating_add(seconds)))
        }
    };
    let vendor_url = connect.vendor_url.as_deref().unwrap_or(base.as_str());
    let app = ConnectApp::new(base.as_str(), connect.key.as_deref())?
        .described(&connect.name, &connect.description)
        .by(&connect.vendor_name, vendor_url);
    Ok(Some(ConnectSettings {
        app,
        first_install,
        app_secret: connect.app_secret.clone().map(SharedSecret::from),
        api_url: config.bitbucket.api_url.to_string(),
    }))
}

pub(super) const fn sync(config: &Config) -> SyncSettings {
    SyncSettings {
        interval: config.sync.interval,
        rotate_every: config.sync.rotate_secrets_every,
    }
}
