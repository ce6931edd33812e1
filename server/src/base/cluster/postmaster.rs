//! What can be known of a postmaster from outside: its pid file, and the processes at work in its folder.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How often we look again while waiting.
pub(super) const PAUSE: Duration = Duration::from_millis(10);

/// The lines of `postmaster.pid` that we use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) pid: i32,
    pub(super) ready: bool,
}

impl PidFile {
    const NAME: &str = "postmaster.pid";

    /// Reads the pid file in the data folder; none when it is absent or only half written.
    pub(super) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(data.join(Self::NAME)).ok()?)
    }

    /// The first line is the pid, the eighth the state.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let ready = lines.nth(6).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }

    fn remove(data: &Path) -> anyhow::Result<()> {
        match fs::remove_file(data.join(Self::NAME)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("removing the pid file of a dead postmaster")
            }
            _ => Ok(()),
        }
    }
}

/// The PostgreSQL processes at work in the data folder.
///
/// Told by their working folder, which neither a recycled pid nor a renamed path can fake. A dead
/// process that nobody has waited for yet has none, and so does not count.
pub(super) fn living_in(data: &Path) -> Vec<i32> {
    let (Ok(folder), Ok(entries)) = (fs::metadata(data), fs::read_dir("/proc")) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| works_in(&entry.path(), &folder))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// Whether `pid` is a PostgreSQL process at work in the data folder.
pub(super) fn is_alive(pid: i32, data: &Path) -> bool {
    fs::metadata(data).is_ok_and(|folder| works_in(&Path::new("/proc").join(pid.to_string()), &folder))
}

fn works_in(process: &Path, folder: &Metadata) -> bool {
    let named = fs::read_to_string(process.join("comm")).is_ok_and(|name| matches!(name.trim(), "postgres" | "postmaster"));
    named && fs::metadata(process.join("cwd")).is_ok_and(|place| place.dev() == folder.dev() && place.ino() == folder.ino())
}

/// Sends a signal; a process that is gone already is as good as one that obeys.
pub(super) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// Ends whatever an earlier start left behind in the data folder, and its pid file.
///
/// Only for who holds the lock. A server killed with -9 leaves a postmaster alive; a postmaster
/// killed with -9 leaves children that still write. PostgreSQL itself takes the pid in the file for
/// a living postmaster when it is an unreaped dead one, or after a restart of a container any
/// other process, even us; hence we remove the file once nobody works in the folder.
pub(super) async fn clear_remains(data: &Path) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut sent = None;
    loop {
        let living = living_in(data);
        if living.is_empty() {
            return PidFile::remove(data);
        }
        let urgency = match start.elapsed().as_secs() {
            0..30 => Signal::INT,
            30..40 => Signal::QUIT,
            40..50 => Signal::KILL,
            _ => bail!(
                "上次运行遗留的数据库进程 {living:?} 无法结束。\n\
                 Database processes left by an earlier run do not end: {living:?}."
            ),
        };
        if sent != Some(urgency) {
            let postmaster = PidFile::read(data).map(|file| file.pid).filter(|pid| living.contains(pid));
            match postmaster {
                Some(pid) => {
                    tracing::warn!(pid, ?urgency, "ending the database of an earlier run");
                    signal(pid, urgency);
                }
                // For children without a postmaster a polite signal ends only the query.
                None if urgency == Signal::INT => living.iter().for_each(|&pid| signal(pid, Signal::TERM)),
                None => living.iter().for_each(|&pid| signal(pid, urgency)),
            }
            sent = Some(urgency);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/srv/data\n1700000000\n5432\n/srv/run\n\n  3932238  2\nready   \n";

    #[test]
    fn a_cluster_is_ready_when_the_eighth_line_says_so() {
        assert_eq!(PidFile::parse(READY), Some(PidFile { pid: 4711, ready: true }));
    }

    #[test]
    fn a_starting_or_half_written_file_is_not_ready() {
        let starting = READY.replace("ready", "starting");
        assert_eq!(PidFile::parse(&starting), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse("4711\n/srv"), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse(""), None);
    }

    #[test]
    fn we_are_not_taken_for_a_database() {
        assert!(living_in(Path::new(".")).is_empty());
    }
}
