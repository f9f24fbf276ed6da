package dev.firkin.cli.config;

import dev.firkin.cli.config.TomlText.SyntaxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;

/** Reads the file. */
public final class ConfigFile {
  /** Of any file that a person wrote. */
  private static final int MAX_BYTES = 1 << 20;

  private ConfigFile() {}

  /**
   * Reads and checks it; looks at nothing else on this host.
   *
   * @param zone in which its days begin
   * @throws ConfigException if it is not there, is no TOML, or makes no sense; knows every problem
   */
  public static Config read(Path file, ZoneId zone) throws ConfigException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          "there is no configuration file " + file,
          "'firkin config example' prints one to begin with; --config FILE names another",
          e);
    } catch (IOException e) {
      throw new ConfigException(
          "the configuration file " + file + " cannot be read: " + e.getMessage(),
          "is it a file, and may this user read it?",
          e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new ConfigException(
          "the configuration file " + file + " is longer than 1 MiB",
          "is it the right file? --config FILE names another",
          null);
    }
    return parse(file, bytes, zone);
  }

  /**
   * The same of what is in a file.
   *
   * @param file that it is called by in messages
   */
  public static Config parse(Path file, byte[] toml, ZoneId zone) throws ConfigException {
    try {
      String text = TomlText.decode(toml);
      return new ConfigReader(file, zone).read(TomlText.parse(text), KeyLines.of(text));
    } catch (SyntaxException e) {
      throw new ConfigException(file, List.of(e.problem()), e);
    }
  }

  /** A file with every setting, commented, to begin with. */
  public static String example() {
    try (InputStream in = ConfigFile.class.getResourceAsStream("example.toml")) {
      if (in == null) {
        throw new IllegalStateException("example.toml is not in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
