//! Two kinds of going wrong: a *problem* is for the person and goes into the payload; a *failure*
//! is for programs and for us, a top-level error with a code, its details in the log only.

use std::any::Any;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::language::Language;
use super::problem::{Code, Problem};
use super::question::Question;

/// Why a request cannot be answered.
#[derive(Debug)]
pub enum Failure {
    /// The person did something that cannot be done.
    Problems(Vec<Problem>),
    /// A write that was prepared from an older version, with the row as it is now; the same kind of refusal.
    Stale(Problem, Box<dyn Any + Send + Sync>),
    /// Not there, or not within reach: the same answer for both.
    NotFound,
    /// Visible, but the role lacks the right.
    Forbidden,
    /// Nobody is signed in.
    Unauthenticated,
    /// A text that is no id, or the id of another kind of thing.
    BadId,
    /// A cursor that this server did not give, or of another list.
    BadCursor,
    /// `first` and `last` contradict each other or are out of bounds.
    BadPage,
    /// An argument that cannot be used, with its name.
    BadInput(&'static str),
    /// A text that is not on the list, from someone who may not send one.
    UntrustedDocument,
    /// A token that may only read tried to write.
    ReadOnly,
    /// The right sleeps: the session was opened with a password alone.
    KeyRequired,
    /// The right sleeps: the request came by the members' entrance (A04).
    AdministrationRequired,
    /// The password is an initial one or too old, and opens nothing but its own change (A09).
    PasswordChangeRequired,
    /// A dangerous action wants to be confirmed with the key first.
    StepUp(Box<Question>),
    /// A confirmation came that is none for this action.
    StepUpFailed,
    /// Someone else's transaction came first; trying again helps.
    Conflict,
    /// The database did not answer in time, and its work was cancelled.
    Deadline,
    /// No connection to the database in time.
    Unavailable(anyhow::Error),
    /// A fault of ours.
    Internal(anyhow::Error),
}

impl Failure {
    /// The code of the published list.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Problems(_) | Self::Stale(..) | Self::BadInput(_) => ErrorCode::BadInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::Forbidden => ErrorCode::Forbidden,
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::BadId => ErrorCode::BadId,
            Self::BadCursor => ErrorCode::BadCursor,
            Self::BadPage => ErrorCode::BadPage,
            Self::UntrustedDocument => ErrorCode::UntrustedDocument,
            Self::ReadOnly => ErrorCode::ReadOnly,
            Self::KeyRequired => ErrorCode::KeyRequired,
            Self::AdministrationRequired => ErrorCode::AdministrationRequired,
            Self::PasswordChangeRequired => ErrorCode::PasswordChangeRequired,
            Self::StepUp(_) => ErrorCode::StepUpRequired,
            Self::StepUpFailed => ErrorCode::StepUpFailed,
            Self::Conflict => ErrorCode::Conflict,
            Self::Deadline => ErrorCode::Deadline,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// Whether the same transaction may succeed when it is tried again.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

// `?` in a resolver needs it; what people read is made from the code when the answer is written.
impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code().as_str())
    }
}

macro_rules! error_codes {
    ($($name:ident $text:literal $zh:literal $en:literal)*) => {
        /// Codes of top-level errors: a closed list, published in ARCHITECTURE.md.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $(#[doc = $en] $name,)*
        }

        impl ErrorCode {
            /// As it stands in `extensions.code`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The text for people.
            #[must_use]
            pub fn message(self, language: Language) -> &'static str {
                match self { $(Self::$name => language.pick($zh, $en),)* }
            }

            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

error_codes! {
    Unauthenticated "UNAUTHENTICATED" "请先登录" "Sign in first"
    Forbidden "FORBIDDEN" "无权执行此操作" "Your role does not allow this"
    NotFound "NOT_FOUND" "记录不存在或无权访问" "Not found, or not within your reach"
    BadId "BAD_ID" "编号格式不正确或类型不符" "Not an id of this kind of thing"
    BadCursor "BAD_CURSOR" "分页游标无效" "Not a cursor of this list"
    BadPage "BAD_PAGE" "每页条数须为1至200,且不能同时指定first和last" "A page has 1 to 200 items, counted by first or last, not both"
    BadInput "BAD_INPUT" "参数无效" "An argument cannot be used"
    BadDocument "BAD_DOCUMENT" "查询语句无效" "The document is not valid"
    UnknownDocument "UNKNOWN_DOCUMENT" "没有登记此查询" "No document of this id is on the list"
    UntrustedDocument "UNTRUSTED_DOCUMENT" "只接受登记过的查询" "Only listed documents are answered here"
    TooComplex "TOO_COMPLEX" "查询过于复杂" "The document asks for too much at once"
    ReadOnly "READ_ONLY" "该令牌只能读取" "This token may only read"
    KeyRequired "KEY_REQUIRED" "请使用安全密钥登录" "Sign in with your security key"
    AdministrationRequired "ADMINISTRATION_REQUIRED" "请从组织管理入口登录" "Sign in at the administrators' entrance"
    NetworkNotAllowed "NETWORK_NOT_ALLOWED" "当前网络不能访问组织管理入口" "The administrators' entrance is not open to this network"
    PasswordChangeRequired "PASSWORD_CHANGE_REQUIRED" "首次登录请先修改密码" "Change your password first"
    StepUpRequired "STEP_UP_REQUIRED" "请使用安全密钥确认此操作" "Confirm this with your security key"
    StepUpFailed "STEP_UP_FAILED" "确认无效或已过期，请重新操作" "The confirmation is not valid or too old; begin again"
    SignInFailed "SIGN_IN_FAILED" "登录失败，请检查后重试" "Sign-in failed"
    PasswordSignInFailed "PASSWORD_SIGN_IN_FAILED" "用户名或密码错误" "Wrong user name or password"
    WrongPassword "WRONG_PASSWORD" "密码错误" "Wrong password"
    TooManyTries "TOO_MANY_TRIES" "尝试次数过多，请稍后再试" "Too many tries; wait a while"
    EnrolmentNotFound "ENROLMENT_NOT_FOUND" "登记码无效或已过期" "This enrolment code is not valid, or no longer"
    EnrolmentFailed "ENROLMENT_FAILED" "安全密钥登记失败" "The security key could not be enrolled"
    KeyModelNotAllowed "KEY_MODEL_NOT_ALLOWED" "该型号的安全密钥不在允许范围内" "Security keys of this model are not allowed here"
    ClaimFailed "CLAIM_FAILED" "信息不符，请与支部联系" "The details do not match; ask your branch"
    ClaimTaken "CLAIM_TAKEN" "该党员已有账号" "This member has an account already"
    PasswordRefused "PASSWORD_REFUSED" "密码不符合要求" "This password cannot be used"
    Conflict "CONFLICT" "与他人的操作冲突，请重试" "Another change came first; try again"
    Deadline "DEADLINE" "处理超时，已取消" "Took too long and was cancelled"
    IdempotencyConflict "IDEMPOTENCY_CONFLICT" "同一幂等键用于不同的请求" "This idempotency key was used for another request"
    IdempotencyInFlight "IDEMPOTENCY_IN_FLIGHT" "相同的请求正在处理" "The same request is being worked on"
    Unavailable "UNAVAILABLE" "服务暂不可用，请稍后再试" "Not available at the moment; try again later"
    Internal "INTERNAL" "服务器内部错误" "A fault of the server"
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        match &error {
            // A replica took back what the query still looked at.
            DieselError::DatabaseError(_, information) if information.message().contains("conflict with recovery") => {
                Self::Unavailable(error.into())
            }
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Conflict,
            // A path went stale between reading and commit: someone moved the organization.
            DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::Conflict,
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) => {
                Self::Unavailable(error.into())
            }
            // The database is going down, or its postmaster is gone.
            DieselError::DatabaseError(_, information) if information.message().starts_with("terminating connection") => {
                Self::Unavailable(error.into())
            }
            DieselError::DatabaseError(_, information) if information.message().contains("deadlock detected") => Self::Conflict,
            DieselError::DatabaseError(_, information)
                if information.message().contains("statement timeout")
                    || information.message().contains("due to user request") =>
            {
                Self::Deadline
            }
            // A NUL, which PostgreSQL has no place for in a text.
            DieselError::DatabaseError(_, information) if information.message().contains("invalid byte sequence") => {
                Self::BadInput("text")
            }
            _ => Self::Internal(error.into()),
        }
    }
}

/// Turns the violation of a named constraint into the problem that the rule would have given,
/// for the race that the rule cannot see.
pub trait OnViolation<T> {
    /// The problem in place of the violation of `constraint`.
    ///
    /// # Errors
    /// The problem, or the failure that it was.
    fn on_violation(self, constraint: &str, problem: Problem) -> Result<T, Failure>;
}

impl<T> OnViolation<T> for Result<T, DieselError> {
    fn on_violation(self, constraint: &str, problem: Problem) -> Result<T, Failure> {
        self.map_err(|error| match &error {
            DieselError::DatabaseError(_, information) if information.constraint_name() == Some(constraint) => problem.into(),
            _ => error.into(),
        })
    }
}

impl<T> OnViolation<T> for Result<T, Failure> {
    fn on_violation(self, constraint: &str, problem: Problem) -> Result<T, Failure> {
        self.map_err(|failure| match failure {
            Failure::Internal(error) => match error.downcast::<DieselError>() {
                Ok(DieselError::DatabaseError(_, information)) if information.constraint_name() == Some(constraint) => {
                    problem.into()
                }
                Ok(error) => Failure::Internal(error.into()),
                Err(error) => Failure::Internal(error),
            },
            other => other,
        })
    }
}

/// A stale write, with the current version and the row as it was found just now (API28). Whoever comes here has the
/// right to change the row, and read it within their scope.
#[must_use]
pub fn stale<Row: Any + Send + Sync>(version: i32, now: Row) -> Failure {
    Failure::Stale(Problem::new(Code::StaleVersion, "version").with(version), Box::new(now))
}
