//! Who is asking, without a database: every right that is read is the right that is meant.

use super::*;

const WHOLE: [Permission; 19] = Permission::ALL;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn account() -> AccountColumns {
    AccountColumns {
        tenant: id(1),
        read_only: true,
        expires_at: "2030-01-02T03:04:05Z".parse().unwrap(),
        account: id(2),
        account_name: "someone".into(),
        home: id(3),
        home_path: "a01".into(),
        person: Some(id(4)),
        branch: Some(id(5)),
        session: id(6),
        method: "key".into(),
        must_touch: true,
        must_change: true,
    }
}

fn columns(number: u128, role: &str, path: &str) -> GrantColumns {
    GrantColumns {
        id: Some(id(number)),
        role: Some(role.into()),
        path: Some(path.into()),
        asleep: Some(false),
        part: None,
        lender: None,
        lender_name: None,
    }
}

/// Someone who may write, with roles of their own at places.
fn viewer(held: &[(Role, &str)]) -> Viewer {
    let grants = held.iter().zip(10..).map(|((role, path), number)| columns(number, role.as_str(), path));
    let rows = grants.map(|grant| (AccountColumns { read_only: false, ..account() }, grant)).collect();
    Viewer::of_rows(rows).unwrap_or_else(|| {
        let nothing = GrantColumns { id: None, ..columns(0, "member", "a01") };
        Viewer::of_rows(vec![(AccountColumns { read_only: false, ..account() }, nothing)]).unwrap()
    })
}

fn lent(role: Role, path: &str, part: &[&str]) -> RunningGrant {
    let columns = GrantColumns {
        part: Some(part.iter().map(|name| (*name).to_owned()).collect()),
        lender: Some(id(7)),
        lender_name: Some("lender".into()),
        ..columns(20, role.as_str(), path)
    };
    RunningGrant::from_columns(columns).unwrap()
}

#[test]
fn rows_become_a_viewer_column_by_column() {
    assert!(Viewer::of_rows(Vec::new()).is_none());
    let rows = vec![
        (account(), columns(10, "secretary", "a01001")),
        (account(), GrantColumns { asleep: Some(true), ..columns(11, "auditor", "a01002") }),
        // A row without a grant, and one of a role that this program does not know.
        (account(), GrantColumns { id: None, role: None, path: None, asleep: None, ..columns(0, "", "") }),
        (account(), columns(12, "emperor", "a01")),
    ];
    let viewer = Viewer::of_rows(rows).unwrap();
    assert_eq!((viewer.tenant, viewer.account.0, viewer.account_name.as_str()), (id(1), id(2), "someone"));
    assert_eq!((viewer.home.0, viewer.home_path.as_str(), viewer.session.uuid()), (id(3), "a01", id(6)));
    assert_eq!((viewer.person.map(|id| id.0), viewer.branch.map(|id| id.0)), (Some(id(4)), Some(id(5))));
    assert_eq!(viewer.method, SignInMethod::Key);
    assert!(viewer.read_only && viewer.must_touch && viewer.must_change && viewer.administration.is_none());
    assert_eq!(viewer.expires_at.to_rfc3339(), "2030-01-02T03:04:05+00:00");
    let told =
        |grants: &[RunningGrant]| grants.iter().map(|grant| (grant.id.0, grant.role, grant.path.clone())).collect::<Vec<_>>();
    assert_eq!(told(&viewer.grants), [(id(10), Role::Secretary, "a01001".to_owned())]);
    assert_eq!(told(&viewer.sleeping), [(id(11), Role::Auditor, "a01002".to_owned())]);
    let lent = lent(Role::Secretary, "a01", &["READ_PEOPLE"]);
    assert_eq!(lent.lender, Some(Lender { account: AccountId(id(7)), name: "lender".into() }));
    assert_eq!(lent.permissions(), [Permission::ReadPeople]);
}

#[test]
fn the_guard_is_told_each_kind_of_reading_for_itself() {
    let mut viewer = viewer(&[(Role::SystemAdministrator, "a01"), (Role::CommitteeMember, "a01001"), (Role::Auditor, "a01002")]);
    let settings = viewer.settings();
    assert_eq!(settings.scope, "{[a01,a01~)}");
    assert_eq!(settings.people, "{[a01001,a01001~),[a01002,a01002~)}");
    assert_eq!(settings.journal, "{[a01002,a01002~)}");
    assert_eq!(settings.grants, "{[a01,a01~)}");
    assert_eq!(settings.person, id(4).to_string());
    assert_eq!(settings.branch, id(5).to_string());
    assert_eq!(settings.account, id(2).to_string());
    assert!(!settings.browses);
    (viewer.person, viewer.branch) = (None, None);
    assert_eq!((viewer.settings().person, viewer.settings().branch), (String::new(), String::new()));
    // What sleeps opens nothing.
    viewer.sleeping = std::mem::take(&mut viewer.grants);
    let asleep = viewer.settings();
    assert!([asleep.scope, asleep.people, asleep.journal, asleep.grants].iter().all(|setting| setting == "{}"));
}

#[test]
fn a_right_holds_at_its_place_and_below() {
    let mut viewer = viewer(&[(Role::Secretary, "a01001"), (Role::Member, "a01002")]);
    assert!(viewer.may(Permission::EditPerson, "a01001") && viewer.may(Permission::EditPerson, "a01001zzz"));
    assert!(!viewer.may(Permission::EditPerson, "a01") && !viewer.may(Permission::EditPerson, "a01002"));
    assert!(!viewer.may(Permission::MoveOrganization, "a01001"));
    assert_eq!(viewer.permissions_at("a01001zzz"), Role::Secretary.permissions());
    assert_eq!(viewer.permissions_at("a01002"), []);
    assert!(viewer.is_own_root(Permission::EditPerson, "a01001"));
    assert!(
        !viewer.is_own_root(Permission::EditPerson, "a01001zzz") && !viewer.is_own_root(Permission::MoveOrganization, "a01001")
    );
    // What was lent is no right of one's own, and covers nobody.
    viewer.grants.push(lent(Role::OrganizationAdministrator, "a01", &["EDIT_PERSON"]));
    assert!(viewer.may(Permission::EditPerson, "a01") && viewer.is_own_root(Permission::EditPerson, "a01"));
    assert_eq!(viewer.own(), [Holding::own(Role::Secretary, "a01001"), Holding::own(Role::Member, "a01002")]);
    assert!(viewer.covers_all(&[Holding::own(Role::CommitteeMember, "a01001")]));
    assert!(!viewer.covers_all(&[Holding::own(Role::CommitteeMember, "a01002")]));
    assert!(!viewer.covers_all(&[Holding::own(Role::OrganizationAdministrator, "a01001")]));
    let whole = super::Viewer { grants: Vec::new(), ..viewer };
    assert!(WHOLE.iter().all(|permission| !whole.may(*permission, "a01001")));
}

#[test]
fn lender_and_borrower_give_back_what_was_lent_and_nobody_else() {
    let viewer = viewer(&[(Role::Secretary, "a01001")]);
    let (own, other, third) = (viewer.account, AccountId(id(8)), AccountId(id(9)));
    let asked = |pair| viewer.permit_lent(pair, OrganizationId(id(30)), "a01003");
    for pair in [(Some(own), other), (Some(other), own), (Some(own), own)] {
        let permit = asked(pair).unwrap();
        assert_eq!((permit.organization().0, permit.path(), permit.place().id), (id(30), "a01003", id(30)));
        assert_eq!((permit.tenant(), permit.account(), permit.account_name()), (id(1), own, "someone"));
        assert_eq!((permit.role(), permit.lender(), permit.is_dangerous()), (Role::Secretary, None, false));
        assert_eq!(permit.place().status, "active");
    }
    for pair in [(None, own), (None, other), (Some(other), third)] {
        assert!(matches!(asked(pair), Err(Failure::NotFound)));
    }
    let reading = Viewer { read_only: true, ..viewer.clone() };
    assert!(matches!(reading.permit_lent((Some(own), other), OrganizationId(id(30)), "a01003"), Err(Failure::ReadOnly)));
    // Without any role it is a member's.
    let nobody = Viewer { grants: Vec::new(), ..viewer };
    assert_eq!(nobody.permit_lent((Some(own), other), OrganizationId(id(30)), "a01003").unwrap().role(), Role::Member);
}

#[test]
fn everybody_may_change_the_own_account_at_home() {
    let mut viewer = viewer(&[(Role::Secretary, "a01001")]);
    let permit = viewer.permit_own().unwrap();
    assert_eq!(
        (permit.organization().0, permit.path(), permit.role(), permit.is_dangerous()),
        (id(3), "a01", Role::Secretary, false)
    );
    viewer.sleeping = std::mem::take(&mut viewer.grants);
    assert_eq!(viewer.permit_own().unwrap().role(), Role::Secretary, "what sleeps is still who one is");
    viewer.sleeping.clear();
    assert_eq!(viewer.permit_own().unwrap().role(), Role::Member);
    viewer.read_only = true;
    assert!(matches!(viewer.permit_own(), Err(Failure::ReadOnly)));
}

#[test]
fn a_refusal_says_what_would_help_and_no_more() {
    let mut viewer = viewer(&[(Role::Secretary, "a01001"), (Role::Member, "a01001")]);
    let branch = OrganizationId(id(5));
    assert!(matches!(viewer.refusal(Permission::MoveOrganization), Failure::Forbidden));
    assert!(matches!(viewer.refusal_for(branch), Failure::Forbidden));
    assert!(matches!(viewer.refusal_for(OrganizationId(id(40))), Failure::NotFound));
    // By the members' entrance only the member's role is awake.
    viewer.enter_as_member("http://admin".into());
    assert_eq!(viewer.grants.iter().map(|grant| grant.role).collect::<Vec<_>>(), [Role::Member]);
    assert_eq!(viewer.sleeping.iter().map(|grant| grant.role).collect::<Vec<_>>(), [Role::Secretary]);
    assert!(!viewer.may(Permission::EditPerson, "a01001"));
    assert_eq!(viewer.administration.as_deref(), Some("http://admin"));
    assert!(matches!(viewer.refusal(Permission::EditPerson), Failure::AdministrationRequired));
    assert!(matches!(viewer.refusal(Permission::MoveOrganization), Failure::Forbidden));
    assert!(matches!(viewer.refusal_for(branch), Failure::AdministrationRequired));
    assert!(matches!(viewer.refusal_for(OrganizationId(id(40))), Failure::NotFound));
    // What sleeps because of the password alone waits for the key.
    viewer.administration = None;
    assert!(matches!(viewer.refusal(Permission::EditPerson), Failure::KeyRequired));
    assert!(matches!(viewer.refusal_for(branch), Failure::KeyRequired));
}

#[test]
fn where_the_members_own_role_sleeps_a_key_is_due_and_nothing_else_helps() {
    let mut viewer = viewer(&[(Role::Member, "a01001")]);
    assert!(!viewer.key_is_due());
    assert!(matches!(viewer.refusal(Permission::MoveOrganization), Failure::Forbidden));
    // The office's own entrance would not help: nothing works there either.
    viewer.administration = Some("http://admin".into());
    assert_eq!(viewer.elsewhere(), None, "nothing sleeps");
    viewer.sleeping = std::mem::take(&mut viewer.grants);
    assert!(viewer.key_is_due());
    assert_eq!(viewer.elsewhere(), None);
    assert!(matches!(viewer.refusal(Permission::MoveOrganization), Failure::KeyRequired));
    let secretary = self::viewer(&[(Role::Secretary, "a01001")]);
    viewer.sleeping.extend(secretary.grants);
    assert!(viewer.key_is_due() && viewer.elsewhere().is_none());
    viewer.grants = viewer.sleeping.drain(..1).collect();
    assert!(!viewer.key_is_due());
    assert_eq!(viewer.elsewhere(), Some("http://admin"));
    viewer.administration = None;
    assert_eq!(viewer.elsewhere(), None);
}

#[test]
fn a_permit_says_whose_right_it_is_and_whether_it_is_dangerous() {
    let viewer = viewer(&[(Role::Secretary, "a01001")]);
    let place = Place { id: id(30), path: "a01001".into(), kind: "631".into(), status: "dissolved".into() };
    let permit = |permission| Permit::new(&viewer, Role::Auditor, permission, place.clone());
    for permission in WHOLE {
        assert_eq!(permit(Some(permission)).is_dangerous(), permission.is_dangerous(), "{permission:?}");
    }
    assert!(!permit(None).is_dangerous());
    let lent = permit(None).on_behalf_of(Some("lender".into()));
    assert_eq!((lent.lender(), lent.role(), lent.place().kind.as_str()), (Some("lender"), Role::Auditor, "631"));
    assert_eq!(permit(None).on_behalf_of(None).lender(), None);
}
