package dev.firkin.crypt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An age identity file: lines of {@code AGE-SECRET-KEY-1…}, comments and blank lines. */
public final class IdentityFile {
  private IdentityFile() {}

  /**
   * @param name for messages
   * @param content the file's bytes
   * @return one identity at the least, in the file's order
   */
  public static List<AgeIdentity> parse(String name, byte[] content) throws CryptException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    if (text.startsWith("age-encryption.org/") || text.startsWith("-----BEGIN AGE ENCRYPTED")) {
      throw new CryptException(
          "the identity file " + name + " is itself encrypted with age",
          "decrypt it into a place that only you can read: age -d " + name);
    }
    if (text.startsWith("-----BEGIN OPENSSH PRIVATE KEY")) {
      throw new CryptException(
          "the identity file " + name + " is an SSH key, which firkin does not use",
          "make an age identity: firkin keygen");
    }
    List<AgeIdentity> identities = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      try {
        identities.add(AgeIdentity.parse(stripped));
      } catch (CryptException e) {
        throw new CryptException(
            name + ", line " + number + ": " + e.getMessage(), e.hint().orElse(null), e);
      }
    }
    if (identities.isEmpty()) {
      throw new CryptException(
          "the identity file " + name + " holds no identity",
          "an identity is a line that begins with AGE-SECRET-KEY-1");
    }
    return List.copyOf(identities);
  }
}
