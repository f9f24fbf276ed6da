package dev.firkin.cli;

import dev.firkin.cli.archive.ThawCommand;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.command.InitCommand;
import dev.firkin.cli.command.JoinCommand;
import dev.firkin.cli.command.KeygenCommand;
import dev.firkin.cli.command.ListCommand;
import dev.firkin.cli.command.PushCommand;
import dev.firkin.cli.command.RepairCommand;
import dev.firkin.cli.command.RestoreCommand;
import dev.firkin.cli.command.ShowCommand;
import dev.firkin.cli.command.VerifyCommand;
import dev.firkin.cli.config.command.ConfigCheckCommand;
import dev.firkin.cli.config.command.ConfigCommand;
import dev.firkin.cli.config.command.ConfigExampleCommand;
import dev.firkin.cli.config.command.ConfigFromBtrbkCommand;
import dev.firkin.cli.demo.DemoCommand;
import dev.firkin.cli.disposal.ForgetCommand;
import dev.firkin.cli.disposal.KeepCommand;
import dev.firkin.cli.disposal.PruneCommand;
import dev.firkin.cli.doctor.DoctorCommand;
import dev.firkin.cli.nightly.RunCommand;
import dev.firkin.cli.nightly.StatusCommand;
import dev.firkin.cli.policy.PolicyCommand;
import dev.firkin.cli.recipients.RecipientsAcceptCommand;
import dev.firkin.cli.recipients.RecipientsAddCommand;
import dev.firkin.cli.recipients.RecipientsCommand;
import dev.firkin.cli.recipients.RecipientsListCommand;
import dev.firkin.cli.recipients.RecipientsRemoveCommand;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.systemd.SystemdCommand;
import dev.firkin.cli.systemd.SystemdInstallCommand;
import dev.firkin.cli.systemd.SystemdUninstallCommand;
import dev.firkin.cli.text.Bandwidth;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.KindClass;
import dev.firkin.cli.text.LockPeriod;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The commands. A new one is one line here. */
final class CommandTable {
  private static final Map<String, Function<Session, Action>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("init", InitCommand::new);
    COMMANDS.put("join", JoinCommand::new);
    COMMANDS.put("keygen", KeygenCommand::new);
    COMMANDS.put("recipients", RecipientsCommand::new);
    COMMANDS.put("push", PushCommand::new);
    COMMANDS.put("list", ListCommand::new);
    COMMANDS.put("show", ShowCommand::new);
    COMMANDS.put("restore", RestoreCommand::new);
    COMMANDS.put("thaw", ThawCommand::new);
    COMMANDS.put("verify", VerifyCommand::new);
    COMMANDS.put("repair", RepairCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("keep", KeepCommand::new);
    COMMANDS.put("forget", ForgetCommand::new);
    COMMANDS.put("prune", PruneCommand::new);
    COMMANDS.put("config", ConfigCommand::new);
    COMMANDS.put("systemd", _ -> new SystemdCommand());
    COMMANDS.put("policy", PolicyCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put("demo", DemoCommand::new);
  }

  /** Words behind a command's name that are commands of their own. */
  private static void addSecondWords(CommandLine root, Session session) {
    CommandLine recipients = root.getSubcommands().get("recipients");
    if (recipients != null) {
      recipients.addSubcommand("list", new RecipientsListCommand(session));
      recipients.addSubcommand("add", new RecipientsAddCommand(session));
      recipients.addSubcommand("remove", new RecipientsRemoveCommand(session));
      recipients.addSubcommand("accept", new RecipientsAcceptCommand(session));
    }
    CommandLine config = root.getSubcommands().get("config");
    if (config != null) {
      config.addSubcommand("check", new ConfigCheckCommand(session));
      config.addSubcommand("example", new ConfigExampleCommand(session));
      config.addSubcommand("from-btrbk", new ConfigFromBtrbkCommand(session));
    }
    CommandLine systemd = root.getSubcommands().get("systemd");
    if (systemd != null) {
      systemd.addSubcommand("install", new SystemdInstallCommand(session));
      systemd.addSubcommand("uninstall", new SystemdUninstallCommand(session));
    }
  }

  private CommandTable() {}

  /**
   * The parser for a command line. Reading the annotations of a command takes time: so only those
   * are there whose names are among the words, and all where none is.
   */
  static CommandLine commandLine(Session session, String... args) {
    CommandLine root = new CommandLine(new RootCommand(session.options()));
    Set<String> words = new HashSet<>(List.of(args));
    boolean version = words.contains("--version") || words.contains("-V");
    boolean all =
        !version
            && (words.contains("help") || COMMANDS.keySet().stream().noneMatch(words::contains));
    if (all) {
      root.addSubcommand("help", new HelpCommand(session));
    }
    COMMANDS.forEach((name, maker) -> {
      if (all || words.contains(name)) {
        root.addSubcommand(name, maker.apply(session));
      }
    });
    addSecondWords(root, session);
    return root.setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Duration.class, text -> converted(text, Durations::parse))
        .registerConverter(Bandwidth.class, text -> converted(text, Bandwidth::parse))
        .registerConverter(KindClass.class, text -> converted(text, KindClass::parse))
        .registerConverter(LockPeriod.class, text -> converted(text, LockPeriod::parse));
  }

  private static <T> T converted(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
