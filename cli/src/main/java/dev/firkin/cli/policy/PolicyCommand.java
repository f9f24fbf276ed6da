package dev.firkin.cli.policy;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Prints a policy; asks no store. */
@Command(
    name = "policy",
    description = "Print the least IAM policy that a host needs, as JSON.",
    footer = {
      "",
      "source   pushes; cannot delete backups, nor read their contents",
      "prune    pushes, forgets, prunes and repairs",
      "restore  reads",
      "",
      "Making a repository, and changing its recipients, takes more: an administrator does it.",
      "Who may write may overwrite: only versioning or Object Lock of the bucket keeps what was",
      "there.",
      "",
      "With --object-lock also what that takes; restore then may read older versions too.",
      "",
      "Examples:",
      "  firkin policy --repo s3://bucket/backups --role source > source.json",
      "  firkin policy --repo s3://bucket/backups --role source --object-lock 30"
    })
public final class PolicyCommand implements Action {
  private final Session session;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "What the host does: source, prune or restore.")
  private Role role = Role.SOURCE;

  public PolicyCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    ObjectNode policy =
        Policy.of(
                role,
                session.repositoryUrl(),
                session.options().objectLock().isPresent(),
                session.options().usesArchive())
            .json();
    if (session.options().json()) {
      ObjectNode result =
          JsonNodeFactory.instance
              .objectNode()
              .put("type", "result")
              .put("role", role.name().toLowerCase(Locale.ROOT));
      session.console().json(result.set("policy", policy).toString());
    } else {
      policy.toPrettyString().lines().forEach(session.console()::data);
    }
    return ExitCode.DONE;
  }
}
