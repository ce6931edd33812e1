//! `banyan serve`.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::self_check::SelfCheck;
use super::{Database, blobs_of, describe, load_demo, secrets_of};
use crate::areas::accounts::{Door, KeyModels, Lifetimes, RelyingParty};
use crate::areas::attachments::Sweep;
use crate::areas::journal::chain::{Anchors, Sealer, Sealing};
use crate::base::clock::Clock;
use crate::base::cluster::Attachment;
use crate::base::db::{Db, Reach, Replicas, Way, connect};
use crate::base::password_cost::PasswordCost;
use crate::config::{Place, Serve};
use crate::gql::limits::Limits;
use crate::http::{App, Entrances, GRACE, Stopping, built_in, metrics_router, router};
use crate::jobs::{Pace, Worker};
use crate::schema::{Changes, Documents, Engine, FreeText, Settings};

/// How long a request waits for a free connection.
const WAIT: Duration = Duration::from_secs(3);

/// Serves until it is asked to stop; then lets running requests end.
pub(super) async fn serve(options: Serve) -> anyhow::Result<()> {
    start_log(options.log_json);
    allow_many_files();
    if options.demo && !options.listen.ip().is_loopback() {
        bail!(
            "演示模式只能监听本机地址 / the demonstration has open entries and is served on a loopback address only, not {}",
            options.listen
        );
    }
    let listener = TcpListener::bind(options.listen).await.with_context(|| format!("cannot listen on {}", options.listen))?;
    // Around a pooler, if there is one.
    let place =
        Place { database_url: options.direct_url.clone().or(options.place.database_url.clone()), ..options.place.clone() };
    let mut database = Database::open(&place).await?;
    // The private cluster is brought back whenever it ends before us.
    let mut cluster = database.take_cluster();
    let served = tokio::select! {
        served = serve_from(&options, &database, listener) => served,
        error = keep(cluster.as_mut()) => Err(error),
    };
    if let Some(cluster) = cluster {
        cluster.stop().await?;
    }
    served
}

/// The pool of the requests, and that of what is done behind them: the same one without a pooler.
fn pools(options: &Serve, database: &Database) -> anyhow::Result<(Db, Db)> {
    match (&options.direct_url, &options.place.database_url) {
        (Some(_), Some(url)) => {
            let way = Way::Pooled { follows_statements: options.pooler_follows_statements };
            // One for what the server does by itself, two for a job and its progress, one to spare.
            Ok((Db::through(url, options.connections, WAIT, way)?, Db::new(database.app_url(), 4, WAIT)?))
        }
        _ => {
            let db = Db::new(database.app_url(), options.connections, WAIT)?;
            Ok((db.clone(), db))
        }
    }
}

/// The replicas for queries, if there are any.
fn replicas(options: &Serve, database: &Database, db: &Db) -> Option<Replicas> {
    let reach = Reach { connections: options.connections, wait: WAIT };
    let primary = (database.app_url().to_owned(), db.clone());
    (!options.replica_url.is_empty()).then(|| Replicas::follow(primary, &options.replica_url, reach, Clock::default()))
}

async fn serve_from(options: &Serve, database: &Database, listener: TcpListener) -> anyhow::Result<()> {
    if options.demo && is_empty(database).await? {
        println!("首次启动，正在载入演示数据 / first start, loading made-up people …");
        println!("{}", describe(&load_demo(database, &options.place, options.demo_people, 1).await?));
    }
    let (db, aside) = pools(options, database)?;
    let secrets = Arc::new(secrets_of(&options.place)?);
    let sealer = Sealer {
        db: aside.clone(),
        clock: Clock::default(),
        secrets: secrets.clone(),
        anchors: Some(Anchors::of(&options.place.data_dir)),
        sealing: Sealing::default(),
    }
    .start();
    let changes = Changes::listen(database.app_url().to_owned());
    let settings = Settings {
        limits: Limits::default(),
        deadline: Duration::from_secs(options.deadline),
        demonstration: options.demo,
        free_text: options.free_text.unwrap_or(if options.demo { FreeText::Anyone } else { FreeText::Nobody }),
        documents: listed(options)?,
        attachment_quota: i64::from(options.attachment_quota) * 1024 * 1024,
        moved_at_once: options.move_at_once,
    };
    let blobs = blobs_of(&options.place)?;
    let address = listener.local_addr()?;
    let models = options.key_models.as_deref().map(KeyModels::read).transpose()?;
    let origin = match &options.origin {
        Some(origin) => origin.clone(),
        None => format!("http://localhost:{}", address.port()).parse()?,
    };
    let relying_party = Arc::new(RelyingParty::new(&origin, options.admin_origin.as_ref(), models.as_ref())?);
    let (lifetimes, password_cost) = (lifetimes_of(options), password_cost_of(options));
    let door = Door { db: db.clone(), clock: Clock::default(), secrets, relying_party, lifetimes, password_cost };
    let engine = Engine::reading_from(replicas(options, database, &db), door, changes, settings, blobs.clone());
    let wrong = engine.invalid_documents().await;
    if !wrong.is_empty() {
        bail!(
            "登记的查询与接口不符 / listed documents that the schema does not allow:\n{}",
            wrong.into_iter().collect::<Vec<_>>().join("\n")
        );
    }
    tokio::spawn(close_expired(aside.clone(), engine.clock().clone()));
    tokio::spawn(Sweep { db: aside.clone(), clock: engine.clock().clone(), blobs }.run());
    let worker = Worker { engine: engine.clone(), db: aside, pace: Pace::default() }.start();
    let entrances = Entrances::new(options.admin_origin.as_ref(), &options.admin_networks)?;
    if let Some(every) = options.check_every {
        tokio::spawn(SelfCheck { owner_url: database.owner_url().to_owned(), every }.run());
    }
    let (tell, stopping) = Stopping::channel();
    let app = App { engine, proxies: Arc::new(options.proxies.clone()), entrances, stopping };
    if let Some(address) = options.metrics_listen {
        serve_metrics(address, app.clone()).await?;
    }
    // Before anyone is told that we serve, and may therefore ask us to stop.
    let mut signals = StopSignals::new()?;
    tracing::info!(%address, demonstration = options.demo, "serving");
    println!("榕 Banyan: http://localhost:{}", address.port());
    if options.demo {
        println!("演示：在页面上选择身份进入 / demonstration: choose on the page whom to enter as");
    }
    let stop = async {
        signals.next().await;
        tracing::info!("stopping");
        // Streams end at once, requests get their time.
        let _ = tell.send(true);
        if let Some(leave) = options.leave {
            tokio::select! {
                () = tokio::time::sleep(leave) => {}
                () = signals.next() => {}
            }
        }
    };
    crate::http::serve(listener, router(app), options.clients, stop, GRACE).await;
    worker.stop().await;
    // After the last request and the last job, so that nothing is left unsigned.
    sealer.stop().await;
    db.close();
    Ok(())
}

/// The documents of the program, and those of files.
fn listed(options: &Serve) -> anyhow::Result<Documents> {
    let mut documents = built_in()?;
    for file in &options.documents {
        let about = || format!("the documents of {}", file.display());
        let list = std::fs::read_to_string(file).with_context(about)?;
        documents.add_list(&list).with_context(about)?;
    }
    Ok(documents)
}

/// Ends only when the private cluster cannot be brought back.
async fn keep(cluster: Option<&mut Attachment>) -> anyhow::Error {
    match cluster {
        Some(cluster) => cluster.keep().await,
        None => std::future::pending().await,
    }
}

fn lifetimes_of(options: &Serve) -> Lifetimes {
    let minutes = |number: u32| chrono::Duration::minutes(i64::from(number));
    let hours = |number: u32| chrono::Duration::hours(i64::from(number));
    Lifetimes {
        administrator_idle: minutes(options.administrator_idle),
        administrator: hours(options.administrator_session),
        member_idle: minutes(options.member_idle),
        member: hours(options.member_session),
    }
}

fn password_cost_of(options: &Serve) -> PasswordCost {
    PasswordCost { memory_kib: options.argon2_memory, passes: options.argon2_passes, lanes: options.argon2_lanes }
}

/// Closes what ran out, again and again: a clock that is set back then brings nothing to life.
async fn close_expired(db: Db, clock: Clock) {
    const EVERY: Duration = Duration::from_secs(30);
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(failure) = crate::areas::accounts::close_expired(&db, &clock, EVERY).await {
            tracing::warn!(?failure, "what ran out was not closed");
        }
    }
}

async fn is_empty(database: &Database) -> anyhow::Result<bool> {
    let client = connect(database.owner_url()).await?;
    let row = client.query_one("SELECT NOT EXISTS (SELECT FROM organizations)", &[]).await?;
    Ok(row.try_get(0)?)
}

async fn serve_metrics(address: SocketAddr, app: App) -> anyhow::Result<()> {
    let handle = PrometheusBuilder::new().install_recorder().context("cannot keep metrics")?;
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, metrics_router(handle, app)).await {
            tracing::error!(%error, "the metrics address is gone");
        }
    });
    Ok(())
}

/// Every connection is an open file, and services begin with 1024 of them at most though they may have more.
fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }) {
        tracing::warn!(%error, "no more files can be opened than at the start");
    }
}

/// What asks the server to stop: Ctrl-C, or a supervisor. Heard from when it is made, so that nothing is lost between
/// two looks, and a signal that comes first of all does not end the process half-way.
struct StopSignals {
    signals: [tokio::signal::unix::Signal; 2],
}

impl StopSignals {
    fn new() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = |kind| signal(kind).context("cannot hear signals");
        Ok(Self { signals: [heard(SignalKind::interrupt())?, heard(SignalKind::terminate())?] })
    }

    /// Ends when one comes that was not told yet.
    async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

fn start_log(json: bool) {
    let filter = EnvFilter::try_from_env("BANYAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn,banyan=info"));
    // The driver tells what is bound to statements when it is asked for more, names and numbers among it.
    let filter = ["tokio_postgres=info", "diesel_async=info"]
        .into_iter()
        .filter_map(|quiet| quiet.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    // A second start in one process, as in tests, keeps the first log.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}
