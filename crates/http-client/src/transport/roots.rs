//! Whom TLS trusts.

use std::sync::Arc;

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
    /// A proxy's address cannot be read, or is of another kind than `http`.
    #[error(
        "a proxy is given as http://host:port, with user:password@ before the host where it wants them"
    )]
    Proxy,
}

/// TLS as a client: the provider named explicitly, so that no process-wide default is needed; the public roots, and
/// the given authorities beside them.
pub(super) fn client_config(
    authorities: Option<&[u8]>,
) -> Result<ClientConfig, TransportConfigError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TransportConfigError::NoTlsVersion)?;
    let mut roots = public_roots();
    if let Some(pem) = authorities {
        add_authorities(&mut roots, pem)?;
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn public_roots() -> RootCertStore {
    RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    }
}

fn add_authorities(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), TransportConfigError> {
    let public = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| TransportConfigError::NotPem)?;
        roots
            .add(certificate)
            .map_err(|_| TransportConfigError::NotAnAuthority)?;
    }
    if roots.len() == public {
        Err(TransportConfigError::NotPem)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! Which files of authorities are taken.

    use super::*;

    /// A self-signed authority; nobody has its key.
    const AUTHORITY: &[u8] = include_bytes!("../../tests/fixtures/authority.pem");

    #[test]
    fn an_authority_is_trusted_beside_the_public_roots() {
        let mut roots = public_roots();
        let public = roots.len();
        assert!(public > 50, "{public} public roots");
        assert_eq!(add_authorities(&mut roots, AUTHORITY), Ok(()));
        assert_eq!(roots.len(), public + 1);
        assert_eq!(client_config(Some(AUTHORITY)).err(), None);
    }

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
