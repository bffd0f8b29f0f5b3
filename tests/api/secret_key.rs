//! A database belongs to one `NOTARY_SECRET_KEY`.

use crate::{
    harness::{Service, Settings},
    sql,
};
use notary::core::StartError;

#[tokio::test]
async fn another_secret_key_is_refused() {
    let service = Service::start().await;
    let other = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    let settings = Settings::default().set("NOTARY_SECRET_KEY", other).beside(&service);
    let refused = settings.try_start().await.err().unwrap();
    assert!(matches!(refused, StartError::OtherKey), "{refused}");
    assert!(!refused.to_string().contains(other));

    // The right key is taken, before and after.
    Settings::default().beside(&service).start().await;
    assert_eq!(sql::number(&service.db, "SELECT count(*) FROM key_checks"), 1);
}
