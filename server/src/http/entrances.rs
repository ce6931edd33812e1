//! Entrances: one for everybody, or a second one where administrators work, which may be limited to named networks
//! (A04: the old workstations were cut off from the public network while they were in use).

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::http::{HeaderMap, Uri, header};
use ipnet::IpNet;
use url::Url;

use super::incoming::text;

/// The addresses by which the server is reached.
#[derive(Clone, Debug, Default)]
pub struct Entrances {
    administration: Option<Arc<Administration>>,
}

#[derive(Debug)]
struct Administration {
    /// As in the `Host` of a request: the port only where it is not the scheme's own.
    authority: String,
    address: Arc<str>,
    networks: Vec<IpNet>,
}

/// What a request came in by.
#[derive(Clone, Debug)]
pub enum Entered {
    /// Where every right of the asker's works.
    Fully,
    /// Where members enter; whatever else someone holds sleeps, and works at the address named.
    AsMember(Arc<str>),
    /// At the administrators' entrance from a network that it is not for.
    Refused,
}

impl Entrances {
    /// A second entrance for administrators, for these networks or, without any, for all.
    ///
    /// # Errors
    /// When networks are named without an entrance that they could limit, or the address has no host.
    pub fn new(administration: Option<&Url>, networks: &[IpNet]) -> anyhow::Result<Self> {
        let Some(url) = administration else {
            if networks.is_empty() {
                return Ok(Self::default());
            }
            bail!(
                "--admin-networks 限制的是 --admin-origin,请一并设置 / --admin-networks limits --admin-origin, which is not set"
            );
        };
        let host = url.host_str().context("the administrators' address has no host")?;
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let address = Arc::from(url.as_str().trim_end_matches('/'));
        Ok(Self { administration: Some(Arc::new(Administration { authority, address, networks: networks.to_vec() })) })
    }

    /// By which one a request came, and whether it may.
    #[must_use]
    pub fn entered(&self, uri: &Uri, headers: &HeaderMap, from: Option<IpAddr>) -> Entered {
        let Some(administration) = &self.administration else { return Entered::Fully };
        let named = uri.authority().map(axum::http::uri::Authority::as_str).or_else(|| text(headers, header::HOST.as_str()));
        if !named.is_some_and(|named| named.eq_ignore_ascii_case(&administration.authority)) {
            return Entered::AsMember(administration.address.clone());
        }
        let allowed = |from: IpAddr| administration.networks.iter().any(|network| network.contains(&from.to_canonical()));
        if administration.networks.is_empty() || from.is_some_and(allowed) { Entered::Fully } else { Entered::Refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(entrances: &Entrances, host: &str, from: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        match entrances.entered(&Uri::from_static("/graphql"), &headers, from.parse().ok()) {
            Entered::Fully => "fully",
            Entered::AsMember(_) => "as a member",
            Entered::Refused => "refused",
        }
    }

    #[test]
    fn one_entrance_is_for_everybody_and_of_two_one_is_the_administrators() {
        let admin: Url = "https://admin.banyan.example".parse().unwrap();
        let inside: Vec<IpNet> = vec!["10.20.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()];
        assert_eq!(by(&Entrances::default(), "banyan.example", "192.0.2.1"), "fully");
        let open = Entrances::new(Some(&admin), &[]).unwrap();
        assert_eq!(by(&open, "ADMIN.banyan.example", "192.0.2.1"), "fully");
        assert_eq!(by(&open, "banyan.example", "10.20.1.1"), "as a member");
        assert_eq!(by(&open, "admin.banyan.example:8443", "10.20.1.1"), "as a member");
        let limited = Entrances::new(Some(&admin), &inside).unwrap();
        for (from, expected) in [
            ("10.20.255.1", "fully"),
            ("::ffff:10.20.0.1", "fully"),
            ("fd00::1", "fully"),
            ("10.21.0.1", "refused"),
            ("nowhere", "refused"),
        ] {
            assert_eq!(by(&limited, "admin.banyan.example", from), expected, "{from}");
        }
        assert!(Entrances::new(None, &inside).is_err());
    }
}
