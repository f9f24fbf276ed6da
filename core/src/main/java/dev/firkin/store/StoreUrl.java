package dev.firkin.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a store is, as the user writes it: {@code s3://bucket/prefix}, {@code file:///path}, or a
 * path.
 *
 * @param scheme in lower case; {@code file} for a path
 * @param host what stands between the two slashes and the next one: the bucket; empty for files
 * @param path for {@code file} an absolute, normalised path; else what follows the host, without
 *     slashes at its ends
 */
public record StoreUrl(String scheme, String host, String path) {

  /**
   * Reads what the user wrote.
   *
   * @throws StoreUrlException if it is no URL or path, or holds a password (which is not repeated
   *     in the message)
   */
  public static StoreUrl parse(String text) throws StoreUrlException {
    if (text.isBlank()) {
      throw new StoreUrlException("the repository URL is empty");
    }
    int colon = text.indexOf(':');
    int slash = text.indexOf('/');
    if (colon < 0 || (slash >= 0 && slash < colon)) {
      return ofPath(text);
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.matches("[a-z][a-z0-9+.-]*") || !text.startsWith("://", colon)) {
      throw new StoreUrlException(
          "neither a URL nor a path: '" + (text.contains("@") ? scheme + ":…" : text) + "'");
    }
    String rest = text.substring(colon + 3);
    int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
    String host = rest.substring(0, end);
    if (host.contains("@")) {
      throw new StoreUrlException(
          "a repository URL holds no user name or password: '" + scheme + "://…'",
          "give credentials in the environment, or in a profile of ~/.aws/credentials");
    }
    return scheme.equals("file")
        ? ofFileUrl(text, host, rest.substring(end))
        : new StoreUrl(scheme, host, rest.substring(end).replaceAll("^/+|/+$", ""));
  }

  private static StoreUrl ofFileUrl(String text, String host, String path)
      throws StoreUrlException {
    if (!host.isEmpty() && !host.equals("localhost")) {
      throw new StoreUrlException(
          "a file URL names no other host: '" + text + "'", "write file:///path, or the path");
    }
    if (path.isEmpty()) {
      throw new StoreUrlException("no path in '" + text + "'", "write file:///path, or the path");
    }
    return ofPath(percentDecoded(text, path));
  }

  private static StoreUrl ofPath(String path) throws StoreUrlException {
    if (path.indexOf('\0') >= 0) {
      throw new StoreUrlException("a path cannot hold a NUL character");
    }
    try {
      return new StoreUrl("file", "", Path.of(path).toAbsolutePath().normalize().toString());
    } catch (InvalidPathException e) {
      throw new StoreUrlException(
          "the path of the repository has characters that this system cannot write",
          "use a UTF-8 locale, such as LC_ALL=C.UTF-8, or another path");
    }
  }

  private static String percentDecoded(String text, String path) throws StoreUrlException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
    int i = 0;
    while (i < path.length()) {
      int percent = path.indexOf('%', i);
      int end = percent < 0 ? path.length() : percent;
      bytes.writeBytes(path.substring(i, end).getBytes(StandardCharsets.UTF_8));
      if (percent < 0) {
        break;
      }
      int high = percent + 2 < path.length() ? Character.digit(path.charAt(percent + 1), 16) : -1;
      int low = percent + 2 < path.length() ? Character.digit(path.charAt(percent + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new StoreUrlException(
            "'%' is not followed by two hexadecimal digits in '" + text + "'",
            "write %25 for a percent sign, or give the path without file://");
      }
      bytes.write(high * 16 + low);
      i = percent + 3;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** As it can be read again. */
  @Override
  public String toString() {
    String written = scheme.equals("file") ? path.replace("%", "%25") : path;
    return scheme
        + "://"
        + host
        + (path.isEmpty() || path.startsWith("/") ? written : "/" + written);
  }
}
