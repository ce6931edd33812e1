//! How far the load is.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on a terminal, else a line for every tenth.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    lines: bool,
    total: u64,
    done: u64,
}

impl Progress {
    pub(super) fn new(total: u64, wanted: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (wanted && terminal).then(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}") {
                bar.set_style(style);
            }
            bar.set_message("人员 people");
            bar
        });
        Self { bar, lines: wanted && !terminal, total, done: 0 }
    }

    pub(super) fn people(&mut self, more: u64) {
        let tenth = |done: u64| done * 10 / self.total.max(1);
        let (before, after) = (tenth(self.done), tenth(self.done + more));
        self.done += more;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.lines && after > before {
            tracing::info!(percent = after * 10, people = self.done, "demonstration: people are being made");
        }
    }

    pub(super) fn phase(&self, steps: usize) {
        if let Some(bar) = &self.bar {
            bar.set_position(0);
            bar.set_length(u64::try_from(steps).unwrap_or_default());
            bar.set_message("索引 indexes");
        } else if self.lines {
            tracing::info!("demonstration: indexes and keys are being built");
        }
    }

    pub(super) fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
