//! `demo`: the whole road on this machine, through real sockets, each step checked and told.

mod keep;
mod stage;
mod steps;

use std::time::Instant;

use anstyle::AnsiColor;

use crate::cli::{DemoArgs, Failure, Output, paint};
use stage::Stage;

/// Plays the road once; with `--keep`, leaves all of it running until a signal.
pub(crate) async fn run(args: &DemoArgs, output: &Output) -> Result<(), Failure> {
    let started = Instant::now();
    output.line("A simulated Bitbucket Cloud and Sentry, the service, a push and a release: all on this machine, nothing leaves it.");
    output.line("");
    let mut teller = Teller {
        output: *output,
        step: 0,
    };
    let stage = Stage::set(&mut teller).await?;
    let played = steps::play(&stage, &mut teller).await;
    if let Err(failure) = played {
        stage.clear().await;
        return Err(failure);
    }
    let took = started.elapsed().as_secs_f32();
    output.line("");
    output.line(paint(
        AnsiColor::Green,
        &format!("The push resolved the issue, end to end, in {took:.1} s."),
    ));
    if args.keep {
        keep::until_signal(&stage, output).await?;
    }
    stage.clear().await;
    Ok(())
}

/// Numbers the steps and says what happened in each.
pub(crate) struct Teller {
    output: Output,
    step: usize,
}

impl Teller {
    /// One step that went as it should.
    pub(crate) fn step(&mut self, what: &str, happened: &str) {
        self.step += 1;
        let head = paint(AnsiColor::Cyan, &format!("{:>2}. {what:<10}", self.step));
        self.output.line(format_args!("{head}  {happened}"));
    }

    /// What to say when a step did not go as it should.
    pub(crate) fn failed(&self, what: &str, why: &str) -> Failure {
        Failure::Failed(format!("demo, step {} ({what}): {why}", self.step + 1))
    }
}
