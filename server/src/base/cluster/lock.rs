//! The lock of the data folder. The kernel drops it with its holder, however that one ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::postmaster::PAUSE;

pub(super) const NAME: &str = "lock";

/// Who only looks holds the lock for a moment, so one refusal is not yet an owner.
const MOMENT: Duration = Duration::from_secs(1);

/// Takes the lock, or says that the folder has an owner.
pub(super) async fn take(path: &Path) -> anyhow::Result<File> {
    let start = Instant::now();
    loop {
        if let Some(lock) = try_take(path)? {
            return Ok(lock);
        }
        if start.elapsed() > MOMENT {
            let folder = path.parent().unwrap_or(path).display();
            bail!(
                "数据文件夹 {folder} 正被另一个程序使用，可能服务器已在运行。\n\
                 The data folder {folder} is in use by another program: perhaps the server is running already."
            );
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Takes the lock unless another holds it. It lasts as long as the file is open.
pub(super) fn try_take(path: &Path) -> anyhow::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).with_context(|| {
        format!(
            "无法打开 {0}：数据文件夹可能属于另一个用户。\n\
                 {0} cannot be opened: perhaps the data folder belongs to another user",
            path.display()
        )
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
    }
}

/// Whether a program holds the lock of the data folder.
pub(super) fn is_held(data_dir: &Path) -> bool {
    // A shared lock, so that two who look at the same time do not see each other.
    File::open(data_dir.join(NAME)).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}
