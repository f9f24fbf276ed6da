package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.repository.model.Manifest;
import dev.firkin.transfer.Producer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;

/** Runs pushes, shows how they get on, and what came of them. */
final class PushRun {
  private final Session session;

  PushRun(Session session) {
    this.session = session;
  }

  OpenRepository open() throws FirkinException {
    return session.open(Access.METADATA, Patience.FOREVER);
  }

  PushResult run(OpenRepository open, PushRequest request, Producer producer)
      throws FirkinException, InterruptedException {
    PushProgress progress = new PushProgress();
    PushResult result =
        new Push(open.repository(), open.snapshots(), session.options().jobs(), progress)
            .run(request, producer);
    report(result);
    return result;
  }

  private void report(PushResult result) {
    Console console = session.console();
    if (session.options().json()) {
      console.json(Documents.pushed(result));
      return;
    }
    Manifest manifest = result.manifest();
    switch (result) {
      case PushResult.Stored stored ->
          console.info(
              "stored %s: %s of stream, %s new in %d chunks, stored as %s"
                  .formatted(
                      manifest.name(),
                      ByteSize.format(manifest.stream().bytes()),
                      ByteSize.format(manifest.added().plaintextBytes()),
                      manifest.added().chunks(),
                      ByteSize.format(manifest.added().storedBytes())));
      case PushResult.AlreadyStored already -> alreadyStored(manifest);
    }
  }

  /** Says that there was nothing to do. */
  void alreadyStored(Manifest manifest) {
    session.console().info("already stored: " + manifest.name());
  }
}
