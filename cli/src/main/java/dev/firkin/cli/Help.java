package dev.firkin.cli;

import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of a command: its own options first, then those that every command has. */
final class Help {
  private static final int WIDTH = 90;

  private Help() {}

  static void print(Session session, CommandLine command) {
    boolean root = command.getParent() == null;
    command.setUsageHelpWidth(WIDTH);
    command
        .getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            help -> root ? options(help, o -> true) : grouped(help));
    if (root) {
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST, help -> exitCodes());
    }
    String text =
        command.getUsageMessage(
            session.host().terminals().stdout() && session.host().variable("NO_COLOR").isEmpty()
                ? Ansi.ON
                : Ansi.OFF);
    text.stripTrailing().lines().forEach(session.console()::data);
  }

  private static String grouped(CommandLine.Help help) {
    String own = options(help, o -> !o.inherited());
    return (own.isEmpty() ? "" : "%nOptions:%n".formatted() + own)
        + "%nOptions of every command:%n".formatted()
        + options(help, OptionSpec::inherited);
  }

  private static String options(CommandLine.Help help, Predicate<OptionSpec> which) {
    List<OptionSpec> shown =
        help.commandSpec().options().stream().filter(which).filter(o -> !o.hidden()).toList();
    ColorScheme colors = help.colorScheme();
    return shown.isEmpty()
        ? ""
        : help.optionListExcludingGroups(
            shown,
            help.createDefaultLayout(shown, List.of(), colors),
            CommandLine.Help.createShortOptionNameComparator(),
            help.createDefaultParamLabelRenderer());
  }

  private static String exitCodes() {
    return Stream.of(ExitCode.values())
        .map(code -> "  %2d  %s%n".formatted(code.number(), code.meaning()))
        .collect(Collectors.joining("", "%nExit status:%n".formatted(), ""));
  }
}
