package dev.firkin.repository.v1;

import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.RepositoryId;
import java.util.Arrays;
import java.util.Base64;

/** What {@code keys/<tag>.secret.age} holds: {@code docs/format.md}, section 9. */
public final class SecretFormat {
  public static final int MAX_BYTES = 64 << 10;

  private SecretFormat() {}

  /** Plaintext, for the caller to encrypt and zero. */
  public static byte[] write(RepositoryId repository, RepositorySecret secret) {
    byte[] bytes = secret.copyBytes();
    try {
      return Json.write(
          Json.document()
              .put("repository", repository.text())
              .put("secret", Base64.getEncoder().encodeToString(bytes)));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  public static RepositorySecret read(String name, byte[] plaintext, RepositoryId repository)
      throws FormatException {
    JsonFields json = Json.read(name, plaintext);
    if (!json.parsed("repository", RepositoryId::new).equals(repository)) {
      throw new FormatException(name + " holds the secret of another repository");
    }
    byte[] secret = json.base64("secret");
    try {
      return RepositorySecret.of(secret);
    } catch (IllegalArgumentException e) {
      throw new FormatException(name + ": " + e.getMessage(), null, e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
