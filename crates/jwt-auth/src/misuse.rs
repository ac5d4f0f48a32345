//! What must not compile. Each pair is the same program without and with the mistake, so that the second can fail for no other reason.
//!
//! A secret is never shown, read back, or compared in a time that depends on it:
//!
//! ```
//! let secret = bitbucket_jwt_auth::SharedSecret::new("a-big-secret".to_owned());
//! println!("{secret:?}");
//! ```
//! ```compile_fail,E0277
//! let secret = bitbucket_jwt_auth::SharedSecret::new("a-big-secret".to_owned());
//! println!("{secret}");
//! ```
//! ```compile_fail,E0624
//! let secret = bitbucket_jwt_auth::SharedSecret::new("a-big-secret".to_owned());
//! println!("{}", secret.expose());
//! ```
//! ```compile_fail,E0616
//! let secret = bitbucket_jwt_auth::SharedSecret::new("a-big-secret".to_owned());
//! println!("{:?}", secret.text);
//! ```
//! ```compile_fail,E0369
//! let secret = bitbucket_jwt_auth::SharedSecret::new("a-big-secret".to_owned());
//! println!("{}", secret == secret);
//! ```
//!
//! A token that was signed is shown on request only:
//!
//! ```
//! fn send(token: &bitbucket_jwt_auth::SignedToken) -> String {
//!     token.as_str().to_owned()
//! }
//! ```
//! ```compile_fail,E0599
//! fn send(token: &bitbucket_jwt_auth::SignedToken) -> String {
//!     token.to_string()
//! }
//! ```
//!
//! The issuer that a token names is no verified token, and all that can be read before verification:
//!
//! ```
//! use bitbucket_jwt_auth::{UnverifiedIssuer, VerifiedToken};
//! fn uninstall(_caller: &VerifiedToken) {}
//! fn handle(_issuer: &UnverifiedIssuer, token: &VerifiedToken) { uninstall(token) }
//! ```
//! ```compile_fail,E0308
//! use bitbucket_jwt_auth::{UnverifiedIssuer, VerifiedToken};
//! fn uninstall(_caller: &VerifiedToken) {}
//! fn handle(issuer: &UnverifiedIssuer, _token: &VerifiedToken) { uninstall(issuer) }
//! ```
//! ```compile_fail,E0599
//! use bitbucket_jwt_auth::UnverifiedIssuer;
//! fn subject(issuer: &UnverifiedIssuer) -> Option<&str> { issuer.subject() }
//! ```
//! ```compile_fail,E0423
//! let _ = bitbucket_jwt_auth::UnverifiedIssuer("connection:123".to_owned());
//! ```
//!
//! Verification alone makes a verified token, and nobody changes one:
//!
//! ```
//! fn read(token: &mut bitbucket_jwt_auth::VerifiedToken) -> &str { token.issuer() }
//! ```
//! ```compile_fail,E0616
//! fn change(token: &mut bitbucket_jwt_auth::VerifiedToken) { token.issuer = String::new(); }
//! ```
//! ```compile_fail,E0624
//! let _ = bitbucket_jwt_auth::VerifiedToken::new;
//! ```
//! ```compile_fail,E0277
//! let _ = serde_json::from_str::<bitbucket_jwt_auth::VerifiedToken>("{}");
//! ```
//!
//! A received signature is compared by verification alone:
//!
//! ```
//! use bitbucket_jwt_auth::webhook::WebhookSignature;
//! fn bytes(signature: &WebhookSignature) -> bool { signature.verify(&[], b"").is_ok() }
//! ```
//! ```compile_fail,E0616
//! use bitbucket_jwt_auth::webhook::WebhookSignature;
//! fn bytes(signature: &WebhookSignature) -> bool { signature.0 == [0; 32] }
//! ```
