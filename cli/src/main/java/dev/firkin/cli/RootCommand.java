package dev.firkin.cli;

import dev.firkin.cli.session.GlobalOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What stands before a command's name. */
@Command(
    name = "firkin",
    description = "Ships btrfs snapshots to object storage and back.",
    customSynopsis = "firkin [OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]",
    footer = {
      "",
      "Examples:",
      "  firkin keygen -o firkin.key",
      "  firkin init --repo s3://bucket/backups --recipient age1...",
      "  firkin push /mnt/snapshots/home.20261122",
      "  firkin restore home@latest --into /mnt/new --identity-file firkin.key"
    })
@SuppressWarnings("UnusedVariable") // picocli reads and fills the fields
final class RootCommand {
  @Mixin private final GlobalOptions options;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print the version.")
  private boolean version;

  RootCommand(GlobalOptions options) {
    this.options = options;
  }
}
