//! A new key while servers work.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use banyan::testing::{Rotating, Secrets, connect, count_by_key, hash, rotate};
use banyan_tests::{Database, TestApp, clone_of_template};
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::people::add::identity;

const MANY: i32 = 3_000;
const PLACES: [&str; 2] = ["金丝雀路", "号附1号"];

fn key_file(folder: &Path) -> PathBuf {
    let file = folder.join("secret.key");
    // The first form of the file: one key without its number.
    std::fs::write(&file, "2a".repeat(32)).expect("a key file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("rights");
    file
}

/// One of several servers on one database and one key file.
async fn server(database: &Database, file: &Path) -> TestApp {
    let secrets = Arc::new(Secrets::load_or_create(file).expect("keys"));
    let database =
        Database { owner_url: database.owner_url.clone(), app_url: database.app_url.clone(), seed: database.seed.clone() };
    TestApp::with(database, secrets).await
}

/// People enough for a rotation to take a while, sealed with the first key.
async fn crowd(database: &Database, secrets: &Secrets) -> Vec<String> {
    let owner = database.owner().await;
    let mut numbers = Vec::new();
    let (mut sealed, mut indexes, mut phones, mut places) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..MANY {
        let day = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).expect("a day")
            + chrono::Days::new(u64::try_from(number).expect("a number"));
        let text = identity(&day.to_string(), 77);
        sealed.push(secrets.seal(&text));
        indexes.push(secrets.index(&text));
        phones.push(secrets.seal(&format!("138{number:08}")));
        places.push(secrets.seal(&format!("{}{number}{}", PLACES[0], PLACES[1])));
        numbers.push(text);
    }
    let sql = "INSERT INTO people (tenant_id, id, organization_id, path, stage, name, name_key, name_initials, name_grams, sex, ethnic_group,
            birth_date, identity_number, identity_index, education, phone, address, created_at, updated_at)
        SELECT p.tenant_id, gen_random_uuid(), p.organization_id, p.path, 'applicant', p.name, p.name_key, p.name_initials, p.name_grams,
            p.sex, p.ethnic_group, p.birth_date, n.sealed, n.index, p.education, n.phone, n.place, p.created_at, p.updated_at
        FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[]) AS n (sealed, index, phone, place),
            (SELECT * FROM people WHERE path LIKE 'a01%' ORDER BY id LIMIT 1) AS p";
    owner.execute(sql, &[&sealed, &indexes, &phones, &places]).await.expect("people");
    // The keys of two files, one attached and one that waits.
    let key = secrets.seal("the key of a file");
    let upload = "INSERT INTO uploads (tenant_id, id, account_id, object, name, media_type, bytes, digest, content_key, stored, created_at)
        SELECT tenant_id, id, id, id, 'x.pdf', 'application/pdf', 1, sha256(''), $1, true, now() FROM accounts WHERE path LIKE 'a01%' LIMIT 1";
    owner.execute(upload, &[&key]).await.expect("an upload");
    let attachment = "INSERT INTO attachments (tenant_id, id, organization_id, path, kind, name, media_type, bytes, digest, object, content_key, added_by, added_by_name, created_at, updated_at)
        SELECT tenant_id, id, organization_id, path, '23', 'x.pdf', 'application/pdf', 1, sha256(''), id, $1, id, 'x', now(), now() FROM accounts WHERE path LIKE 'a01%' LIMIT 1";
    owner.execute(attachment, &[&key]).await.expect("an attachment");
    numbers
}

async fn left(database: &Database, newest: i32) -> i64 {
    let counts = count_by_key(&database.owner().await).await.expect("counts");
    counts.iter().filter(|((table, key), _)| *table != "journal" && *key != newest).map(|(_, count)| count).sum()
}

const EDIT: &str =
    "mutation ($i: PersonEditInput!) { personEdit(input: $i) { person { version phone { text } } userErrors { code } } }";
const ADD: &str = "mutation ($i: PersonAddInput!) { personAdd(input: $i) { person { id } userErrors { code message } } }";
const READ: &str = "query ($a: String) { people(first: 200, after: $a) { nodes { identityNumber { text } phone { text } address { text } } pageInfo { endCursor hasNextPage } } }";

/// Edits one person again and again; the last phone is returned.
async fn edit(app: TestApp, who: String, stop: Arc<AtomicBool>, done: Arc<AtomicU32>) -> (String, String) {
    let (client, mut version, mut phone) = (app.sign_in("municipal-administrator"), 1, String::new());
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        phone = format!("139{number:05}{:03}", who.len());
        let input =
            json!({ "id": who, "version": version, "phone": phone, "address": format!("{}{number}{}", PLACES[0], PLACES[1]) });
        let answer = client.send(EDIT, json!({ "i": input })).await;
        assert_eq!(answer.user_errors(), "", "{}", answer.text);
        version = answer.at("/personEdit/person/version").as_i64().expect("a version");
        done.fetch_add(1, Ordering::Relaxed);
    }
    (who, phone)
}

async fn read(app: TestApp, stop: Arc<AtomicBool>, done: Arc<AtomicU32>) {
    let client = app.sign_in("municipal-administrator");
    let mut after = Value::Null;
    while !stop.load(Ordering::Relaxed) {
        let answer = client.send(READ, json!({ "a": after })).await;
        let nodes = answer.at("/people/nodes");
        assert!(nodes.as_array().is_some_and(|nodes| {
            nodes.iter().all(|node| node["identityNumber"]["text"].as_str().is_some_and(|text| text.len() == 18))
        }));
        after =
            if answer.at("/people/pageInfo/hasNextPage") == true { answer.at("/people/pageInfo/endCursor") } else { Value::Null };
        done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn add(app: TestApp, stop: Arc<AtomicBool>, done: Arc<AtomicU32>) -> Vec<String> {
    let client = app.sign_in("municipal-administrator");
    let mut added = Vec::new();
    for number in 0..900_u16 {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let text = identity("1991-05-06", number + 1);
        let sex = if (number + 1) % 2 == 0 { "2" } else { "1" };
        let input = json!({ "organizationId": app.database.seed.organization("S1A"), "stage": "APPLICANT", "name": "金丝雀", "sex": sex, "ethnicGroup": "01",
            "identityNumber": text, "birthDate": "1991-05-06", "education": "21", "phone": "13987654321", "address": "金丝雀路七号" });
        let answer = client.send(ADD, json!({ "i": input })).await;
        assert_eq!(answer.user_errors(), "", "{}", answer.text);
        added.push(text);
        done.fetch_add(1, Ordering::Relaxed);
    }
    added
}

/// Two servers read, edit and add while the key is changed; the rotation is killed in the middle and called
/// again. No request fails, everything opens, nothing is left under the old key, no edit is lost.
///
/// covers: SEC-H03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_is_changed_under_load_and_across_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = key_file(folder.path());
    let database = clone_of_template().await;
    let first_key = Secrets::from_root(&[42; 32]).expect("keys");
    let mut numbers = crowd(&database, &first_key).await;
    numbers.extend(database.seed.identity_numbers.values().cloned());
    let versions = "SELECT sum(version)::bigint FROM people WHERE stage = 'applicant'";
    let servers = [server(&database, &file).await, server(&database, &file).await];
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let mut editors = Vec::new();
    let mut others = Vec::new();
    for (at, name) in ["N1A-1", "N1B-2", "S1A-1", "S1B-2"].into_iter().enumerate() {
        let app = server(&database, &file).await;
        editors.push(tokio::spawn(edit(app, database.seed.person(name).to_owned(), stop.clone(), done.clone())));
        if at < 2 {
            others.push(tokio::spawn(read(server(&database, &file).await, stop.clone(), done.clone())));
        }
    }
    let adding = tokio::spawn(add(server(&database, &file).await, stop.clone(), done.clone()));
    drop(servers);
    while done.load(Ordering::Relaxed) < 30 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    // Killed in the middle: its connection ends wherever it was.
    let how = Rotating { batch: 25, progress: false };
    let url = database.owner_url.clone();
    let in_file = file.clone();
    let killed = tokio::spawn(async move {
        let mut owner = connect(&url).await.expect("a connection");
        rotate(&mut owner, &in_file, how).await.map(|_| ())
    });
    let all = left(&database, 1).await + i64::from(MANY) * 3;
    while left(&database, 2).await > all - 1_500 {
        assert!(!killed.is_finished(), "the rotation ended before it could be killed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    killed.abort();
    assert!(killed.await.is_err_and(|error| error.is_cancelled()));
    let in_the_middle = left(&database, 2).await;
    assert!(in_the_middle > 0);

    let mut owner = database.owner().await;
    let rotation = loop {
        // The server may still be learning that the killed one is gone, and hold its lock until then.
        match rotate(&mut owner, &file, how).await {
            Ok(rotation) => break rotation,
            Err(error) if error.to_string().contains("正在进行") => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => panic!("{error:#}"),
        }
    };
    assert_eq!((rotation.key, rotation.resumed), (2, true));
    assert_eq!(left(&database, 2).await, 0);
    let at_the_end = done.load(Ordering::Relaxed);
    while done.load(Ordering::Relaxed) < at_the_end + 20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut phones = Vec::new();
    for editor in editors {
        phones.push(editor.await.expect("an editor without an error"));
    }
    for other in others {
        other.await.expect("a reader without an error");
    }
    numbers.extend(adding.await.expect("a writer without an error"));
    assert_eq!(left(&database, 2).await, 0, "nobody seals with the old key any more");

    // The last edit of everyone stands; everything opens; versions of people whom nobody edited stayed.
    let secrets = Secrets::load(&file).expect("keys");
    for (id, phone) in phones {
        let key = data_encoding::BASE64URL_NOPAD.decode(id.trim_start_matches("per_").as_bytes()).expect("an id");
        let key = uuid::Uuid::from_slice(&key).expect("an id");
        let sealed: Vec<u8> = owner.query_one("SELECT phone FROM people WHERE id = $1", &[&key]).await.expect("a row").get(0);
        assert_eq!(secrets.open(&sealed).expect("a value"), phone);
    }
    let rows = owner.query("SELECT identity_number, identity_index, phone, address FROM people", &[]).await.expect("people");
    assert_eq!(rows.len(), numbers.len());
    for row in &rows {
        let number = secrets.open(&row.get::<_, Vec<u8>>(0)).expect("a number");
        assert_eq!(secrets.index(&number), row.get::<_, Vec<u8>>(1));
        assert!(numbers.contains(&number));
        for column in [2, 3] {
            assert!(row.get::<_, Option<Vec<u8>>>(column).is_none_or(|sealed| secrets.open(&sealed).is_ok()));
        }
    }
    assert_eq!(database.number(versions).await, database.number("SELECT count(*) FROM people WHERE stage = 'applicant'").await);
    // The journal keeps what it was given, and its key stays in the ring.
    let counts = count_by_key(&owner).await.expect("counts");
    assert!(
        counts.get(&("journal", 1)).is_some_and(|count| *count > 0)
            && counts.get(&("journal", 2)).is_some_and(|count| *count > 0),
        "{counts:?}"
    );
    assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&file).expect("the file").lines().count(), 2);
}

/// The tables as a dump has them, byte for byte: none of the sensitive values, neither as text nor in hexadecimal or base64;
/// each value names its key, and the index is no plain hash. The same for values that wait in the journal.
///
/// covers: SEC-H01
#[tokio::test]
async fn a_dump_of_every_table_holds_no_identity_number_phone_or_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = key_file(folder.path());
    let app = server(&clone_of_template().await, &file).await;
    let client = app.sign_in("municipal-administrator");
    let number = identity("1991-05-06", 777);
    let input = json!({ "organizationId": app.database.seed.organization("S1A"), "stage": "APPLICANT", "name": "某人", "sex": "1", "ethnicGroup": "01",
        "identityNumber": number, "birthDate": "1991-05-06", "education": "21", "phone": "13987654321", "address": "金丝雀路七号附1号" });
    let answer = client.with_key("once").send(ADD, json!({ "i": input })).await;
    assert_eq!(answer.user_errors(), "", "{}", answer.text);
    let id = answer.at("/personAdd/person/id");
    let change = json!({ "id": id, "version": 1, "phone": "13711223344", "address": "画眉街九号" });
    assert_eq!(app.sign_in("municipal-administrator").send(EDIT, json!({ "i": change })).await.user_errors(), "");

    let mut canaries: Vec<String> = app.database.seed.identity_numbers.values().cloned().collect();
    canaries.extend([&number, "13800000000", "13987654321", "13711223344", "金丝雀路七号附1号", "画眉街九号"].map(str::to_owned));
    let spelled: Vec<(String, Vec<u8>)> = canaries
        .iter()
        .flat_map(|canary| {
            let hexadecimal = data_encoding::HEXLOWER.encode(canary.as_bytes());
            let base64 = data_encoding::BASE64.encode(canary.as_bytes()).trim_end_matches('=').to_owned();
            // The last characters of base64 depend on what follows.
            let base64 = base64[..base64.len() - 2].to_owned();
            let plain_hash = hash(canary.as_bytes());
            [canary.as_bytes().to_vec(), hexadecimal.into_bytes(), base64.into_bytes(), plain_hash]
                .map(|bytes| (canary.clone(), bytes))
        })
        .collect();
    let owner = app.database.owner().await;
    let tables = owner
        .query(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%' ORDER BY 1",
            &[],
        )
        .await
        .expect("tables");
    let mut dumped = 0;
    for table in tables.iter().map(|row| row.get::<_, String>(0)) {
        for form in ["binary", "text"] {
            let copy = owner.copy_out(&format!("COPY {table} TO STDOUT (FORMAT {form})")).await.expect("a dump");
            let bytes = copy.try_fold(Vec::new(), |mut all, piece| async move {
                all.extend_from_slice(&piece);
                Ok(all)
            });
            let bytes = bytes.await.expect("a dump");
            dumped += bytes.len();
            let text = String::from_utf8_lossy(&bytes);
            for (canary, spelling) in &spelled {
                let found = match std::str::from_utf8(spelling) {
                    Ok(spelling) => text.contains(spelling),
                    Err(_) => bytes.windows(spelling.len()).any(|window| window == spelling),
                };
                assert!(!found, "{canary} in {table}");
            }
        }
    }
    assert!(dumped > 100_000);
    let secrets = Secrets::load(&file).expect("keys");
    let row = owner
        .query_one("SELECT identity_number, identity_index, phone, address FROM people WHERE name = '某人'", &[])
        .await
        .expect("a row");
    for column in [0, 2, 3] {
        let sealed: Vec<u8> = row.get(column);
        assert_eq!((sealed[0], Secrets::key_of(&sealed)), (1, Some(1)), "the algorithm and the key stand before the value");
        assert!(secrets.open(&sealed).is_ok());
    }
    assert_eq!(row.get::<_, Vec<u8>>(1), secrets.index(&number));
    assert_ne!(secrets.index(&number), Secrets::from_root(&[1; 32]).expect("keys").index(&number), "the index is keyed");
}

/// Whatever column holds sealed values is rewritten by a rotation: a new one must be added to its list.
#[tokio::test]
async fn every_sealed_column_is_known_to_the_rotation() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = key_file(folder.path());
    let database = clone_of_template().await;
    crowd(&database, &Secrets::load(&file).expect("keys")).await;
    let how = Rotating { batch: 1_000, progress: false };
    let mut owner = database.owner().await;
    assert_eq!(rotate(&mut owner, &file, how).await.expect("a rotation").key, 2);
    let secrets = Secrets::load(&file).expect("keys");
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'";
    let (mut new, mut old) = (0, Vec::new());
    for row in owner.query(columns, &[]).await.expect("columns") {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        for value in owner.query(&format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL"), &[]).await.expect("values")
        {
            let value: Vec<u8> = value.get(0);
            if secrets.open(&value).is_ok() {
                new += i32::from(Secrets::key_of(&value) == Some(2));
                if Secrets::key_of(&value) != Some(2) {
                    old.push(format!("{table}.{column}"));
                }
            }
        }
    }
    assert!(new >= MANY * 3 + 2, "{new}");
    assert_eq!(old, Vec::<String>::new());
    // With nothing left under older keys, the next call adds a further key.
    let third = rotate(&mut owner, &file, how).await.expect("a rotation");
    assert_eq!((third.key, third.resumed), (3, false));
    assert_eq!(left(&database, 3).await, 0);
}
