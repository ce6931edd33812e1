//! The chain of the journal: sealing, verifying, archiving, proving.

mod archive;
mod assertions;
mod sealing;
mod tamper;

use std::sync::Arc;
use std::time::Duration;

use banyan::testing::chain::{Anchors, PublicKeys, Sealer, Sealing, Verification, public_keys_of, seal_once, verify};
use banyan::testing::{Clock, Db, Secrets};
use banyan_tests::Database;
use tempfile::TempDir;
use uuid::Uuid;

/// A database with its sealer and a data folder.
pub struct Bench {
    pub database: Database,
    pub sealer: Sealer,
    pub secrets: Arc<Secrets>,
    pub clock: Clock,
    pub folder: TempDir,
}

impl Bench {
    pub fn on(database: Database, sealing: Sealing) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let secrets = Arc::new(Secrets::from_root(&[42; 32]).expect("keys"));
        let clock = Clock::default();
        let db = Db::new(&database.app_url, 4, Duration::from_secs(20)).expect("a pool");
        let anchors = Some(Anchors::of(folder.path()));
        let sealer = Sealer { db, clock: clock.clone(), secrets: secrets.clone(), anchors, sealing };
        Self { database, sealer, secrets, clock, folder }
    }

    pub fn keys(&self) -> PublicKeys {
        public_keys_of(&self.secrets).expect("keys")
    }

    pub async fn verify(&self) -> Verification {
        let anchors = Anchors::of(self.folder.path());
        verify(&self.database.owner_url, &self.keys(), Some(&anchors), None).await.expect("a verification")
    }

    /// Seals everything and signs the end.
    pub async fn seal(&self) {
        seal_once(&self.sealer, true).await.expect("sealed");
    }

    /// Writes entries past the server, with all that a column can hold.
    pub async fn note(&self, tenant_code: &str, entries: i32, days_ago: i32) {
        let sql =
            "INSERT INTO journal (tenant_id, id, organization_id, path, at, account_id, account_name, role, on_behalf_of, event,
                       subject_kind, subject_id, subject_name, before, after, reason, source, request_id)
            SELECT o.tenant_id, i.id::uuid, o.id, o.path, now() - make_interval(days => $3) + make_interval(secs => n.n / 1000.0),
                   CASE WHEN n.n % 3 > 0 THEN gen_random_uuid() END, '账号 ' || n.n, CASE WHEN n.n % 2 > 0 THEN 'auditor' END,
                   CASE WHEN n.n % 5 = 0 THEN '' END, 'PERSON_EDITED', 'person', gen_random_uuid(), E'名\\n\"' || n.n,
                   jsonb_build_object('n', n.n, 'x', 1.50), jsonb_build_object('long key', '值', 'a', NULL, 'n', n.n),
                   CASE WHEN n.n % 4 > 0 THEN 'why ' || n.n END, CASE WHEN n.n % 7 > 0 THEN '127.0.0.1' END, 'request-' || n.n
            FROM generate_series(1, $2) AS n (n), organizations o, unnest($4::text[]) WITH ORDINALITY AS i (id, at)
            WHERE o.code = $1 AND i.at = n.n";
        let ids: Vec<String> = (0..entries).map(|_| Uuid::now_v7().to_string()).collect();
        self.database.owner().await.execute(sql, &[&tenant_code, &entries, &days_ago, &ids]).await.expect("entries");
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.database.number(sql).await
    }
}

/// What was found, in words.
pub fn told(verification: &Verification) -> String {
    verification.findings.iter().map(|finding| format!("{finding}\n")).collect()
}
