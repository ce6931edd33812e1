//! The private PostgreSQL cluster, with real processes and real kills.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use banyan::testing::cluster::{self, Attachment, OWNER};
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Tells the test program to be the server that another test kills.
const HOLD: &str = "BANYAN_TEST_HOLD_CLUSTER";

#[tokio::test]
async fn a_fresh_folder_becomes_a_cluster_that_keeps_what_it_is_given() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let first = cluster::start_for_tests(folder.path()).await?;
    first.create_database_if_missing("the \"odd\" name").await?;
    first.create_database_if_missing("the \"odd\" name").await?;
    first.stop().await?;

    let second = cluster::start_for_tests(folder.path()).await?;
    let name = ask(&second.url(OWNER, "the \"odd\" name"), "select current_database()::text").await?;
    assert_eq!(name, "the \"odd\" name");
    second.stop().await
}

#[tokio::test]
async fn a_cluster_listens_only_on_a_socket_in_a_closed_folder() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let cluster = cluster::start_for_tests(folder.path()).await?;
    let url = cluster.url(OWNER, "postgres");
    assert_eq!(ask(&url, "show listen_addresses").await?, "");
    assert_eq!(ask(&url, "show data_checksums").await?, "on");
    let sockets = folder.path().join("run");
    assert_eq!(fs::metadata(sockets)?.permissions().mode() & 0o777, 0o700);
    cluster.stop().await
}

#[tokio::test]
async fn a_second_start_is_refused_and_may_attach_instead() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let ours = cluster::start_for_tests(folder.path()).await?;
    assert!(cluster::is_running(folder.path()));

    let refusal = match cluster::start(folder.path()).await {
        Ok(_) => anyhow::bail!("two owners"),
        Err(refusal) => refusal.to_string(),
    };
    assert!(refusal.contains("正被另一个程序使用"), "{refusal}");
    assert!(refusal.contains("in use by another program"), "{refusal}");

    let guest = cluster::attach_or_start(folder.path()).await?;
    assert!(matches!(guest, Attachment::Shared(_)));
    guest.create_database_if_missing("guest").await?;
    guest.stop().await?;
    assert_eq!(ask(&ours.url(OWNER, "guest"), "select 'alive'").await?, "alive");
    ours.stop().await?;
    assert!(!cluster::is_running(folder.path()));
    Ok(())
}

#[tokio::test]
async fn who_finds_no_cluster_to_attach_to_starts_and_stops_one() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let own = cluster::attach_or_start(folder.path()).await?;
    assert!(matches!(own, Attachment::Owned(_)));
    assert_eq!(ask(&own.url(OWNER, "postgres"), "select 'here'").await?, "here");
    own.stop().await?;
    assert!(!folder.path().join("postgres/postmaster.pid").exists());
    Ok(())
}

#[tokio::test]
async fn a_killed_server_leaves_a_cluster_that_the_next_start_takes_over() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let mut server = hold(folder.path())?;
    let orphan = postmaster(folder.path())?;
    server.kill()?;
    server.wait()?;
    assert!(!cluster::is_running(folder.path()));

    let next = cluster::start(folder.path()).await?;
    assert_ne!(postmaster(folder.path())?, orphan);
    assert_eq!(ask(&next.url(OWNER, "kept"), "select 'kept'").await?, "kept");
    next.stop().await
}

#[tokio::test]
async fn a_server_and_its_database_killed_together_start_again_at_once() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let mut server = hold(folder.path())?;
    let database = postmaster(folder.path())?;
    server.kill()?;
    ensure!(Command::new("kill").args(["-9", &database]).status()?.success());

    let next = cluster::start(folder.path()).await?;
    assert_eq!(ask(&next.url(OWNER, "kept"), "select 'kept'").await?, "kept");
    server.wait()?;
    next.stop().await
}

#[tokio::test]
async fn a_pid_file_that_names_a_stranger_does_not_hinder_the_start() -> anyhow::Result<()> {
    let folder = open_folder()?;
    cluster::start_for_tests(folder.path()).await?.stop().await?;
    // After the restart of a container the number in the file is easily that of the server itself.
    let stale = format!("{}\n/somewhere\n1700000000\n5432\n/run\n\n\nready\n", std::process::id());
    fs::write(folder.path().join("postgres/postmaster.pid"), stale)?;
    cluster::start_for_tests(folder.path()).await?.stop().await
}

#[tokio::test]
async fn a_half_made_cluster_is_made_again() -> anyhow::Result<()> {
    let folder = open_folder()?;
    fs::create_dir(folder.path().join("postgres.new"))?;
    fs::write(folder.path().join("postgres.new/PG_VERSION"), "0\n")?;
    cluster::start_for_tests(folder.path()).await?.stop().await
}

#[tokio::test]
async fn a_start_that_is_given_up_does_not_hinder_the_next() -> anyhow::Result<()> {
    let folder = open_folder()?;
    for milliseconds in [5, 200] {
        let patience = Duration::from_millis(milliseconds);
        drop(tokio::time::timeout(patience, cluster::start_for_tests(folder.path())).await);
    }
    cluster::start_for_tests(folder.path()).await?.stop().await?;
    drop(tokio::time::timeout(Duration::from_millis(20), cluster::start_for_tests(folder.path())).await);
    cluster::start_for_tests(folder.path()).await?.stop().await
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_gets_a_short_one() -> anyhow::Result<()> {
    let folder = open_folder()?;
    let deep = folder.path().join("long".repeat(25));
    let cluster = cluster::start_for_tests(&deep).await?;
    assert!(cluster::is_running(&deep));
    assert_eq!(ask(&cluster.url(OWNER, "postgres"), "select 'here'").await?, "here");
    let sockets = sockets(&deep)?;
    assert!(!sockets.starts_with(&deep));
    cluster.stop().await?;
    assert!(!sockets.exists(), "the short folder is left behind");
    Ok(())
}

#[tokio::test]
async fn a_folder_below_one_closed_to_others_serves_as_well() -> anyhow::Result<()> {
    let closed = tempfile::tempdir()?;
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700))?;
    let data = closed.path().join("a, \"b\" 数据");
    let cluster = cluster::start_for_tests(&data).await?;
    assert_eq!(ask(&cluster.url(OWNER, "postgres"), "select 'here'").await?, "here");
    cluster.stop().await?;
    cluster::start_for_tests(&data).await?.stop().await
}

/// Not about anything by itself: see [`hold`].
#[tokio::test]
async fn another_test_may_have_this_one_hold_a_cluster() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os(HOLD) else {
        return Ok(());
    };
    let cluster = cluster::start(Path::new(&folder)).await?;
    cluster.create_database_if_missing("kept").await?;
    fs::write(Path::new(&folder).join("held"), "")?;
    // Long enough to be killed first, short enough to end if nobody does.
    tokio::time::sleep(Duration::from_secs(60)).await;
    cluster.stop().await
}

/// Another process that owns the cluster below `folder`, so that it can be killed.
fn hold(folder: &Path) -> anyhow::Result<Child> {
    let module = module_path!().split_once("::").map_or("", |(_, module)| module);
    let server = Command::new(std::env::current_exe()?)
        .args(["--exact", &format!("{module}::another_test_may_have_this_one_hold_a_cluster")])
        .env(HOLD, folder)
        .stdout(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    while !folder.join("held").exists() {
        ensure!(start.elapsed() < Duration::from_secs(30), "the other process holds no cluster");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(server)
}

/// A folder that the database's user can pass through, also when we are root.
fn open_folder() -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711))?;
    Ok(folder)
}

fn postmaster(data_dir: &Path) -> anyhow::Result<String> {
    first_line(&data_dir.join("postgres/postmaster.pid"))
}

fn sockets(data_dir: &Path) -> anyhow::Result<PathBuf> {
    first_line(&data_dir.join("postgres.socket")).map(PathBuf::from)
}

fn first_line(path: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(path)?;
    text.lines().next().map(str::to_owned).context("an empty file")
}

async fn ask(url: &str, question: &str) -> anyhow::Result<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let talk = tokio::spawn(connection);
    let answer = client.query_one(question, &[]).await?.try_get(0)?;
    drop(client);
    talk.await??;
    Ok(answer)
}
