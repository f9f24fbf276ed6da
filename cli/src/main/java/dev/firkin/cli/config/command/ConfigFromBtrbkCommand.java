package dev.firkin.cli.config.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.config.btrbk.BtrbkConversion;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a configuration file of one of btrbk. */
@Command(
    name = "from-btrbk",
    description = "Print the configuration file that does what a btrbk.conf says.",
    footer = {
      "",
      "Targets become repositories, whose URLs have to be filled in. Each line that could not be",
      "carried over is named in a comment. Nothing is changed.",
      "",
      "Example:",
      "  firkin config from-btrbk /etc/btrbk/btrbk.conf > /etc/firkin/firkin.toml"
    })
public final class ConfigFromBtrbkCommand implements Action {
  private final Session session;

  @Parameters(index = "0", paramLabel = "FILE", description = "The btrbk.conf.")
  private Path file = Path.of("");

  public ConfigFromBtrbkCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    BtrbkConversion conversion = BtrbkConversion.of(file.toString(), text());
    Console console = session.console();
    if (session.options().json()) {
      console.json(ConfigJson.conversion(conversion));
    } else {
      conversion.toml().lines().forEach(console::data);
    }
    if (conversion.volumes() == 0) {
      throw new FailedException(
          "no subvolume of " + file + " could be carried over; what was printed is no whole file",
          "the comments in it say why");
    }
    if (!conversion.notes().isEmpty()) {
      console.info(
          "firkin: not carried over, or not as it was: "
              + conversion.notes().size()
              + "; the comments at the top say which lines and why");
    }
    console.info("firkin: fill in the url of: " + String.join(", ", conversion.repositories()));
    return ExitCode.DONE;
  }

  private String text() throws FailedException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FailedException(
          file + " cannot be read: " + e, "is it there, and may this user read it?", e);
    }
  }
}
