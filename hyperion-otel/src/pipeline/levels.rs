//! Changing, while a program runs, which observed calls are on.

use super::Error;
use crate::config::{Config, Tracing};
use hyperion_runtime::backend::switch;
use hyperion_runtime::level::LevelFilter;

/// Changes which observed calls are on, by their level; see [`Telemetry::levels`](super::Telemetry::levels).
///
/// Every call of a level that is more detailed than what is set here is off: it makes no span, no metric and no line, no
/// interceptor runs for it, and it costs what it costs in a program without telemetry. What it calls hangs under the nearest
/// span there is.
///
/// It is a plain value that can be kept and given away, for example to a route that operators call.
#[derive(Clone, Copy, Debug)]
pub struct Levels(());

impl Levels {
    pub(super) fn new() -> Self {
        Self(())
    }

    /// Sets the level of every component that has none of its own.
    pub fn set(self, level: LevelFilter) {
        switch::change(|policy| policy.level = level);
    }

    /// Gives a component a level of its own, in the place of any other. The component is the one that `#[observe]` names, or else
    /// the type or module that it takes.
    pub fn set_component(self, component: impl Into<String>, level: LevelFilter) {
        let component = component.into();
        switch::change(|policy| policy.components.insert(component, level));
    }

    /// Takes a component's own level away, so that it has the level of all others.
    pub fn clear_component(self, component: &str) {
        switch::change(|policy| policy.components.remove(component));
    }

    /// Sets all levels as the configuration file and the environment say now.
    ///
    /// It replaces what was set by hand. Other keys of the file take effect when telemetry is started. A service calls this on
    /// `SIGHUP`, for example:
    ///
    /// ```
    /// fn on_hangup(levels: hyperion::Levels) {
    ///     if let Err(mistakes) = levels.reload() {
    ///         eprintln!("the levels stay as they are: {mistakes}");
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The mistakes of the configuration; no level is changed then.
    pub fn reload(self) -> Result<(), Error> {
        apply(&Config::load()?.tracing);
        Ok(())
    }
}

/// Sets all levels as they are configured.
pub(super) fn apply(config: &Tracing) {
    switch::change(|policy| {
        policy.level = config.level;
        policy.components.clone_from(&config.components);
    });
}
