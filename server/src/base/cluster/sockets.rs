//! The folder of the unix socket, and the address made of it.
//!
//! The cluster trusts whoever reaches its socket. That is safe only because the folder has
//! mode 0700, so everything here sees to it that it has.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, bail};

use super::account::Account;

/// The name PostgreSQL gives its socket, for the port which is the default of every client.
const SOCKET: &str = ".s.PGSQL.5432";
const SOCKET_LOCK: &str = ".s.PGSQL.5432.lock";

/// The kernel takes 107 bytes; some clients take fewer.
const LONGEST: usize = 100;

/// Where the socket of a running cluster is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) folder: PathBuf,
}

impl Address {
    /// Makes an empty socket folder: `usual` when it can be used, otherwise a short one below the
    /// folder for temporary files.
    pub(super) fn prepare(usual: &Path, account: &Account) -> anyhow::Result<Self> {
        clear(usual)?;
        let parent = usual.parent().unwrap_or(usual);
        if fits(usual) && account.reaches(parent) {
            make(usual).with_context(|| format!("making the socket folder {}", usual.display()))?;
            account.give(usual)?;
            return Ok(Self { folder: usual.to_owned() });
        }
        for parent in [std::env::temp_dir(), PathBuf::from("/tmp")] {
            for number in 0..100 {
                let folder = parent.join(format!("banyan-{}-{number}", process::id()));
                // Making it, rather than taking what is there, keeps others from laying it out for us.
                if fits(&folder) && account.reaches(&parent) && make(&folder).is_ok() {
                    account.give(&folder)?;
                    return Ok(Self { folder });
                }
            }
        }
        bail!(
            "无法创建数据库套接字文件夹：路径过长或不可进入。\n\
             No folder for the database's socket could be made: paths too long, or closed to its user."
        )
    }

    /// Removes the folder of a cluster which has stopped.
    pub(super) fn remove(&self) {
        // A folder left behind does no harm.
        let _ = clear(&self.folder);
    }

    /// The value of PostgreSQL's `unix_socket_directories`, which is a list with quotes.
    pub(super) fn setting(&self) -> String {
        format!("\"{}\"", self.folder.to_string_lossy().replace('"', "\"\""))
    }

    /// See [`Cluster::url`](super::Cluster::url).
    pub(super) fn url(&self, user: &str, database: &str) -> String {
        format!(
            "postgresql://{}@{}/{}",
            escape(user.as_bytes()),
            escape(self.folder.as_os_str().as_bytes()),
            escape(database.as_bytes())
        )
    }

    /// The record others find the running cluster by: the folder, and the postmaster's number.
    pub(super) fn to_record(&self, pid: i32) -> String {
        format!("{}\n{pid}\n", self.folder.to_string_lossy())
    }

    /// Reads what [`to_record`](Self::to_record) wrote.
    pub(super) fn from_record(record: &str) -> Option<(Self, i32)> {
        let mut lines = record.lines();
        let folder = PathBuf::from(lines.next()?);
        let pid = lines.next()?.parse().ok()?;
        Some((Self { folder }, pid))
    }
}

fn fits(folder: &Path) -> bool {
    folder.join(SOCKET).as_os_str().len() <= LONGEST
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)
}

/// Removes a socket folder of an earlier start. Its lock file could name a process that is long
/// somebody else.
///
/// Only what PostgreSQL puts there, so that a wrong record cannot cost anybody's files.
fn clear(folder: &Path) -> anyhow::Result<()> {
    for name in [SOCKET, SOCKET_LOCK] {
        let _ = fs::remove_file(folder.join(name));
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing the socket folder {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Percent-encodes all but letters, digits and `-._~`.
fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(folder: &str) -> Address {
        Address { folder: PathBuf::from(folder) }
    }

    #[test]
    fn the_url_means_the_same_to_the_client_library() {
        let url = address("/srv/a b/数据/run").url("banyan_app", "banyan");
        let Ok(parsed) = url.parse::<tokio_postgres::Config>() else {
            panic!("not a url: {url}");
        };
        assert_eq!(parsed.get_user(), Some("banyan_app"));
        assert_eq!(parsed.get_dbname(), Some("banyan"));
        let host = tokio_postgres::config::Host::Unix(PathBuf::from("/srv/a b/数据/run"));
        assert_eq!(parsed.get_hosts(), [host]);
    }

    #[test]
    fn the_url_is_short_and_plain_for_a_plain_folder() {
        assert_eq!(address("/run/dir").url("banyan_app", "banyan"), "postgresql://banyan_app@%2Frun%2Fdir/banyan");
    }

    #[test]
    fn a_record_is_read_back_as_written() {
        let address = address("/run/dir");
        assert_eq!(Address::from_record(&address.to_record(42)), Some((address, 42)));
    }

    #[test]
    fn half_a_record_is_none() {
        assert_eq!(Address::from_record("/run/dir\n"), None);
        assert_eq!(Address::from_record(""), None);
    }

    #[test]
    fn a_comma_or_quote_in_the_path_does_not_split_the_setting() {
        assert_eq!(address("/a,b\"c").setting(), "\"/a,b\"\"c\"");
    }

    #[test]
    fn a_long_path_does_not_fit() {
        assert!(fits(Path::new("/var/lib/banyan/run")));
        assert!(!fits(&Path::new("/tmp").join("x".repeat(90))));
    }
}
