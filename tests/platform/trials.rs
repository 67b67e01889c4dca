//! Which trials there are, and which of them this machine cannot make.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use crate::dns::NameServer;
use crate::dynamic::{self, THREADS_MERGED};
use crate::outgoing::{self, NAME, Outgoing};
use crate::place::{self, MEMORY_MB, User};
use crate::programs::Programs;
use crate::roots::{self, DEBIAN_11, DEBIAN_12, Root, Size};
use crate::{course, names, symbols, tls};

/// Why a trial cannot be made, of several reasons the first.
type Lacking = Option<String>;

/// All trials, those that cannot be made with the reason.
pub(crate) fn all() -> Vec<Trial> {
    let size = Size::wanted();
    let [debian_11, debian_12] = roots::of_debian(size);
    let machine = Machine::look();
    if let Some(why) = &machine.memory {
        println!("ignored: the limit of {MEMORY_MB} MB of memory, {why}");
    }
    let (event, web) = (Programs::of("event"), Programs::of("web"));
    let (event, web) = (Arc::new(event), Arc::new(web));
    let places = [
        ("scratch", Root::Empty),
        (DEBIAN_11.name, debian_11.clone()),
        (DEBIAN_12.name, debian_12.clone()),
    ];
    let mut trials = Vec::new();
    for (name, root) in &places {
        for (user, lacking) in &machine.users {
            let lacking = root.lacking().or_else(|| lacking.clone());
            let user = *user;
            trials.push(in_root(
                &format!("{name}::event_as_uid_{}", user.id()),
                &lacking,
                (&event, root),
                move |programs, root| course::is_run(programs, root, user),
            ));
            if size == Size::Full {
                trials.push(in_root(
                    &format!("{name}::web_as_uid_{}", user.id()),
                    &lacking,
                    (&web, root),
                    move |programs, root| course::serves_a_client(programs, root, user),
                ));
            }
        }
    }
    trials.extend(of_dynamic(&machine, &event, &[debian_11, debian_12]));
    trials.push(in_root(
        "scratch::is_killed_beyond_its_memory",
        &machine
            .needs(User::Other)
            .or_else(|| machine.memory.clone()),
        (&event, &Root::Empty),
        course::is_killed_beyond_its_memory,
    ));
    trials.extend(of_symbols(&machine, &event));
    let looking = Arc::clone(&event);
    let as_other = machine.needs(User::Other);
    trials.push(trial("names::come_from_files", &as_other, move || {
        names::come_from_files(&looking)
    }));
    trials.extend(of_outgoing(&machine, &event));
    trials
}

/// What this machine lacks, for each that is needed by some trials.
struct Machine {
    users: [(User, Lacking); 2],
    memory: Lacking,
    glibc: Option<(u32, u32)>,
}

impl Machine {
    fn look() -> Self {
        Self {
            users: [User::Other, User::Root].map(|user| (user, place::lacking(user))),
            memory: place::lacking_memory().map(str::to_owned),
            glibc: dynamic::glibc(),
        }
    }

    fn needs(&self, user: User) -> Lacking {
        let mut users = self.users.iter();
        let (_, lacking) = users.find(|(known, _)| *known == user)?;
        lacking.clone()
    }

    /// What is built with an older glibc may run on all of the platform's releases.
    fn builds_what_is_too_new(&self) -> Lacking {
        let new = self.glibc.is_some_and(|own| own >= THREADS_MERGED);
        (!new).then(|| format!("needs a glibc from 2.34, not {:?}", self.glibc))
    }

    /// What is built with a newer glibc may not run on Debian 12.
    fn builds_for_debian_12(&self) -> Lacking {
        let old = self.glibc.is_some_and(|own| own <= DEBIAN_12.glibc);
        (!old).then(|| format!("needs a glibc up to 2.36, not {:?}", self.glibc))
    }
}

/// A trial, or the reason why it cannot be made.
fn trial(
    name: &str,
    lacking: &Lacking,
    check: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    match lacking {
        None => Trial::test(name, check),
        Some(why) => {
            let (name, why) = (format!("{name} [{why}]"), why.clone());
            Trial::test(name, || Err(why.into())).with_ignored_flag(true)
        }
    }
}

fn in_root(
    name: &str,
    lacking: &Lacking,
    (programs, root): (&Arc<Programs>, &Root),
    check: impl FnOnce(&Programs, &Path) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let (programs, root) = (Arc::clone(programs), root.clone());
    trial(name, lacking, move || {
        root.with(|root| check(&programs, root))?
    })
}

fn of_dynamic(machine: &Machine, event: &Arc<Programs>, debian: &[Root; 2]) -> [Trial; 3] {
    let [debian_11, debian_12] = debian;
    let as_root = machine.needs(User::Root);
    let too_new = machine.builds_what_is_too_new();
    let new_enough = machine.builds_for_debian_12();
    [
        in_root(
            "debian11::a_dynamic_build_finds_an_older_glibc",
            &debian_11.lacking().or(as_root.clone()).or(too_new),
            (event, debian_11),
            dynamic::finds_an_older_glibc,
        ),
        in_root(
            "debian12::a_dynamic_build_runs",
            &debian_12.lacking().or(as_root.clone()).or(new_enough),
            (event, debian_12),
            dynamic::runs,
        ),
        in_root(
            "scratch::a_dynamic_build_finds_no_loader",
            &as_root,
            (event, &Root::Empty),
            dynamic::finds_no_loader,
        ),
    ]
}

fn of_symbols(machine: &Machine, event: &Arc<Programs>) -> [Trial; 2] {
    let unread = || (!symbols::can_be_read()).then(|| "needs `readelf`".to_owned());
    let (bootstrap, dynamic) = (Arc::clone(event), Arc::clone(event));
    [
        trial("debian9_and_10::nothing_is_needed", &unread(), move || {
            symbols::are_none(&bootstrap)
        }),
        trial(
            "debian9_and_10::a_dynamic_build_needs_more",
            &unread().or_else(|| machine.builds_what_is_too_new()),
            move || symbols::of_a_dynamic_build_are_newer(&dynamic),
        ),
    ]
}

/// A check of the function that calls out, which is made of the kind `event`.
type Call = fn(&Outgoing, &Programs) -> Result<(), Failed>;

fn of_outgoing(machine: &Machine, event: &Arc<Programs>) -> Vec<Trial> {
    let unserved = || (!tls::can_be_served()).then(|| "needs `openssl`".to_owned());
    let site = machine.needs(User::Other).or_else(unserved);
    let names = site.clone().or_else(|| {
        let error = NameServer::knowing(NAME).err()?;
        Some(format!("needs to listen on port 53: {error}"))
    });
    let this = Arc::new(Outgoing::new());
    let calls: [(&str, &Lacking, Call); 4] = [
        ("a_name_in_hosts", &site, outgoing::finds_a_name_in_hosts),
        ("a_name_by_dns", &names, outgoing::finds_a_name_by_dns),
        ("an_unknown_name", &names, outgoing::tells_an_unknown_name),
        (
            "an_untrusted_site",
            &site,
            outgoing::tells_an_untrusted_site,
        ),
    ];
    let calls = calls.into_iter().map(|(name, lacking, call)| {
        let (this, event) = (Arc::clone(&this), Arc::clone(event));
        let check = move || call(&this, &event);
        trial(&format!("outgoing::{name}"), lacking, check)
    });
    calls.collect()
}
