//! The tables that are filled by COPY, column by column.

use std::pin::{Pin, pin};

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Transaction;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::Seal;
use super::counts::{Counts, Tally};
use super::random::Dice;
use super::rows::{Group, Node, Person, Tree};
use crate::base::names::NameKeys;

/// Writes rows inside the transaction of the load.
pub(super) struct Tables<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) secrets: &'a dyn Seal,
    /// When everything was created.
    pub(super) at: DateTime<Utc>,
}

impl Tables<'_> {
    pub(super) async fn copy(&self, table: &str, columns: &[(&str, Type)]) -> anyhow::Result<BinaryCopyInWriter> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let types: Vec<Type> = columns.iter().map(|(_, kind)| kind.clone()).collect();
        let statement = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", names.join(", "));
        let sink = self.transaction.copy_in(&statement).await.with_context(|| format!("filling {table}"))?;
        Ok(BinaryCopyInWriter::new(sink, &types))
    }

    pub(super) async fn organizations(&self, tree: &Tree) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("parent_id", Type::UUID),
            ("label", Type::TEXT),
            ("path", Type::TEXT),
            ("children_ever", Type::INT4),
            ("kind", Type::TEXT),
            ("name", Type::TEXT),
            ("short_name", Type::TEXT),
            ("code", Type::TEXT),
            ("name_pinyin", Type::TEXT),
            ("name_initials", Type::TEXT),
            ("name_grams", Type::TEXT_ARRAY),
            ("territory", Type::TEXT),
            ("sort_order", Type::INT4),
            ("founded_on", Type::DATE),
            ("created_at", Type::TIMESTAMPTZ),
            ("updated_at", Type::TIMESTAMPTZ),
        ];
        let mut writer = pin!(self.copy("organizations", &columns).await?);
        for node in &tree.nodes {
            let keys = NameKeys::of_organization(&node.name);
            let parent = node.parent.and_then(|parent| tree.nodes.get(parent)).map(|parent| parent.id);
            let Node { id, label, path, children, kind, name, short_name, code, .. } = node;
            writer
                .as_mut()
                .write(&[
                    &tree.tenant,
                    id,
                    &parent,
                    label,
                    path,
                    children,
                    kind,
                    name,
                    short_name,
                    code,
                    &keys.pinyin,
                    &keys.initials,
                    &keys.grams,
                    &node.territory,
                    &node.sort_order,
                    &node.founded_on,
                    &self.at,
                    &self.at,
                ])
                .await?;
        }
        writer.finish().await?;
        self.transaction.execute("SELECT order_below($1, NULL)", &[&tree.tenant]).await?;
        Ok(())
    }

    /// One state since the founding for each organization.
    pub(super) async fn versions(&self, tree: &Tree, dice: &mut Dice) -> anyhow::Result<()> {
        let organizations: Vec<Uuid> = tree.nodes.iter().map(|node| node.id).collect();
        let ids: Vec<Uuid> = tree.nodes.iter().map(|_| dice.id()).collect();
        self.transaction
            .execute(
                "INSERT INTO organization_versions
                     (tenant_id, id, organization_id, path, valid, parent_id, path_then, name, short_name, kind, status, change)
                 SELECT o.tenant_id, v.id, o.id, o.path, daterange(o.founded_on, NULL), o.parent_id, o.path, o.name,
                        o.short_name, o.kind, o.status, '1'
                 FROM unnest($1::uuid[], $2::uuid[]) v (id, organization_id)
                 JOIN organizations o ON o.id = v.organization_id
                 ORDER BY v.id",
                &[&ids, &organizations],
            )
            .await?;
        Ok(())
    }

    /// A writer for people; it must be finished.
    pub(super) async fn people(&self) -> anyhow::Result<BinaryCopyInWriter> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("party_group_id", Type::UUID),
            ("stage", Type::TEXT),
            ("name", Type::TEXT),
            ("name_key", Type::TEXT),
            ("name_initials", Type::TEXT),
            ("name_grams", Type::TEXT_ARRAY),
            ("sex", Type::TEXT),
            ("ethnic_group", Type::TEXT),
            ("birth_date", Type::DATE),
            ("identity_number", Type::BYTEA),
            ("identity_index", Type::BYTEA),
            ("education", Type::TEXT),
            ("job_category", Type::TEXT),
            ("native_place", Type::TEXT),
            ("phone", Type::BYTEA),
            ("address", Type::BYTEA),
            ("applied_on", Type::DATE),
            ("joined_on", Type::DATE),
            ("confirmed_on", Type::DATE),
            ("created_at", Type::TIMESTAMPTZ),
            ("updated_at", Type::TIMESTAMPTZ),
        ];
        self.copy("people", &columns).await
    }

    pub(super) async fn person(
        &self,
        writer: Pin<&mut BinaryCopyInWriter>,
        tenant: Uuid,
        node: &Node,
        person: &Person,
    ) -> anyhow::Result<()> {
        let keys = NameKeys::of(&person.name);
        let number = self.secrets.seal(&person.identity);
        let index = self.secrets.index(&person.identity);
        let phone = self.secrets.seal(&person.phone);
        let address = self.secrets.seal(&person.address);
        writer
            .write(&[
                &tenant,
                &person.id,
                &node.id,
                &node.path,
                &person.group,
                &person.stage.text(),
                &person.name,
                &keys.key,
                &keys.initials,
                &keys.grams,
                &person.sex(),
                &person.ethnic_group,
                &person.born,
                &number,
                &index,
                &person.education,
                &person.job,
                &person.native_place,
                &phone,
                &address,
                &person.applied_on,
                &person.joined_on,
                &person.confirmed_on,
                &self.at,
                &self.at,
            ])
            .await?;
        Ok(())
    }

    pub(super) async fn groups(&self, tree: &Tree, groups: &[Group]) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("name", Type::TEXT),
            ("leader_id", Type::UUID),
            ("created_at", Type::TIMESTAMPTZ),
            ("updated_at", Type::TIMESTAMPTZ),
        ];
        let mut writer = pin!(self.copy("party_groups", &columns).await?);
        for group in groups {
            let node = tree.nodes.get(group.node).context("the organization of a group")?;
            let Group { id, name, leader, .. } = group;
            writer.as_mut().write(&[&tree.tenant, id, &node.id, &node.path, name, leader, &self.at, &self.at]).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    pub(super) async fn ledger(&self, tree: &Tree, ledger: &[(Uuid, usize, NaiveDate)], dice: &mut Dice) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("person_id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("day", Type::DATE),
            ("kind", Type::TEXT),
            ("delta", Type::INT2),
        ];
        let mut writer = pin!(self.copy("membership_ledger", &columns).await?);
        for (person, node, day) in ledger {
            let node = tree.nodes.get(*node).context("the organization of a member")?;
            let id = dice.id();
            writer.as_mut().write(&[&tree.tenant, &id, person, &node.id, &node.path, day, &"admitted", &1_i16]).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    pub(super) async fn counts(&self, tree: &Tree, counts: &[Counts]) -> anyhow::Result<()> {
        let number = |name| (name, Type::INT4);
        let columns = [
            ("tenant_id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            number("applicants"),
            number("activists"),
            number("candidates"),
            number("probationary"),
            number("full_members"),
            number("women"),
            number("minority"),
            number("college_and_above"),
        ];
        let mut writer = pin!(self.copy("organization_counts", &columns).await?);
        for (node, counts) in tree.nodes.iter().zip(counts) {
            let Counts { applicants, activists, candidates, probationary, full_members, women, minority, .. } = counts;
            writer
                .as_mut()
                .write(&[
                    &tree.tenant,
                    &node.id,
                    &node.path,
                    applicants,
                    activists,
                    candidates,
                    probationary,
                    full_members,
                    women,
                    minority,
                    &counts.college_and_above,
                ])
                .await?;
        }
        writer.finish().await?;
        Ok(())
    }

    pub(super) async fn tallies(&self, tree: &Tree, tallies: &[(usize, Tally)]) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("dimension", Type::TEXT),
            ("value", Type::TEXT),
            ("members", Type::INT4),
        ];
        let mut writer = pin!(self.copy("organization_tallies", &columns).await?);
        for (node, (dimension, value, members)) in tallies {
            let node = tree.nodes.get(*node).context("the organization of a tally")?;
            writer.as_mut().write(&[&tree.tenant, &node.id, &node.path, dimension, value, members]).await?;
        }
        writer.finish().await?;
        Ok(())
    }
}
