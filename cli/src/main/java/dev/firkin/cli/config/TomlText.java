package dev.firkin.cli.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** TOML as the library reads it, and what is wrong with it in words for people. */
final class TomlText {
  private static final TomlMapper MAPPER = new TomlMapper();

  private TomlText() {}

  /** Bytes that are no TOML. */
  static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ConfigProblem problem;

    SyntaxException(ConfigProblem problem, Throwable cause) {
      super(problem.text(), cause);
      this.problem = problem;
    }

    ConfigProblem problem() {
      return problem;
    }
  }

  /** TOML is UTF-8 and nothing else. */
  static String decode(byte[] bytes) throws SyntaxException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    try {
      if (result.isError()) {
        result.throwException();
      }
    } catch (CharacterCodingException e) {
      throw new SyntaxException(
          problem(lineAt(text, text.length()), "these bytes are no UTF-8", "save it as UTF-8"), e);
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  static ObjectNode parse(String text) throws SyntaxException {
    try {
      JsonNode tree = MAPPER.readTree(text);
      return tree.isObject() ? tree.asObject() : MAPPER.createObjectNode();
    } catch (JacksonException e) {
      throw new SyntaxException(problem(text, e), e);
    }
  }

  private static ConfigProblem problem(String text, JacksonException e) {
    String said = String.valueOf(e.getOriginalMessage());
    TokenStreamLocation location = e.getLocation();
    boolean known = location != null && location.getLineNr() >= 1;
    int line = known ? Math.min(location.getLineNr(), lineAt(text, text.length())) : 1;
    int column = known ? location.getColumnNr() : 1;
    String content = text.lines().skip(line - 1L).findFirst().orElse("");
    String before = content.substring(0, Math.clamp(column - 1L, 0, content.length()));
    if (said.startsWith("Premature end") || said.startsWith("EOF")) {
      return problem(
          line,
          "the file ends in the middle of something",
          "is a quote, a bracket or a value missing?");
    }
    if (said.equals("Unknown token")) {
      return unknownToken(line, before, content.substring(before.length()).strip());
    }
    if (said.startsWith("More data after")) {
      return problem(
          line,
          "after a value the line goes on",
          "one setting a line, text in quotes, a comma between the values of a list");
    }
    if (said.startsWith("Newline not")) {
      return problem(line, "the line ends in the middle of a text", "close its quote");
    }
    if (said.startsWith("Zero-prefixed")) {
      return problem(line, "a number begins with 0", "write it without, or as text in quotes");
    }
    if (said.startsWith("Unknown escape") || said.startsWith("Invalid code point")) {
      return problem(
          line,
          "a backslash in a text means something, but not here",
          "write two of them, or the text in single quotes");
    }
    if (said.startsWith("Illegal control") || said.startsWith("Byte order mark")) {
      return problem(line, "a control character", "remove it");
    }
    if (said.startsWith("Document nesting")) {
      return problem(line, "too many brackets within each other", "remove some");
    }
    // From here on the library has read one word too many before it complains.
    int complained = before.isBlank() ? lastContent(text, line) : line;
    if (said.startsWith("Duplicate key")) {
      return problem(complained, "the same is set twice", "remove one of the two");
    }
    if (said.startsWith("Table redefined") || said.contains("already")) {
      return problem(complained, "this table is there already", "put all of it in one place");
    }
    if (said.startsWith("Path into")) {
      return problem(
          complained, "what has a value cannot be a table as well", "rename one of the two");
    }
    if (said.endsWith("expected key or table")) {
      return problem(line, "a key or a [table] was expected", "write key = value");
    }
    return problem(
        complained, "this is no TOML: " + expected(said), "write [table], or key = value");
  }

  private static ConfigProblem unknownToken(int line, String before, String rest) {
    if (before.stripLeading().startsWith("[") && !before.contains("=")) {
      return problem(
          line,
          "what a [table] is called ends before its bracket does",
          "put a name with anything but letters, digits, - and _ in quotes: [volume.\"my home\"]");
    }
    if (before.contains("=") || before.isBlank()) {
      String value = rest.replaceFirst("\\s*#.*$", "");
      return problem(
          line,
          "neither a text in quotes nor a number, true, false or a [list]: " + shortened(value),
          "put text in quotes");
    }
    return problem(line, "after a key comes =", "write key = value");
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /** The library's words for what comes next, in ours. */
  private static String expected(String said) {
    String token = said.substring(said.lastIndexOf(' ') + 1);
    return switch (token) {
      case "STD_TABLE_CLOSE" -> "a ] was expected";
      case "ARRAY_TABLE_CLOSE" -> "a ]] was expected";
      case "KEY_VAL_SEP" -> "a = was expected";
      case "value" -> "a value was expected";
      default -> "something is missing, or is too much";
    };
  }

  private static ConfigProblem problem(int line, String text, String hint) {
    return new ConfigProblem(OptionalInt.of(line), text, Optional.of(hint));
  }

  private static int lineAt(String text, int offset) {
    return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }

  /** The last line before this one that is neither blank nor a comment. */
  private static int lastContent(String text, int line) {
    String[] lines = text.split("\n", -1);
    for (int at = line - 1; at >= 1; at--) {
      String content = lines[at - 1].strip();
      if (!content.isEmpty() && !content.startsWith("#")) {
        return at;
      }
    }
    return line;
  }

  /** A key that stands in quotes, with its escapes. */
  static String unquoted(String key) {
    try {
      return MAPPER.readTree(key + "=0").propertyNames().iterator().next();
    } catch (JacksonException e) {
      throw new IllegalStateException("the library read it before", e);
    }
  }
}
