//! One service of the program that `cargo xtask bench compile` builds; the program has many of them.
//!
//! Twenty functions: five are asynchronous, five return a `Result`, ten are neither. The line with `observed` becomes the
//! attribute of each peer in turn, with the fields as that one writes them; a field is `key = argument`, or
//! `key = %argument` for what is recorded through `Display`, and a function that can fail says `err`. `SERVICE` is added:
//! another number in each service, and in every body, so that the compiler cannot fold equal functions into one. For the
//! same reason nothing is inlined: with each peer and without, all the functions are there.

use crate::support::{Error, Query, Store, User, finish};
use std::collections::BTreeMap;
use std::task::Context;
use std::time::Duration;

pub struct Service {
    store: Store,
    retries: u32,
    names: BTreeMap<String, u64>,
}

impl Service {
    #[observed(err, user.id = id, user.tier = tier)]
    async fn find(&self, id: u64, tier: &'static str) -> Result<User, Error> {
        Query::default().await;
        let user = self.store.get(id + SERVICE).ok_or(Error::NotFound(id))?;
        if user.tier == tier {
            Ok(user.clone())
        } else {
            Err(Error::Busy)
        }
    }

    #[observed(user.name = %name, user.credit = credit)]
    async fn register(&mut self, name: String, credit: i64) -> u64 {
        let id = SERVICE + self.names.len() as u64;
        Query::default().await;
        self.names.insert(name.clone(), id);
        self.store.put(User {
            id,
            name,
            tier: "free",
            credit,
        });
        id
    }

    #[observed]
    async fn refresh(&mut self, ids: &[u64]) -> usize {
        let mut found = 0;
        for id in ids {
            Query::default().await;
            found += usize::from(self.store.get(id ^ SERVICE).is_some());
        }
        found
    }

    #[observed(err)]
    async fn transfer(&mut self, from: u64, to: u64, amount: i64) -> Result<(), Error> {
        let mut payer = self.find(from, "paid").await?;
        let mut payee = self.find(to, "paid").await?;
        payer.credit -= amount + SERVICE as i64;
        payee.credit += amount;
        self.store.put(payer);
        self.store.put(payee);
        Ok(())
    }

    #[inline(never)]
    #[observed(err, user.id = id, change = change)]
    fn charge(&mut self, id: u64, change: i64) -> Result<i64, Error> {
        let mut user = self.store.get(id).cloned().ok_or(Error::NotFound(id))?;
        user.credit = user
            .credit
            .checked_add(change ^ SERVICE as i64)
            .ok_or(Error::Busy)?;
        let credit = user.credit;
        self.store.put(user);
        Ok(credit)
    }

    #[inline(never)]
    #[observed(err)]
    fn rename(&mut self, id: u64, name: &str) -> Result<(), Error> {
        if name.len() > 100 + SERVICE as usize {
            return Err(Error::Invalid(name.to_owned()));
        }
        let user = self.store.get(id).ok_or(Error::NotFound(id))?;
        let name = name.trim().to_lowercase();
        let user = User {
            name,
            ..user.clone()
        };
        self.store.put(user);
        Ok(())
    }

    #[inline(never)]
    #[observed(err, limit = limit, prefix = prefix)]
    fn search(&self, prefix: &str, limit: usize) -> Result<Vec<User>, Error> {
        if prefix.is_empty() {
            return Err(Error::Invalid(prefix.to_owned()));
        }
        let users = self.store.users();
        let found = users
            .into_iter()
            .filter(|user| user.id > SERVICE && user.name.starts_with(prefix));
        Ok(found.take(limit).cloned().collect())
    }

    #[inline(never)]
    #[observed]
    fn total(&self) -> i64 {
        let users = self.store.users();
        users.iter().map(|user| user.credit).sum::<i64>() + SERVICE as i64
    }

    #[inline(never)]
    #[observed(user.tier = tier, least = least)]
    fn count(&self, tier: &'static str, least: i64) -> usize {
        let users = self.store.users();
        let rich = users
            .iter()
            .filter(|user| user.tier == tier && user.credit >= least);
        rich.count() + SERVICE as usize
    }

    #[inline(never)]
    #[observed]
    fn set_retries(&mut self, retries: Option<u32>) {
        self.retries = retries.unwrap_or(SERVICE as u32).min(10_000);
    }

    #[inline(never)]
    #[observed]
    fn names(&self) -> Vec<String> {
        self.names
            .iter()
            .filter(|(_, id)| **id != SERVICE)
            .map(|(name, _)| name.clone())
            .collect()
    }

    #[inline(never)]
    #[observed(user.name = name, user.id = id)]
    fn alias(&mut self, name: &str, id: u64) -> bool {
        self.names
            .insert(format!("{name}-{SERVICE}"), id)
            .is_none()
    }

    #[inline(never)]
    #[observed]
    fn into_users(self, mut known: Vec<u64>) -> Vec<u64> {
        known.extend(self.names.into_values());
        known.retain(|id| *id != SERVICE);
        known.sort_unstable();
        known
    }
}

#[observed(wait = %wait, attempts = attempts)]
async fn wait_for(wait: String, attempts: u32) -> u64 {
    let mut waited = SERVICE;
    for attempt in 0..attempts {
        Query::default().await;
        waited += u64::from(attempt) * wait.len() as u64;
    }
    waited
}

#[inline(never)]
#[observed(err, text = text, base = base)]
fn parse(text: &str, base: u64) -> Result<u64, Error> {
    let number: u64 = text.trim().parse()?;
    number
        .checked_mul(base + SERVICE)
        .ok_or_else(|| Error::Invalid(text.to_owned()))
}

#[inline(never)]
#[observed(err)]
fn check(user: &User) -> Result<(), Error> {
    if user.id == SERVICE || user.name.is_empty() {
        return Err(Error::Invalid(user.name.clone()));
    }
    Ok(())
}

#[inline(never)]
#[observed]
fn backoff(attempt: u32, longest: Duration) -> Duration {
    let wait = Duration::from_millis(SERVICE + 1) * attempt.min(16);
    wait.min(longest)
}

#[inline(never)]
#[observed(length = length, seed = seed)]
fn checksum(bytes: &[u8], length: usize, seed: u32) -> u32 {
    bytes.iter().take(length).fold(seed, |sum, byte| {
        sum.rotate_left(5) ^ u32::from(*byte) ^ SERVICE as u32
    })
}

#[inline(never)]
#[observed]
fn greeting(user: &User, formal: bool) -> String {
    let hello = if formal { "Good day" } else { "Hi" };
    format!("{hello}, {} ({})", user.name, user.id + SERVICE)
}

#[inline(never)]
#[observed]
fn average(values: (f64, f64), weight: f64) -> f64 {
    let (first, second) = values;
    (first * weight + second) / (weight + SERVICE as f64)
}

/// Calls every function, so that all of them are compiled down to machine code.
pub fn run(context: &mut Context<'_>, input: u64) -> u64 {
    let mut service = Service {
        store: Store::default(),
        retries: 3,
        names: BTreeMap::new(),
    };
    let text = input.to_string();
    let ids = [input, input + 1];
    let id = finish(context, service.register(text.clone(), 7));
    let mut sum = id + finish(context, service.refresh(&ids)) as u64;
    sum += finish(context, wait_for(text.clone(), 3));
    if let Ok(user) = finish(context, service.find(id, "free")) {
        sum += u64::from(check(&user).is_ok()) + greeting(&user, sum > 3).len() as u64;
    }
    sum += u64::from(finish(context, service.transfer(id, input, 5)).is_ok());
    sum += service.charge(id, 5).unwrap_or(0) as u64;
    sum += u64::from(service.rename(id, &text).is_ok());
    sum += service.search(&text, 10).map_or(0, |users| users.len() as u64);
    sum += service.total() as u64 + service.count("free", 3) as u64;
    service.set_retries(u32::try_from(sum).ok());
    sum += service.names().len() as u64 + u64::from(service.alias(&text, id));
    sum += parse(&text, id).unwrap_or(0);
    sum += backoff(service.retries, Duration::from_secs(sum)).as_secs();
    sum += u64::from(checksum(text.as_bytes(), 8, 7)) + average((1.0, 2.0), 3.0) as u64;
    sum + service.into_users(ids.to_vec()).len() as u64
}
