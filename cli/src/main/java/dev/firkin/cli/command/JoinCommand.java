package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import picocli.CommandLine.Command;

/** Gives this host the repository secret. */
@Command(
    name = "join",
    description = "Give this host the secret of a repository, once.",
    footer = {
      "",
      "Needs an identity or the passphrase. Afterwards this host can push, list and verify",
      "without either. Compare the fingerprint with the one that 'firkin init' printed.",
      "",
      "Example:",
      "  firkin join --repo s3://bucket/backups --identity-file firkin.key"
    })
public final class JoinCommand implements Action {
  private final Session session;

  public JoinCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    try (OpenRepository open = session.join()) {
      new RepositoryReport(session).show(open.repository());
    }
    return ExitCode.DONE;
  }
}
