//! Whom TLS trusts.

use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// Why a transport cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportConfigError {
    /// The file of certificate authorities is not PEM, or holds no certificate.
    #[error("the certificate authorities are not PEM certificates")]
    NotPem,
    /// A certificate cannot serve as an authority.
    #[error("a certificate cannot serve as an authority")]
    NotAnAuthority,
    /// The crypto provider offers no TLS version that is wanted.
    #[error("the crypto provider offers no usable TLS version")]
    NoTlsVersion,
}

/// TLS as a client: the provider named explicitly, so that no process-wide default is needed; the public roots, or
/// the given authorities instead.
pub(super) fn client_config(
    authorities: Option<&[u8]>,
) -> Result<ClientConfig, TransportConfigError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TransportConfigError::NoTlsVersion)?;
    let builder = match authorities {
        None => builder.with_webpki_roots(),
        Some(pem) => builder.with_root_certificates(root_store(pem)?),
    };
    Ok(builder.with_no_client_auth())
}

fn root_store(pem: &[u8]) -> Result<RootCertStore, TransportConfigError> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| TransportConfigError::NotPem)?;
        store
            .add(certificate)
            .map_err(|_| TransportConfigError::NotAnAuthority)?;
    }
    if store.is_empty() {
        Err(TransportConfigError::NotPem)
    } else {
        Ok(store)
    }
}

#[cfg(test)]
mod tests {
    //! Which files of authorities are taken.

    use super::*;

    #[test]
    fn the_public_roots_need_no_file() {
        assert_eq!(client_config(None).err(), None);
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert_eq!(
            client_config(Some(b"")).err(),
            Some(TransportConfigError::NotPem)
        );
        assert_eq!(
            client_config(Some(b"not a certificate")).err(),
            Some(TransportConfigError::NotPem)
        );
    }

    #[test]
    fn a_pem_block_that_is_no_certificate_authority_is_refused() {
        let pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(
            client_config(Some(pem)).err(),
            Some(TransportConfigError::NotAnAuthority)
        );
    }
}
