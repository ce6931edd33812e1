//! Finding the installed PostgreSQL programs. Nothing is ever downloaded.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

/// Names the folder of the programs when they are in none of the usual places.
const SETTING: &str = "BANYAN_POSTGRES_BIN";

/// Where Debian and its descendants keep every installed major version side by side.
const VERSIONED: &str = "/usr/lib/postgresql";

/// The two programs we need, from one and the same installation.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
}

impl Programs {
    /// The programs for a cluster of the major version `wanted`, or the newest for a new cluster.
    ///
    /// An existing cluster insists on its own version: after an upgrade of the system both are
    /// installed for a while, and the newer one refuses the older one's files.
    pub(super) fn find(wanted: Option<&str>) -> anyhow::Result<Self> {
        if let Some(folder) = env::var_os(SETTING) {
            let folder = PathBuf::from(folder);
            return match Self::in_folder(&folder) {
                Some(programs) => Ok(programs),
                None => bail!(
                    "{SETTING}={0} 中没有 initdb 和 postgres 程序。\n\
                     {SETTING}={0} has no programs `initdb` and `postgres`.",
                    folder.display()
                ),
            };
        }
        let mut folders = versioned(Path::new(VERSIONED), wanted);
        // Elsewhere there is one version only, which then has to do.
        if wanted.is_none() || !Path::new(VERSIONED).is_dir() {
            folders.extend(configured());
            folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
        }
        match folders.iter().find_map(|folder| Self::in_folder(folder)) {
            Some(programs) => Ok(programs),
            None => bail!(missing(wanted)),
        }
    }

    /// `pg_config` alone proves nothing, the client library's package installs it too: both must be there.
    fn in_folder(folder: &Path) -> Option<Self> {
        let programs = Self { initdb: folder.join("initdb"), postgres: folder.join("postgres") };
        (programs.initdb.is_file() && programs.postgres.is_file()).then_some(programs)
    }
}

/// The `bin` folders below `parent`, newest version first, or only that of the wanted version.
fn versioned(parent: &Path, wanted: Option<&str>) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    newest_first(names)
        .into_iter()
        .filter(|name| wanted.is_none_or(|version| name == version))
        .map(|name| parent.join(name).join("bin"))
        .collect()
}

/// Sorts by number, because as text 9.6 would come before 15.
fn newest_first(names: impl Iterator<Item = String>) -> Vec<String> {
    let key = |name: &str| -> Option<Vec<u32>> { name.split('.').map(|part| part.parse().ok()).collect() };
    let mut known: Vec<_> = names.filter_map(|name| Some((key(&name)?, name))).collect();
    known.sort_by(|one, other| other.cmp(one));
    known.into_iter().map(|(_, name)| name).collect()
}

/// What `pg_config` says, for systems which are not Debian.
fn configured() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(folder.trim()))
}

fn missing(wanted: Option<&str>) -> String {
    let (version, package) = match wanted {
        Some(version) => (format!(" {version}"), format!("postgresql-{version}")),
        None => (String::new(), "postgresql".to_owned()),
    };
    format!(
        "找不到 PostgreSQL{version} 服务器程序（initdb 和 postgres）。\
         请安装 Debian 软件包 {package}：sudo apt-get install {package}；\
         或用环境变量 {SETTING} 指定其所在文件夹；也可以用 --database-url 连接已有的数据库。\n\
         The PostgreSQL{version} server programs (`initdb` and `postgres`) were not found. \
         Install Debian's package `{package}` (sudo apt-get install {package}), \
         or name their folder in the variable {SETTING}, or use another database with --database-url."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_and_other_folders_are_ignored() {
        let names = ["9.6", "15", "lost+found", "17", "10"].map(str::to_owned);
        assert_eq!(newest_first(names.into_iter()), ["17", "15", "10", "9.6"]);
    }

    #[test]
    fn the_message_names_the_package_in_both_languages() {
        let text = missing(Some("15"));
        assert!(text.contains("请安装") && text.contains("Install"), "{text}");
        assert!(text.contains("postgresql-15"), "{text}");
    }

    #[test]
    fn a_folder_without_both_programs_does_not_count() {
        assert!(Programs::in_folder(Path::new("/nonexistent")).is_none());
    }
}
