//! Several who write one role's trust policy at the same time.
//!
//! Of a thousand races each (`IAMWIRE_RACES=1000`), nothing of which was reported as failed or in doubt:
//!
//! | writers | answers take | lost |
//! |---|---|---|
//! | two of us | 100 ms | 0 of 2,000 grants |
//! | eight of us | 100 ms | 0 of 8,000 |
//! | two of us | 20 to 180 ms | 34 of 2,000 |
//! | eight of us | 20 to 180 ms | 2 of 8,000 |
//! | one of us and somebody who reads, waits and writes | 100 ms | 0 of our 1,000; 142 of his 1,000 |
//! | seven of us and he | 100 ms | 0 of our 7,000; 685 of his 1,000 |

use std::time::Duration;

use futures_util::future::join_all;
use iamwire_core::{ExistingRole, Wirer};
use iamwire_sandbox::world::Setup;
use iamwire_tests::cloud::Cloud;

use super::{ROLE, desired_of, iam, make_foreign_role, role, trust, wirer};

/// What came of a number of races.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    races: usize,
    /// Reported as done, and not there when all had ended.
    lost: usize,
    /// Reported as not done, or in doubt.
    reported: usize,
    /// What the foreign writer wrote, and is not there.
    foreign_lost: usize,
}

/// So many of us wire a service account each to one role, each a process of its own, with answers that take
/// between 20 and 180 ms, beginning within half a second.
async fn race(seed: u64, writers: usize, steady: bool, foreign: bool, figures: &mut Figures) {
    let cloud = Cloud::new(Setup::default());
    let cloud = if steady { cloud } else { cloud.unsteady(seed) };
    make_foreign_role(&cloud).await;
    let role = role().existing(ExistingRole::Merge);
    let one = |n: usize| {
        let (cloud, role) = (cloud.clone(), role.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(seed * 37 * n as u64 % 500)).await;
            let wirer: Wirer = wirer(&cloud);
            let done = wirer.wire(&desired_of(&role, &[&format!("api-{n}")])).await;
            if let Err(error) = &done {
                println!("{error}");
            }
            done.is_ok()
        }
    };
    // Reads, takes some time, and writes what it has read and a statement of its own.
    let other = async {
        if foreign {
            tokio::time::sleep(Duration::from_millis(seed * 53 % 700)).await;
            let read = trust(&cloud).await;
            let added = r#""Statement":[{"Sid":"Added","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"},"#;
            let new = read.replacen(r#""Statement":["#, added, 1);
            let write = iam(&cloud).update_assume_role_policy().role_name(ROLE);
            assert!(new.contains("Added"), "{read}");
            write.policy_document(new).send().await.unwrap();
        }
    };
    let (done, ()) = tokio::join!(join_all((0..writers).map(one)), other);
    let there = trust(&cloud).await;
    figures.races += 1;
    for (n, done) in done.into_iter().enumerate() {
        let is_there = there.contains(&format!("\"system:serviceaccount:shop:api-{n}\""));
        figures.lost += usize::from(done && !is_there);
        figures.reported += usize::from(!done);
    }
    figures.foreign_lost += usize::from(foreign && !there.contains("Added"));
    assert!(there.contains("Theirs"), "{there}");
}

async fn races(count: u64, writers: usize, steady: bool, foreign: bool) -> Figures {
    let mut figures = Figures::default();
    for seed in 1..=count {
        race(seed, writers, steady, foreign, &mut figures).await;
    }
    println!("{writers} of us, steady: {steady}, foreign: {foreign}: {figures:?}");
    figures
}

/// The number of races: a few, or what `IAMWIRE_RACES` says.
fn count(few: u64) -> u64 {
    std::env::var("IAMWIRE_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// Who is as quick as the others loses nothing.
#[tokio::test(start_paused = true)]
async fn as_quick_as_each_other() {
    let two = races(count(20), 2, true, false).await;
    assert_eq!((two.lost, two.reported), (0, 0));
    let eight = races(count(5), 8, true, false).await;
    assert_eq!((eight.lost, eight.reported), (0, 0));
}

/// Whose answers take nine times as long as those of others may write after their last look.
#[tokio::test(start_paused = true)]
async fn some_quick_some_slow() {
    let two = races(count(20), 2, false, false).await;
    assert_eq!(two.reported, 0);
    // Three times what the table above says, and one where the races are few.
    assert!(two.lost <= 1 + two.races * 10 / 100, "{two:?}");
    let eight = races(count(5), 8, false, false).await;
    assert_eq!(eight.reported, 0);
    assert!(eight.lost <= 1 + eight.races / 100, "{eight:?}");
}

/// Who writes without a second look may be overwritten; ours is never lost in silence.
#[tokio::test(start_paused = true)]
async fn with_a_foreign_writer() {
    let one = races(count(20), 1, true, true).await;
    assert_eq!((one.lost, one.reported), (0, 0));
    assert!(one.foreign_lost <= 2 + one.races / 4, "{one:?}");
    let seven = races(count(5), 7, true, true).await;
    assert_eq!((seven.lost, seven.reported), (0, 0));
}

/// Those of one process see each other: nothing is lost, and nothing is written twice.
#[tokio::test(start_paused = true)]
async fn within_one_process() {
    let cloud = Cloud::new(Setup::default());
    make_foreign_role(&cloud).await;
    let role = role().existing(ExistingRole::Merge);
    let wirer = wirer(&cloud);
    let one = |n: usize| {
        let (wirer, role) = (wirer.clone(), role.clone());
        async move { wirer.wire(&desired_of(&role, &[&format!("api-{n}")])).await.unwrap() }
    };
    let done = join_all((0..8).map(one)).await;
    let notices = done.iter().flat_map(|done| &done.notices);
    assert!(!notices.into_iter().any(|notice| notice.code == "wire.planned-again"));
    let there = trust(&cloud).await;
    for n in 0..8 {
        assert!(there.contains(&format!("shop:api-{n}\"")), "{there}");
    }
    let writes = cloud.calls().into_iter().filter(|c| c.operation == "UpdateAssumeRolePolicy");
    assert_eq!(writes.count(), 8);
}
