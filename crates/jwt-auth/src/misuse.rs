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
//! A token that was only read is no verified one, and its issuer is all that can be had of it:
//!
//! ```
//! use bitbucket_jwt_auth::{UnverifiedToken, VerifiedToken};
//! fn uninstall(_caller: &VerifiedToken) {}
//! fn handle(_read: &UnverifiedToken<'_>, token: &VerifiedToken) { uninstall(token) }
//! ```
//! ```compile_fail,E0308
//! use bitbucket_jwt_auth::{UnverifiedToken, VerifiedToken};
//! fn uninstall(_caller: &VerifiedToken) {}
//! fn handle(read: &UnverifiedToken<'_>, _token: &VerifiedToken) { uninstall(read) }
//! ```
//! ```compile_fail,E0599
//! use bitbucket_jwt_auth::UnverifiedToken;
//! fn subject<'t>(token: &'t UnverifiedToken<'_>) -> Option<&'t str> { token.subject() }
//! ```
//! ```compile_fail,E0616
//! use bitbucket_jwt_auth::UnverifiedToken;
//! fn subject(token: UnverifiedToken<'_>) { drop(token.claims); }
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
