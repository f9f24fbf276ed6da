package dev.firkin.it.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docs/restore-without-firkin.md}, whose scripts are run as they stand there. */
final class Page {
  // Tests run in their module's folder.
  static final Path FILE = Path.of("..", "docs", "restore-without-firkin.md");

  private Page() {}

  /** Writes the page's block of this name into {@code folder}. */
  static Path extract(String name, Path folder) throws IOException {
    Matcher block =
        Pattern.compile(
                "^<!-- begin " + Pattern.quote(name) + " -->\n+```\\w+\n(.*?)^```$",
                Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(FILE));
    if (!block.find()) {
      throw new IOException(FILE + " shows no " + name);
    }
    return Files.writeString(folder.resolve(name), block.group(1));
  }

  /** The page's block of commands that begins with this line. */
  static String block(String firstLine) throws IOException {
    Matcher block =
        Pattern.compile(
                "^```\n(" + Pattern.quote(firstLine) + "\n.*?)^```$",
                Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(FILE));
    if (!block.find()) {
      throw new IOException(FILE + " shows no block that begins with " + firstLine);
    }
    return block.group(1);
  }
}
