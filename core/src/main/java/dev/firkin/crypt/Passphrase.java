package dev.firkin.crypt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;

/** A passphrase as UTF-8 bytes in Unicode NFC. Zeroed on close, never printed. */
public final class Passphrase implements AutoCloseable {
  private static final int MAX_BYTES = 4096;

  private final byte[] utf8;

  private Passphrase(byte[] utf8) {
    this.utf8 = utf8;
  }

  /**
   * The passphrase in a file's content: its first line, without the line end.
   *
   * @param content UTF-8; zeroed
   */
  public static Passphrase ofFile(byte[] content) throws CryptException {
    try {
      int end = 0;
      while (end < content.length && content[end] != '\n') {
        end++;
      }
      int textEnd = end > 0 && content[end - 1] == '\r' ? end - 1 : end;
      for (int i = end; i < content.length; i++) {
        if (content[i] != '\n' && content[i] != '\r') {
          throw new CryptException(
              "the passphrase file has more than one line, so which is meant is not clear",
              "keep one line in it");
        }
      }
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(content, 0, textEnd));
      return of(Arrays.copyOf(text.array(), text.limit()));
    } catch (CharacterCodingException e) {
      throw new CryptException(
          "the passphrase file is not UTF-8 text", "write the passphrase as one line of text", e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * @param typed what a person typed; zeroed
   */
  public static Passphrase of(char[] typed) throws CryptException {
    // The normaliser speaks strings: one copy lives until it is collected. No API avoids that.
    String normal = Normalizer.normalize(CharBuffer.wrap(typed), Normalizer.Form.NFC);
    Arrays.fill(typed, '\0');
    byte[] utf8 = normal.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == 0 || utf8.length > MAX_BYTES) {
      Arrays.fill(utf8, (byte) 0);
      throw new CryptException(
          utf8.length == 0
              ? "the passphrase is empty"
              : "the passphrase is longer than 4,096 bytes",
          "use a passphrase of several words");
    }
    return new Passphrase(utf8);
  }

  /** A copy, for the caller to zero. */
  byte[] copyUtf8() {
    return utf8.clone();
  }

  /** Constant-time; for asking a person twice. */
  public boolean sameAs(Passphrase other) {
    return MessageDigest.isEqual(utf8, other.utf8);
  }

  @Override
  public void close() {
    Arrays.fill(utf8, (byte) 0);
  }

  @Override
  public String toString() {
    return "Passphrase[redacted]";
  }
}
