package dev.firkin.crypt;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF-SHA-256 (RFC 5869), by the platform's key derivation API. */
final class Hkdf {
  private Hkdf() {}

  /** Extract and expand. */
  static byte[] derive(byte[] salt, byte[] inputKey, String info, int bytes) {
    HKDFParameterSpec parameters =
        HKDFParameterSpec.ofExtract()
            .addIKM(inputKey)
            .addSalt(salt)
            .thenExpand(info.getBytes(StandardCharsets.US_ASCII), bytes);
    try {
      return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has HKDF-SHA256", e);
    }
  }
}
