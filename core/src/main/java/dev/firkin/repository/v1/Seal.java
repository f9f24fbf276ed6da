package dev.firkin.repository.v1;

import dev.firkin.chunk.Hash256;
import dev.firkin.crypt.ContentHash;
import dev.firkin.repository.model.RepositoryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/**
 * Authenticates a JSON document: a last member that is a keyed hash of everything before it, of the
 * object's key and of the repository; and what a host keeps for itself. Source: {@code
 * docs/format.md}, section 7.
 */
public final class Seal {
  private static final String BEGIN = ",\"seal\":\"";
  private static final String END = "\"}\n";
  private static final int DIGITS = 2 * Hash256.BYTES;

  /** Length of the sealing tail. */
  static final int BYTES = BEGIN.length() + DIGITS + END.length();

  private final ContentHash hash;
  private final RepositoryId repository;

  /**
   * @param hash {@code RepositoryKeys.seals()}
   */
  public Seal(ContentHash hash, RepositoryId repository) {
    this.hash = hash;
    this.repository = repository;
  }

  /** The document with its seal, for the object under {@code key}. */
  byte[] seal(String key, ObjectNode document) {
    byte[] json = Json.write(document);
    byte[] head = Arrays.copyOf(json, json.length - 1); // without the closing brace
    byte[] tail = (BEGIN + digits(key, head) + END).getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, sealed, head.length, tail.length);
    return sealed;
  }

  /** Checks the seal of the bytes as they are; only then are they worth parsing. */
  void check(String what, String key, byte[] sealed) throws FormatException {
    byte[] head = head(what, sealed);
    byte[] tail = Arrays.copyOfRange(sealed, head.length, sealed.length);
    byte[] right = (BEGIN + digits(key, head) + END).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(tail, right)) {
      throw new FormatException(
          what
              + " is not authentic: it was changed, or is not of this repository, or not in its"
              + " place");
    }
  }

  /** What is before the seal; says nothing of whether it is right. */
  static byte[] head(String what, byte[] sealed) throws FormatException {
    int length = sealed.length - BYTES;
    if (length < 2
        || !new String(sealed, length, BEGIN.length(), StandardCharsets.ISO_8859_1).equals(BEGIN)) {
      throw new FormatException(what + " is cut off or has no seal");
    }
    return Arrays.copyOf(sealed, length);
  }

  /**
   * What seals bytes that do not leave this host.
   *
   * @param purpose with the version of what the bytes are; nothing that could be an object's key
   * @param bytes from position to limit, which stay
   */
  public Hash256 ofLocal(String purpose, ByteBuffer bytes) {
    return hash.of(context(purpose), bytes);
  }

  private String digits(String key, byte[] head) {
    return hash.of(context(key), head).toString();
  }

  private byte[] context(String key) {
    return (key + "\n" + repository + "\n").getBytes(StandardCharsets.US_ASCII);
  }
}
