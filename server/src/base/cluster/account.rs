//! Which user of the operating system PostgreSQL runs as.
//!
//! PostgreSQL refuses to run as root, and rightly so. When we are root we step down to an
//! unprivileged user for it; otherwise it runs as whoever we are.

use std::fs::{self, File, Metadata};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{getegid, geteuid};
use tokio::process::Command;

/// A user and its group, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
    /// Whether we are root and step down to this account.
    steps_down: bool,
}

impl Account {
    /// The account for the cluster in `data`, which need not exist yet.
    ///
    /// As root we keep the owner of an existing cluster, so that a cluster made by an ordinary
    /// user survives one start with `sudo`.
    pub(super) fn choose(data: &Path) -> anyhow::Result<Self> {
        let owner = fs::metadata(data).ok();
        if !geteuid().is_root() {
            let ours = Self { uid: geteuid().as_raw(), gid: getegid().as_raw(), steps_down: false };
            if let Some(owner) = owner.filter(|owner| owner.uid() != ours.uid) {
                bail!(
                    "数据库文件夹 {0} 属于用户 {1}，请以该用户或 root 身份启动。\n\
                     The database folder {0} belongs to user {1}: start as that user or as root.",
                    data.display(),
                    owner.uid()
                );
            }
            return Ok(ours);
        }
        if let Some(owner) = owner.filter(|owner| owner.uid() != 0) {
            return Ok(Self { uid: owner.uid(), gid: owner.gid(), steps_down: true });
        }
        let users = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| find_user(&users, name))
            .map(|(uid, gid)| Self { uid, gid, steps_down: true })
            .context(
                "PostgreSQL 不能以 root 运行，而系统中没有用户 postgres 或 nobody。\n\
                 PostgreSQL does not run as root, and this system has neither a user `postgres` nor `nobody`.",
            )
    }

    /// Makes a file or folder of ours the account's.
    pub(super) fn give(&self, path: &Path) -> anyhow::Result<()> {
        if self.steps_down {
            chown(path, Some(self.uid), Some(self.gid))
                .with_context(|| format!("giving {} to user {}", path.display(), self.uid))?;
        }
        Ok(())
    }

    /// Makes `command` run as this account, somewhere it can always be.
    pub(super) fn dress<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        if self.steps_down {
            command.uid(self.uid).gid(self.gid);
        }
        // The programs return to the folder they were started in, which may be closed to them.
        command.current_dir("/")
    }

    /// Whether the account can walk down to `folder` by name.
    pub(super) fn reaches(&self, folder: &Path) -> bool {
        !self.steps_down || folder.ancestors().all(|step| fs::metadata(step).is_ok_and(|found| self.enters(&found)))
    }

    fn enters(&self, folder: &Metadata) -> bool {
        let bit = if folder.uid() == self.uid {
            0o100
        } else if folder.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        folder.mode() & bit != 0
    }

    /// A name under which a child finds `folder`, which belongs to the account.
    ///
    /// A project below `/root` is closed to every other user, so there the child inherits the
    /// open folder and finds it by number. Keep the returned handle until the child has started.
    pub(super) fn name_of(&self, folder: &Path) -> anyhow::Result<(PathBuf, Option<OwnedFd>)> {
        if self.reaches(folder) {
            return Ok((folder.to_owned(), None));
        }
        let handle: OwnedFd = File::open(folder).with_context(|| format!("opening {}", folder.display()))?.into();
        fcntl_setfd(&handle, FdFlags::empty()).context("passing the data folder on")?;
        let name = PathBuf::from(format!("/proc/self/fd/{}", handle.as_raw_fd()));
        Ok((name, Some(handle)))
    }
}

/// The numbers of the user called `name` in the text of `/etc/passwd`.
fn find_user(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some((uid, gid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n\
                         postgresql:x:7:7::/:/bin/sh\n\
                         postgres:x:106:113:PostgreSQL:/var/lib/postgresql:/bin/bash\n\
                         broken:x\n";

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        assert_eq!(find_user(USERS, "postgres"), Some((106, 113)));
    }

    #[test]
    fn root_broken_and_unknown_users_are_not_taken() {
        assert_eq!(find_user(USERS, "root"), None);
        assert_eq!(find_user(USERS, "broken"), None);
        assert_eq!(find_user(USERS, "nobody"), None);
    }
}
